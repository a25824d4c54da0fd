"""What each operator of a condition means, by the types of what it meets (domain.md §8.2).

An operator becomes a test once, when its rule is read; the test is then asked of values. Values are
what JSON has: numbers, texts, flags, lists. A text that is an ISO-8601 date is one to operators of
time and to comparisons with a date; a text of digits is a number to comparisons with a number. Of
a list, some element must fit; to operators that deny, none may. A value that is missing, or of a
type that an operator cannot judge, fits none, those that deny included.
"""

from __future__ import annotations

from datetime import MINYEAR, datetime, timedelta
from operator import ge, gt, le, lt
from typing import TYPE_CHECKING, Final

from counterfoil.domain.rule_values import equal, instant_of, number_of, written_date
from counterfoil.domain.validity import DailyHours, Timeframe, span, week_day

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from pydantic import JsonValue

    from counterfoil.domain.rule_values import Number, Value

    # The operators of Python itself, which take whatever can be compared.
    Compare = Callable[[Any, Any], bool]
    Test = Callable[[Value, datetime], bool]
    Factory = Callable[[Sequence[JsonValue]], Test]
    Scalar = Callable[[Value, datetime], bool]

FROM: Final = "$from"
ALIASES: Final = {
    "$greater_than": "$more_than",
    "$greater_than_or_equal": "$more_than_or_equal",
    "$more_than_equal": "$more_than_or_equal",
    "$lower_than": "$less_than",
    "$lower_than_or_equal": "$less_than_or_equal",
    "$less_than_equal": "$less_than_or_equal",
}
_FARTHEST_DAYS: Final = 36_525
# The next window of a timeframe, 100 years later at most, must still be in the calendar.
_LAST_YEAR: Final = 9_800


class MalformedCondition(Exception):
    """What is wrong with the values of an operator, as the end of a sentence about them."""


def test_of(operator: str, values: Sequence[JsonValue]) -> Test:
    """The test that `operator` with `values` is. Raises MalformedCondition, KeyError."""
    if not values:
        message = "must have at least 1 element"
        raise MalformedCondition(message)
    return OPERATORS[operator](values)


def _some(scalar: Scalar) -> Test:
    """Of a list, some element must fit."""

    def test(value: Value, now: datetime) -> bool:
        if isinstance(value, list):
            return any(scalar(each, now) for each in value)
        return value is not None and scalar(value, now)

    return test


def _is(values: Sequence[JsonValue]) -> Test:
    texts = {each for each in values if isinstance(each, str)}

    def scalar(value: Value, _: datetime) -> bool:
        # Nearly all that is asked to be something is a text.
        return (type(value) is str and value in texts) or any(equal(value, each) for each in values)

    return _some(scalar)


def _is_not(values: Sequence[JsonValue]) -> Test:
    meets = _is(values)
    return lambda value, now: value is not None and not meets(value, now)


def _compared(compare: Compare) -> Factory:
    def factory(values: Sequence[JsonValue]) -> Test:
        wanted = _sole(values)
        number = number_of(wanted)
        if number is not None:
            return _with_number(compare, number)
        _require_date(wanted, "a number or an ISO-8601 date")
        return _some(lambda value, now: _with_date(compare, value, wanted, now))

    return factory


def _with_number(compare: Compare, wanted: Number) -> Test:
    def scalar(value: Value, _: datetime) -> bool:
        known = number_of(value)
        return known is not None and compare(known, wanted)

    some = _some(scalar)

    def test(value: Value, now: datetime) -> bool:
        # Nearly all that is compared are amounts.
        return compare(value, wanted) if type(value) is int else some(value, now)

    return test


def _with_date(compare: Compare, value: Value, wanted: JsonValue, now: datetime) -> bool:
    at, other = instant_of(value, now), instant_of(wanted, now)
    return at is not None and other is not None and compare(at, other)


