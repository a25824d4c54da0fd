"""When schedules come, on a clock that the test sets."""

import math
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from pydantic import JsonValue

from local import template
from local.errors import TemplateError
from local.event import Event
from local.invocation import FunctionFailedError
from local.schedules import Schedules, Timetable
from local.sources import Schedule
from local.template import Function
from tests.local.clients import EVENTS_TEMPLATE

WARSAW = "Europe/Warsaw"


def a_schedule(expression: str, zone: str = "UTC") -> Schedule:
    return Schedule("Tick", "TickNightly", expression, zone, {})


def at(text: str, zone: str = "UTC") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def next_times(expression: str, began: str, count: int, zone: str = "UTC") -> list[datetime]:
    now = at(began, zone)
    table = Timetable([a_schedule(expression, zone)], now)
    times: list[datetime] = []
    while len(times) < count:
        now += timedelta(seconds=table.seconds_until_next(now))
        times += [now] * len(table.due(now))
    return times


@pytest.mark.parametrize(
    ("expression", "began", "expected"),
    [
        ("cron(5 0 * * ? *)", "2026-03-01T10:00", ["2026-03-02T00:05", "2026-03-03T00:05"]),
        ("cron(00 03 1 * ? *)", "2026-03-01T03:00", ["2026-04-01T03:00", "2026-05-01T03:00"]),
        ("cron(0 6 ? * 2 *)", "2026-03-01T00:00", ["2026-03-02T06:00", "2026-03-09T06:00"]),
        ("cron(0 6 ? * MON-TUE *)", "2026-03-01T00:00", ["2026-03-02T06:00", "2026-03-03T06:00"]),
        ("cron(0 6 ? * 1#2 *)", "2026-03-01T00:00", ["2026-03-08T06:00", "2026-04-12T06:00"]),
        ("cron(0 6 ? * L *)", "2026-03-01T00:00", ["2026-03-07T06:00", "2026-03-14T06:00"]),
        ("cron(0 6 ? * 6L *)", "2026-03-01T00:00", ["2026-03-27T06:00", "2026-04-24T06:00"]),
        ("cron(0 6 L * ? *)", "2026-02-01T00:00", ["2026-02-28T06:00", "2026-03-31T06:00"]),
        ("cron(0/20 9 * jan ? *)", "2026-01-31T09:10", ["2026-01-31T09:20", "2026-01-31T09:40"]),
        ("cron(0 0 1 1 ? 2027/2)", "2026-03-01T00:00", ["2027-01-01T00:00", "2029-01-01T00:00"]),
        ("rate(1 minute)", "2026-03-01T00:00", ["2026-03-01T00:01", "2026-03-01T00:02"]),
        ("rate(5 hours)", "2026-03-01T00:30", ["2026-03-01T05:30", "2026-03-01T10:30"]),
    ],
)
def test_a_schedule_comes_when_it_says(expression: str, began: str, expected: list[str]) -> None:
    assert next_times(expression, began, len(expected)) == [at(text) for text in expected]


def test_times_of_day_are_those_of_the_zone() -> None:
    nightly = next_times("cron(0 3 * * ? *)", "2026-03-28T12:00", 2, WARSAW)

    assert nightly == [at("2026-03-29T01:00"), at("2026-03-30T01:00")]
    assert next_times("cron(0 3 * * ? *)", "2026-03-27T12:00", 1, WARSAW) == [
        at("2026-03-28T02:00")
    ]


def test_a_time_that_the_clocks_leave_out_is_left_out() -> None:
    times = next_times("cron(30 2 * * ? *)", "2026-03-28T12:00", 1, WARSAW)

    assert times == [at("2026-03-30T02:30", WARSAW)]


def test_of_a_time_that_comes_twice_the_first_counts() -> None:
    times = next_times("cron(30 2 * * ? *)", "2026-10-24T12:00", 2, WARSAW)

    assert times == [at("2026-10-25T00:30"), at("2026-10-26T01:30")]


def test_a_year_that_is_over_never_comes() -> None:
    table = Timetable([a_schedule("cron(0 0 1 1 ? 2020-2026)")], at("2026-03-01T00:00"))

    assert table.due(at("2190-01-01T00:00")) == []
    assert table.seconds_until_next(at("2026-03-01T00:00")) == math.inf


def test_what_came_several_times_comes_once() -> None:
    table = Timetable([a_schedule("rate(1 minute)")], at("2026-03-01T00:00"))

    assert len(table.due(at("2026-03-01T05:00"))) == 1
    assert table.due(at("2026-03-01T05:00")) == []
    assert table.seconds_until_next(at("2026-03-01T05:00:50")) == 10


@pytest.mark.parametrize(
    ("expression", "zone"),
    [
        ("cron(61 0 * * ? *)", "UTC"),
        ("cron(0 0 3W * ? *)", "UTC"),
        ("cron(0 0 * * ?)", "UTC"),
        ("cron(0 0 * * ? soon)", "UTC"),
        ("rate(0 days)", "UTC"),
        ("at(2026-03-01T00:00:00)", "UTC"),
        ("cron(0 0 * * ? *)", "Mars/Olympus"),
    ],
)
def test_what_cannot_be_followed_is_one_clear_line(expression: str, zone: str) -> None:
    with pytest.raises(TemplateError, match="TickNightly"):
        Timetable([a_schedule(expression, zone)], at("2026-03-01T00:00"))


def test_what_is_due_is_invoked_with_its_input_until_it_succeeds() -> None:
    given: list[tuple[str, Event]] = []

    def function(function: Function, event: Event, _request_id: str) -> JsonValue:
        given.append((function.logical_id, event))
        if len(given) == 1:
            raise FunctionFailedError(function.logical_id)
        return None

    clock = [at("2026-03-01T00:00")]
    schedules = Schedules(template.load(EVENTS_TEMPLATE), function, lambda: clock[0], (0.0, 0.0))
    assert schedules.invoke_due() == []

    clock[0] = at("2026-03-02T00:05", WARSAW)
    for thread in schedules.invoke_due():
        thread.join()

    assert given == [("Tick", {"period": "daily"})] * 2
