"""What operators on dates mean that look at a calendar: this week, last month, a birthday.

A date is that of the project's zone, and so is today. The operators that end in `_md` look at month
and day alone, as one does at birthdays; the 29th of February is the 28th in years without one.
Source: domain.md §10.3.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from counterfoil.domain.rule_operators import MalformedCondition
from counterfoil.domain.rule_values import instant_of, number_of, written_date

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from pydantic import JsonValue

    from counterfoil.domain.rule_operators import Test
    from counterfoil.domain.rule_values import Value

    # The first and the last day of something.
    Days = tuple[date, date]
    Fits = Callable[[date, date], bool]

_FARTHEST_DAYS: Final = 36_525
_WEEK: Final = 7
_DAY: Final = timedelta(days=1)
_LEAP_DAY: Final = (2, 29)

# A unit of the calendar, and how many of them from the present one.
_SHORT_PERIODS: Final[Mapping[str, tuple[str, int]]] = {
    "$today": ("day", 0),
    "$yesterday": ("day", -1),
    "$tomorrow": ("day", 1),
    **{
        f"${which}_{unit}": (unit, step)
        for unit in ("week", "month")
        for which, step in (("this", 0), ("last", -1), ("next", 1))
    },
}
_PERIODS: Final[Mapping[str, tuple[str, int]]] = {
    **_SHORT_PERIODS,
    "$this_year": ("year", 0),
    "$last_year": ("year", -1),
    "$next_year": ("year", 1),
}
# From how many days after today to how many, for a number of days.
_DISTANCES_MD: Final[Mapping[str, Callable[[int], tuple[int, int]]]] = {
    "$is_days_ago_md": lambda days: (-days, -days),
    "$is_less_days_ago_md": lambda days: (-days, 0),
    "$is_days_in_future_md": lambda days: (days, days),
    "$is_less_days_in_future_md": lambda days: (0, days),
}
# The same, within which no birthday may lie.
_BEYOND_MD: Final[Mapping[str, Callable[[int], tuple[int, int]]]] = {
    "$is_more_days_ago_md": lambda days: (1 - days, 0),
    "$is_more_days_in_future_md": lambda days: (0, days - 1),
}
_PARTS: Final[Mapping[str, tuple[int, Callable[[date], int]]]] = {
    "$is_day_of_month": (31, lambda day: day.day),
    "$is_month": (12, lambda day: day.month),
    "$is_year": (9999, lambda day: day.year),
}
# What is asked of a birthday is asked of month and day.
BIRTHDAYS: Final = {name: f"{name}_md" for name in _SHORT_PERIODS}
CALENDAR: Final = (
    *_PERIODS,
    *_PARTS,
    "$is_years_ago",
    *BIRTHDAYS.values(),
    *_DISTANCES_MD,
    *_BEYOND_MD,
)


def calendar_test(operator: str, values: Sequence[JsonValue], week_start: int) -> Test:
    """The test that `operator`, one of `CALENDAR`, is with `values`.

    Weeks begin on `week_start`, 0 for Monday to 6 for Sunday. Raises MalformedCondition.
    """
    if operator in _PARTS:
        return _of_days(_part(operator, values))
    if operator in _PERIODS or operator in BIRTHDAYS.values():
        if [*values] not in ([True], ["true"], [""]):
            message = "must be true"
            raise MalformedCondition(message)
        return _of_days(_period(operator, week_start))
    days = _whole(values, 0, _FARTHEST_DAYS)
    if operator == "$is_years_ago":
        return _of_days(lambda day, today: _anniversaries(day, today) == days)
    return _of_days(_distance_md(operator, days))


def date_test(values: Sequence[JsonValue]) -> Test:
    """Whether a date is one of `values`: a day, an instant, or so many days ago.

    Raises MalformedCondition.
    """
    if not values:
        message = "must have at least 1 element"
        raise MalformedCondition(message)
    tests = [_same_date(each) for each in values]
    return lambda value, now: any(test(value, now) for test in tests)


def _same_date(wanted: JsonValue) -> Test:
    if number_of(wanted) is not None:
        days = timedelta(days=_whole([wanted], 0, _FARTHEST_DAYS))
        return _of_days(lambda day, today: day == today - days)
    if not isinstance(wanted, str) or written_date(wanted) is None:
        message = "must be ISO-8601 dates or days ago"
        raise MalformedCondition(message)
    if len(wanted) <= len("2026-01-01"):
        named = written_date(wanted)
        return _of_days(lambda day, _: named is not None and day == named.date())
    return lambda value, now: instant_of(value, now) == instant_of(wanted, now)


def _of_days(fits: Fits) -> Test:
    """`fits` is given the day of a value and today; of a list, some element must fit."""

    def test(value: Value, now: datetime) -> bool:
        if isinstance(value, list):
            return any(test(each, now) for each in value)
        day = _day_of(value, now)
        return day is not None and fits(day, now.date())

    return test


def _day_of(value: Value, now: datetime) -> date | None:
    at = instant_of(value, now)
    return None if at is None else at.astimezone(now.tzinfo).date()


def _part(operator: str, values: Sequence[JsonValue]) -> Fits:
    last, part = _PARTS[operator]
    wanted = {_whole([each], 1, last) for each in values}
    if not wanted:
        message = "must have at least 1 element"
        raise MalformedCondition(message)
    return lambda day, _: part(day) in wanted


def _period(operator: str, week_start: int) -> Fits:
    unit, step = _PERIODS[operator.removesuffix("_md")]
    recurs = operator.endswith("_md")

    def fits(day: date, today: date) -> bool:
        first, last = _days_of(unit, step, today, week_start)
        return _recurs(day, first, last) if recurs else first <= day <= last

    return fits


def _distance_md(operator: str, days: int) -> Fits:
    beyond = operator in _BEYOND_MD
    first, last = (_BEYOND_MD if beyond else _DISTANCES_MD)[operator](days)

    def fits(day: date, today: date) -> bool:
        return _recurs(day, today + first * _DAY, today + last * _DAY) is not beyond

    return fits


def _days_of(unit: str, step: int, today: date, week_start: int) -> Days:
    match unit:
        case "day":
            day = today + step * _DAY
            return day, day
        case "week":
            gone = (today.weekday() - week_start) % _WEEK
            first = today + (step * _WEEK - gone) * _DAY
            return first, first + (_WEEK - 1) * _DAY
        case "month":
            return _month(today, step), _month(today, step + 1) - _DAY
        case _:
            year = today.year + step
            return date(year, 1, 1), date(year, 12, 31)


def _month(today: date, step: int) -> date:
    """The first day of a month that is `step` months from that of today."""
    year, month = divmod(today.year * 12 + today.month - 1 + step, 12)
    return date(year, month + 1, 1)


def _recurs(day: date, first: date, last: date) -> bool:
    """Whether `day` has an anniversary from `first` to `last`, in years before it too."""
    return any(first <= _in_year(day, year) <= last for year in range(first.year, last.year + 1))


def _anniversaries(day: date, today: date) -> int | None:
    """How many years ago `day` was, when today is its anniversary."""
    return today.year - day.year if _in_year(day, today.year) == today else None


def _in_year(day: date, year: int) -> date:
    if (day.month, day.day) == _LEAP_DAY:
        return date(year, 3, 1) - _DAY
    return day.replace(year=year)


def _whole(values: Sequence[JsonValue], first: int, last: int) -> int:
    number = number_of(values[0]) if len(values) == 1 else None
    if number is None or number != int(number) or not first <= number <= last:
        message = f"must be a whole number of {first} to {last}"
        raise MalformedCondition(message)
    return int(number)