def _texts(fits: Callable[[str, str], bool]) -> Factory:
    def factory(values: Sequence[JsonValue]) -> Test:
        texts = [_text(each, place) for place, each in enumerate(values)]
        return _some(
            lambda value, _: isinstance(value, str) and any(fits(value, each) for each in texts)
        )

    return factory


def _contains(values: Sequence[JsonValue]) -> Test:
    """A part of a text, or an element of a list."""

    def test(value: Value, _: datetime) -> bool:
        if isinstance(value, list):
            return any(equal(each, wanted) for each in value for wanted in values)
        return isinstance(value, str) and any(
            wanted in value for wanted in values if isinstance(wanted, str)
        )

    return test


def _counted(compare: Compare) -> Factory:
    def factory(values: Sequence[JsonValue]) -> Test:
        wanted = _whole(values)
        return lambda value, _: isinstance(value, list) and compare(len(value), wanted)

    return factory


def _same_set(values: Sequence[JsonValue]) -> Test:
    def test(value: Value, _: datetime) -> bool:
        if not isinstance(value, list):
            return False
        within = all(any(equal(each, wanted) for wanted in values) for each in value)
        return within and all(any(equal(each, wanted) for each in value) for wanted in values)

    return test


def _disjoint(values: Sequence[JsonValue]) -> Test:
    def test(value: Value, _: datetime) -> bool:
        return isinstance(value, list) and not any(
            equal(each, wanted) for each in value for wanted in values
        )

    return test


def _dates(compare: Compare) -> Factory:
    def factory(values: Sequence[JsonValue]) -> Test:
        wanted = _sole(values)
        _require_date(wanted)
        return _some(lambda value, now: _with_date(compare, value, wanted, now))

    return factory


def _days(fits: Callable[[datetime, datetime, int], bool]) -> Factory:
    """`fits` is given the instant, now, and the days."""

    def factory(values: Sequence[JsonValue]) -> Test:
        days = _whole(values)
        if days > _FARTHEST_DAYS:
            message = f"must be <= {_FARTHEST_DAYS}"
            raise MalformedCondition(message)

        def scalar(value: Value, now: datetime) -> bool:
            at = instant_of(value, now)
            return at is not None and fits(at, now, days)

        return _some(scalar)

    return factory


def _on_day(at: datetime, now: datetime, days: int) -> bool:
    """Whether `at` lies on the calendar day `days` after today, in the zone of `now`."""
    return (at.astimezone(now.tzinfo).date() - now.date()).days == days


def _timeframe(values: Sequence[JsonValue]) -> Test:
    start, interval, duration = _split(values, 3, "<ISO date-time>;<interval>;<duration>")
    _require_date(start)
    for each in (interval, duration):
        _require_span(each)
    frame = Timeframe(interval=interval, duration=duration)

    def scalar(value: Value, now: datetime) -> bool:
        at, opens = instant_of(value, now), instant_of(start, now)
        if at is None or opens is None or at < opens:
            return False
        # The calendar's first year begins before it in some zones.
        if not MINYEAR < at.year <= _LAST_YEAR:
            return False
        return frame.holds(opens, at.astimezone(now.tzinfo))

    return _some(scalar)


def _timeframe_absolute(values: Sequence[JsonValue]) -> Test:
    start, end = _split(values, 2, "<ISO date-time>;<ISO date-time>")
    _require_date(start)
    _require_date(end)
    return _some(
        lambda value, now: _with_date(ge, value, start, now) and _with_date(lt, value, end, now)
    )


def _daily_hours(values: Sequence[JsonValue]) -> Test:
    form = "<HH:mm>;<HH:mm>;<weekdays with commas between>"
    start, end, days = _split(values, 3, form)
    try:
        listed = tuple(int(day) for day in days.split(","))
        period = DailyHours(start_time=start, expiration_time=end, days_of_week=listed)
    except ValueError as error:
        message = f"must be {form}, 0 being Sunday"
        raise MalformedCondition(message) from error
    hours = [*period.minutes()]

    def scalar(value: Value, now: datetime) -> bool:
        at = instant_of(value, now)
        if at is None:
            return False
        here = at.astimezone(now.tzinfo)
        minute = (week_day(here) * 24 + here.hour) * 60 + here.minute
        week = 7 * 24 * 60
        return any(begin <= minute < stop or begin <= minute + week < stop for begin, stop in hours)

    return _some(scalar)


