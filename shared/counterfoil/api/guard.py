"""Refuses what no JSON body of the contract is, before a model or the store sees it.

Refused are: too many bytes, text that is not UTF-8 or not JSON, more than 64 levels, a number of
more than 38 digits or that is none (NaN, Infinity, 1e999), a name given twice, an unpaired
surrogate. A sound body costs the parser's hooks and a few scans in C; only a body that is, or may
be, refused is walked for the path of what is wrong (`misfits.py`).
"""

from __future__ import annotations

import json
import re
from itertools import accumulate
from math import isinf
from typing import TYPE_CHECKING, Final, NoReturn

from counterfoil.api.misfits import MAX_DIGITS, first_misfit, is_number
from counterfoil.domain.errors import InvalidPayload, TooLarge

if TYPE_CHECKING:
    from pydantic import JsonValue

MAX_BYTES: Final = 1024 * 1024
MAX_DEPTH: Final = 64

_BLANK: Final = b" \t\r\n"
# Matches from every quote, to the end of the body if nothing closes it, and never backtracks:
# no body takes more than one pass.
_STRING: Final = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+\\?"?', re.DOTALL)
_UNKNOWN_MISFIT: Final = "The request body has a number or a name that cannot be kept"
_SURROGATE: Final = re.compile(rb"\\u[dD][89a-fA-F]")
_STEP: Final = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
_NO_BRACKET: Final = bytes(each for each in range(256) if each not in _STEP)


class _Misfit(Exception):  # never leaves this module
    """A hook met what is refused; only the walk knows where."""


def require_size(body: bytes, limit: int) -> None:
    """Raises TooLarge."""
    if len(body) > limit:
        raise TooLarge(len(body), limit)


def parse(body: bytes) -> JsonValue:
    """The document of `body`; `{}` when there is none. Raises InvalidPayload."""
    if not body.strip(_BLANK):
        return {}
    text = _text(body)
    _require_depth(body)
    try:
        return _read(text, has_surrogates=_SURROGATE.search(body) is not None)
    except json.JSONDecodeError as error:
        message = f"The request body is not JSON: {error.msg} (character {error.pos})"
        raise InvalidPayload(message) from error


def _read(text: str, *, has_surrogates: bool) -> JsonValue:
    """Raises JSONDecodeError, also when something to refuse comes before what is no JSON."""
    try:
        document: JsonValue = _DECODER.decode(text)
    except _Misfit as error:
        raise InvalidPayload(first_misfit(text) or _UNKNOWN_MISFIT) from error
    if has_surrogates and (misfit := first_misfit(text)):
        raise InvalidPayload(misfit)
    return document


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        message = f"The request body is not UTF-8: {error.reason} (byte {error.start})"
        raise InvalidPayload(message) from error


def _require_depth(body: bytes) -> None:
    """Raises InvalidPayload; must come first, for the parser recurses.

    Up to its first error, the parser and the pattern agree on where strings are.
    """
    if body.count(b"[") + body.count(b"{") <= MAX_DEPTH:
        return
    brackets = _STRING.sub(b"", body).translate(None, _NO_BRACKET)
    if max(accumulate(map(_STEP.__getitem__, brackets)), default=0) > MAX_DEPTH:
        message = f"The request body is nested more than {MAX_DEPTH} levels deep"
        raise InvalidPayload(message)


def _object(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    document = dict(pairs)
    if len(document) != len(pairs):
        raise _Misfit
    return document


def _integer(text: str) -> int:
    if len(text) > MAX_DIGITS and not is_number(text):
        raise _Misfit
    return int(text)


def _fraction(text: str) -> float:
    value = float(text)
    if isinf(value) or (len(text) > MAX_DIGITS and not is_number(text)):
        raise _Misfit
    return value


def _constant(_: str) -> NoReturn:
    raise _Misfit


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_int=_integer,
    parse_float=_fraction,
    parse_constant=_constant,
)
