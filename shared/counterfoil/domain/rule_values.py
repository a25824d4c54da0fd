"""What rules compare: JSON's values read as numbers, as instants, as the same (domain.md §8.2)."""

from __future__ import annotations

import re
from datetime import MAXYEAR, MINYEAR, datetime
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pydantic import JsonValue

    Number = int | Fraction
    # What JSON has, and the price of a unit, which may be a fraction of a minor unit.
    Value = JsonValue | Fraction

_LONGEST_NUMBER: Final = 40
_NUMBER: Final = re.compile(r"[+-]?\d+(\.\d+)?(e[+-]?\d{1,3})?", re.ASCII | re.IGNORECASE)


def number_of(value: Value) -> Number | None:
    """`value` as an exact number, be it written as a text; None when it is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | Fraction):
        return value
    return _written_number(str(value)) if isinstance(value, str | float) else None


def instant_of(value: Value, now: datetime) -> datetime | None:
    """`value` as an instant; one without a zone is of that of `now`. None when it is no date."""
    if not isinstance(value, str):
        return None
    at = written_date(value)
    # At the ends of the calendar a zone would lead out of it.
    zoned = at is not None and at.tzinfo is not None and MINYEAR < at.year < MAXYEAR
    return at if at is None or zoned else at.replace(tzinfo=now.tzinfo)


@lru_cache(maxsize=1024)
def _written_number(text: str) -> Fraction | None:
    return Fraction(text) if len(text) <= _LONGEST_NUMBER and _NUMBER.fullmatch(text) else None


@lru_cache(maxsize=1024)
def written_date(text: str) -> datetime | None:
    """The ISO-8601 date or date-time that `text` is, without a zone if it has none."""
    if not text[:4].isdigit() or "-" not in text[4:10]:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def equal(value: Value, wanted: JsonValue) -> bool:
    """Whether both are the same thing, however it is written: 5 is "5", true is "true".

    Two texts are the same letter by letter: a code "007" is not "7".
    """
    if isinstance(value, str) and isinstance(wanted, str):
        return value == wanted
    if type(value) is type(wanted) and value == wanted:
        return True
    if isinstance(value, bool) or isinstance(wanted, bool):
        texts = {str(each).lower() for each in (value, wanted) if isinstance(each, bool | str)}
        return len(texts) == 1 and isinstance(value, bool | str) and isinstance(wanted, bool | str)
    one, other = number_of(value), number_of(wanted)
    return one is not None and one == other