def _weekdays(values: Sequence[JsonValue]) -> Test:
    numbers = [number_of(each) for each in values]
    if not all(each in range(7) for each in numbers):
        message = "must be whole numbers of 0 (Sunday) to 6"
        raise MalformedCondition(message)

    def scalar(value: Value, now: datetime) -> bool:
        at = instant_of(value, now)
        return at is not None and week_day(at.astimezone(now.tzinfo)) in numbers

    return _some(scalar)


def _split(values: Sequence[JsonValue], parts: int, form: str) -> list[str]:
    value = _sole(values)
    found = [each.strip() for each in value.split(";")] if isinstance(value, str) else []
    if len(found) != parts:
        message = f"must be {form}"
        raise MalformedCondition(message)
    return found


def _sole(values: Sequence[JsonValue]) -> JsonValue:
    """The one value of an operator that takes one; more would be left out silently."""
    if len(values) > 1:
        message = f"must have 1 element; it has {len(values)}"
        raise MalformedCondition(message)
    return values[0]


def _whole(values: Sequence[JsonValue]) -> int:
    number = number_of(_sole(values))
    if number is None or number != int(number) or number < 0:
        message = "must be a whole number of at least 0"
        raise MalformedCondition(message)
    return int(number)


def _text(value: Value, place: int) -> str:
    if not isinstance(value, str):
        message = f"must be strings; element {place} is none"
        raise MalformedCondition(message)
    return value


def _require_date(value: JsonValue, form: str = "an ISO-8601 date") -> None:
    if not isinstance(value, str) or written_date(value) is None:
        message = f"must be {form}"
        raise MalformedCondition(message)


def _require_span(text: str) -> None:
    try:
        span(text)
    except ValueError as error:
        raise MalformedCondition(str(error)) from error


OPERATORS: Final[dict[str, Factory]] = {
    "$is": _is,
    "$is_not": _is_not,
    "$in": _is,
    "$not_in": _is_not,
    "$more_than": _compared(gt),
    "$more_than_or_equal": _compared(ge),
    "$less_than": _compared(lt),
    "$less_than_or_equal": _compared(le),
    "$starts_with": _texts(str.startswith),
    "$ends_with": _texts(str.endswith),
    "$contains": _contains,
    "$count": _counted(lambda one, other: one == other),
    "$count_more": _counted(gt),
    "$count_less": _counted(lt),
    "$not_differ": _same_set,
    "$not_intersect": _disjoint,
    "$after": _dates(gt),
    "$before": _dates(lt),
    "$more_than_ago": _days(lambda at, now, days: at < now - timedelta(days=days)),
    "$less_than_ago": _days(lambda at, now, days: now - timedelta(days=days) < at <= now),
    "$is_days_ago": _days(lambda at, now, days: _on_day(at, now, -days)),
    "$more_than_future": _days(lambda at, now, days: at > now + timedelta(days=days)),
    "$less_than_future": _days(lambda at, now, days: now <= at < now + timedelta(days=days)),
    "$is_days_in_future": _days(_on_day),
    "$timeframe": _timeframe,
    "$timeframe_absolute": _timeframe_absolute,
    "$timeframe_daily_hours": _daily_hours,
    "$dow": _weekdays,
}
EQUALITY: Final = frozenset({"$is", "$is_not", "$in", "$not_in"})
NUMERIC: Final = EQUALITY | {
    "$more_than",
    "$more_than_or_equal",
    "$less_than",
    "$less_than_or_equal",
}
