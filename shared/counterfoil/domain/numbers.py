"""Whole numbers as clients write them: `1000.0` from languages without integers, `"1"` from forms.

A fraction is refused where a whole number is due, not rounded (domain.md §1.3).
"""

from __future__ import annotations

from typing import Final

from pydantic import BeforeValidator

_MAX_DIGITS: Final = 15


def whole(value: object) -> object:
    """`value` as an integer when it is one in another spelling, else as it came.

    >>> whole("30"), whole(30.0), whole(30.5)
    (30, 30, 30.5)
    """
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= _MAX_DIGITS:
        return int(value)
    return int(value) if isinstance(value, float) and value.is_integer() else value


ANY_SPELLING: Final = BeforeValidator(whole)

# The units of one line.
MAX_QUANTITY: Final = 1_000_000
