"""What the values of a condition must be, by what its rule reads (domain.md §8.2, §8.3).

A value that nothing could ever be would make a rule that denies it pass everybody. Metadata may
be anything, and so may what is never met.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterfoil.domain.rule_names import Reads
from counterfoil.domain.rule_operators import MalformedCondition
from counterfoil.domain.rule_values import number_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pydantic import JsonValue

_LONGEST: Final = 512


def require_operands(reads: Reads, values: Sequence[JsonValue]) -> None:
    """Raises MalformedCondition with the first of `values` that is of another kind."""
    kind = _KINDS.get(reads)
    if kind is None:
        return
    for place, value in enumerate(values):
        if not kind.fits(value):
            message = f"must be {kind.words}; element {place} is {kind.other}"
            raise MalformedCondition(message)


@dataclass(frozen=True, slots=True)
class _Kind:
    """What values must be, in `words`, and what one that is not is then."""

    fits: Callable[[JsonValue], bool]
    words: str
    other: str = "none"


def _is_number(value: JsonValue) -> bool:
    return number_of(value) is not None


def _is_name(value: JsonValue) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _LONGEST


def _is_flag(value: JsonValue) -> bool:
    return isinstance(value, bool)


_NUMBERS: Final = _Kind(_is_number, "numbers")
_KINDS: Final[Mapping[Reads, _Kind]] = {
    Reads.NUMBER: _NUMBERS,
    Reads.COUNT: _NUMBERS,
    Reads.HISTORY: _NUMBERS,
    Reads.SEGMENT: _Kind(_is_name, f"ids of segments, strings of 1 to {_LONGEST} characters"),
    Reads.TEXT: _Kind(_is_name, f"strings of 1 to {_LONGEST} characters"),
    Reads.FLAG: _Kind(_is_flag, "true or false", "neither"),
}
