"""Filters on the attributes of things: conditions by field, joined by and or by or.

A field has a kind, which says the operators that it takes. What operators mean is the rules' own
affair (`rule_operators`), and the calendar's (`calendar_operators`), with two differences: those
that deny hold of what is not known, and on dates `$more_than` and `$less_than` count days ago.
Source: domain.md §8.6, §10.3.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, Final

from counterfoil.domain.calendar_operators import BIRTHDAYS, CALENDAR, calendar_test, date_test
from counterfoil.domain.errors import InvalidPayload
from counterfoil.domain.rule_operators import ALIASES, EQUALITY, MalformedCondition, test_of
from counterfoil.domain.rule_values import number_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from pydantic import JsonValue

    from counterfoil.domain.rule_operators import Test as ValueTest

    Sent = Mapping[str, JsonValue]
    # The values that a field has, of which one must fit; none when nothing is known.
    Values = Sequence[JsonValue]
    Test = Callable[[Values, datetime], bool]

JUNCTION: Final = "junction"
_SHOWN: Final = 100

_DENIALS: Final = {"$is_not": "$is", "$not_in": "$in", "$not_contain": "$contains"}
_PRESENCE: Final = ("$has_value", "$is_unknown")
_SAME: Final = ("$is", "$is_not", "$in", "$not_in", *_PRESENCE)
_PARTS: Final = ("$contains", "$not_contain", "$starts_with", "$ends_with")
_COMPARISONS: Final = ("$more_than", "$less_than", "$more_than_equal", "$less_than_equal")
_OR_EQUAL: Final = ("$more_than_or_equal", "$less_than_or_equal")
_COUNTS: Final = ("$count", "$count_more", "$count_less")
_TIMES: Final = (
    *("$after", "$before", "$more_than_ago", "$less_than_ago", "$is_days_ago"),
    *("$more_than_future", "$less_than_future", "$is_days_in_future"),
)
_DAYS_AGO: Final = {"$more_than": "$more_than_ago", "$less_than": "$less_than_ago"}


class Kind(Enum):
    """What a field holds. A SUM has a value when it is not 0, a BIRTHDAY comes again every year."""

    TEXT = auto()
    NUMBER = auto()
    SUM = auto()
    DATE = auto()
    BIRTHDAY = auto()
    LIST = auto()
    ANY = auto()


_NUMBERS: Final = (*_SAME, *_COMPARISONS, *_OR_EQUAL)
_DATES: Final = (*_SAME, *_TIMES, *_DAYS_AGO, *CALENDAR)
_OPERATORS: Final[Mapping[Kind, tuple[str, ...]]] = {
    Kind.TEXT: (*_SAME, *_PARTS),
    Kind.NUMBER: _NUMBERS,
    Kind.SUM: _NUMBERS,
    Kind.DATE: _DATES,
    Kind.BIRTHDAY: _DATES,
    Kind.LIST: (*_SAME, *_PARTS, *_COUNTS),
    Kind.ANY: (*_NUMBERS, *_PARTS, *_COUNTS, *_TIMES, *CALENDAR),
}


@dataclass(frozen=True, slots=True)
class AttributeFilter:
    """The tests of each field, all of which must hold; of the fields all, or with `either` one."""

    tests: Mapping[str, tuple[Test, ...]]
    either: bool = False

    def holds(self, values_of: Callable[[str], Values], now: datetime) -> bool:
        """Whether a thing fits that has `values_of` each field; `now` is of the project's zone."""
        held = (
            all(test(values_of(field), now) for test in tests)
            for field, tests in self.tests.items()
        )
        return any(held) if self.either else all(held)


