"""Finds where a body that is JSON holds what cannot be kept: the slow half of `guard.py`."""

from __future__ import annotations

import json
from math import isfinite
from typing import TYPE_CHECKING, Final

from counterfoil.api.property_paths import property_path

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_DIGITS: Final = 38  # of a DynamoDB number

Path = tuple[str | int, ...]


class _Number(str):
    """A number as it was written."""

    __slots__ = ()


class _Pairs(tuple[tuple[str, object], ...]):
    """An object as it was written: its names may repeat."""

    __slots__ = ()


def is_number(text: str) -> bool:
    """Whether a JSON number can be kept exactly enough: up to 38 digits, and finite."""
    if len(text) > MAX_DIGITS and sum(map(str.isdigit, text)) > MAX_DIGITS:
        return False
    return isfinite(float(text))


def first_misfit(text: str) -> str | None:
    """A sentence on the first thing that is refused in `text`; None when nothing is.

    `text` has to be JSON of a depth that is safe to walk.
    """
    document = json.loads(
        text,
        object_pairs_hook=_Pairs,
        parse_int=_Number,
        parse_float=_Number,
        parse_constant=_Number,
    )
    return next(_misfits(document, ()), None)


def _misfits(value: object, path: Path) -> Iterator[str]:
    match value:
        case _Number():
            if not is_number(value):
                yield _sentence(path, f"must be a number of at most {MAX_DIGITS} digits")
        case str():
            if not _is_text(value):
                yield _sentence(path, "must not have an unpaired surrogate")
        case _Pairs():
            yield from _misfits_of_object(value, path)
        case list():
            for index, each in enumerate(value):
                yield from _misfits(each, (*path, index))
        case _:
            pass


def _misfits_of_object(pairs: _Pairs, path: Path) -> Iterator[str]:
    names = set()
    for name, value in pairs:
        if not _is_text(name):
            yield _sentence((*path, name), "must not have an unpaired surrogate in its name")
        if name in names:
            yield _sentence((*path, name), "must not be given twice")
        names.add(name)
        yield from _misfits(value, (*path, name))


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _sentence(path: Path, fault: str) -> str:
    return f"Property {property_path(path)} {fault}" if path else f"The request body {fault}"