def attribute_filter(
    sent: Sent,
    kind_of: Callable[[str], Kind | None],
    path: str = ".filter",
    *,
    week_start: int = 0,
) -> AttributeFilter:
    """The filter that was `sent` as the property `path`; a null was not sent.

    `kind_of` says what a field holds, None for what is none; weeks begin on `week_start`, 0 for
    Monday to 6 for Sunday. Raises InvalidPayload, naming the property.
    """
    tests: dict[str, tuple[Test, ...]] = {}
    for field, condition in sent.items():
        if field == JUNCTION or condition is None:
            continue
        kind = kind_of(field)
        if kind is None:
            raise InvalidPayload(f"Property {_below(path, field)} is not a field to filter by")
        tests[field] = _tests(condition, _Taken(kind, week_start), _below(path, field))
    if not tests:
        raise InvalidPayload(f"Property {path} must have conditions on at least 1 field")
    return AttributeFilter(tests, either=_is_either(sent.get(JUNCTION), path))


def _is_either(junction: JsonValue, path: str) -> bool:
    if junction is None:
        return False
    if not isinstance(junction, str) or junction.lower() not in ("and", "or"):
        raise InvalidPayload(f"Property {path}.{JUNCTION} must be and or or")
    return junction.lower() == "or"


def _tests(condition: JsonValue, taken: _Taken, path: str) -> tuple[Test, ...]:
    if not isinstance(condition, dict):
        raise InvalidPayload(f"Property {path} must be an object")
    conditions = condition.get("conditions")
    if conditions is None:
        raise InvalidPayload(f"Property {path} should have required property 'conditions'")
    path = f"{path}.conditions"
    if not isinstance(conditions, dict):
        raise InvalidPayload(f"Property {path} must be an object")
    tests = tuple(
        taken.test(operator, value, _below(path, operator))
        for operator, value in conditions.items()
        if value is not None
    )
    if not tests:
        raise InvalidPayload(f"Property {path} must have at least 1 operator")
    return tests


@dataclass(frozen=True, slots=True)
class _Taken:
    """What a field of a kind makes of its operators."""

    kind: Kind
    week_start: int

    def test(self, operator: str, value: JsonValue, path: str) -> Test:
        """Raises InvalidPayload."""
        if operator not in _OPERATORS[self.kind]:
            known = ", ".join(_OPERATORS[self.kind])
            message = f"is not an operator of the field; those are {known}"
            raise InvalidPayload(f"Property {path} {message}")
        values = value if isinstance(value, list) else [value]
        try:
            if operator in _PRESENCE:
                return self._presence(operator, values)
            denied = _DENIALS.get(operator)
            fits = self._fits(denied or operator, values)
        except MalformedCondition as error:
            raise InvalidPayload(f"Property {path} {error}") from error
        return lambda known, now: any(fits(each, now) for each in known) is (denied is None)

    def _presence(self, operator: str, values: Values) -> Test:
        """Whether anything is known; the contract has an empty text for it, older clients true."""
        if any(each not in ("", True, "true") for each in values):
            message = "must be true or an empty string"
            raise MalformedCondition(message)
        wanted, sums = operator == "$has_value", self.kind is Kind.SUM
        return lambda known, _: (any(known) if sums else bool(known)) is wanted

    def _fits(self, operator: str, values: Values) -> ValueTest:
        if self.kind in (Kind.DATE, Kind.BIRTHDAY):
            operator = _DAYS_AGO.get(operator, operator)
            if self.kind is Kind.BIRTHDAY:
                operator = BIRTHDAYS.get(operator, operator)
            if operator in EQUALITY:
                return date_test(values)
        else:
            _require_kind(values, self.kind)
        if operator in CALENDAR:
            return calendar_test(operator, values, self.week_start)
        return test_of(ALIASES.get(operator, operator), values)


def _require_kind(values: Values, kind: Kind) -> None:
    """Raises MalformedCondition for a value that no field of the kind can have."""
    for place, each in enumerate(values):
        if kind is Kind.TEXT:
            known, words = isinstance(each, str), "strings"
        elif kind in (Kind.NUMBER, Kind.SUM):
            known, words = number_of(each) is not None, "numbers"
        else:
            known, words = isinstance(each, str | int | float), "strings, numbers or booleans"
        if not known:
            message = f"must be {words}; element {place} is none"
            raise MalformedCondition(message)


def _below(path: str, name: str) -> str:
    cut = name[:_SHOWN]
    return f"{path}.{cut}" if cut.removeprefix("$").isidentifier() else f"{path}[{cut!r}]"
