"""Days, weeks and months of any zone, and that their hours leave out nothing and nothing twice."""

from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.domain.errors import NotFound
from counterfoil.domain.report_periods import Period, Span, hour_at, hours_of, midnight, week_of
from counterfoil.domain.timestamps import local

WARSAW: Final = ZoneInfo("Europe/Warsaw")
ZONES: Final = st.sampled_from(
    [
        ZoneInfo(name)
        for name in (
            "UTC",
            "Europe/Warsaw",
            "America/Sao_Paulo",
            "Asia/Kolkata",
            "Asia/Kathmandu",
            "Australia/Lord_Howe",
            "Pacific/Apia",
            "America/St_Johns",
            "Asia/Tehran",
        )
    ]
)
DAYS: Final = st.dates(min_value=date(1975, 1, 1), max_value=date(2035, 12, 31))


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Warsaw", "2026-03-29", 23),
        ("Europe/Warsaw", "2026-10-25", 25),
        ("Europe/Warsaw", "2026-06-01", 24),
        ("Asia/Kolkata", "2026-06-01", 24),
        ("Australia/Lord_Howe", "2026-04-05", 25),  # the last one of half an hour
        ("America/Sao_Paulo", "2018-11-04", 23),  # which begins at one o'clock
        ("Pacific/Apia", "2011-12-30", 0),  # which was left out
    ],
)
def test_a_day_has_as_many_hours_as_its_clocks(zone: str, day: str, hours: int) -> None:
    assert len(hours_of(date.fromisoformat(day), ZoneInfo(zone))) == hours


def test_where_clocks_stand_at_half_past_an_hour_lies_in_two_of_utc() -> None:
    first, *_ = hours_of(date(2026, 6, 1), ZoneInfo("Asia/Kolkata"))

    assert first.start == datetime(2026, 5, 31, 18, 30, tzinfo=UTC)
    assert [each.hour for each in first.utc_hours] == [18, 19]


@given(zone=ZONES, day=DAYS)
def test_the_hours_of_a_day_follow_one_another_from_midnight_to_midnight(
    zone: ZoneInfo, day: date
) -> None:
    found = hours_of(day, zone)

    bounds = [midnight(day, zone), *(hour.end for hour in found)]
    assert [hour.start for hour in found] == bounds[:-1]
    assert bounds[-1] == midnight(day + timedelta(days=1), zone)
    assert all(timedelta(0) < hour.end - hour.start <= timedelta(hours=1) for hour in found)


@given(zone=ZONES, at=st.datetimes(datetime(1975, 1, 1), datetime(2035, 12, 31)))  # noqa: DTZ001  # made aware below
def test_an_instant_is_in_one_hour_of_its_own_day(zone: ZoneInfo, at: datetime) -> None:
    instant = at.replace(tzinfo=UTC)

    hour = hour_at(instant, zone)

    assert hour.start <= instant < hour.end
    assert hour.day == local(instant, zone).date()
    assert hour in hours_of(hour.day, zone)


@given(day=DAYS, week_start=st.integers(0, 6), period=st.sampled_from(Period))
def test_a_label_names_the_span_that_it_is_of(day: date, week_start: int, period: Period) -> None:
    span = Span.holding(period, day, week_start)

    assert span.first <= day <= span.last
    assert Span.named(period, span.label, week_start) == span
    assert Span.holding(period, span.last, week_start) == span
    after = Span.holding(period, span.last + timedelta(days=1), week_start)
    assert after.label > span.label


def test_weeks_begin_when_the_project_says() -> None:
    assert week_of(date(2026, 3, 1), 0) == date(2026, 2, 23)
    assert week_of(date(2026, 3, 1), 6) == date(2026, 3, 1)


@pytest.mark.parametrize(
    ("period", "label"),
    [
        (Period.DAILY, "20260301"),
        (Period.DAILY, "2026-02-30"),
        (Period.WEEKLY, "2026-W10"),
        (Period.WEEKLY, "2026-03-01"),
        (Period.MONTHLY, "2026-13"),
        (Period.MONTHLY, "2026-03-01"),
        (Period.DAILY, "9999-12-31"),
    ],
)
def test_what_is_no_label_names_nothing(period: Period, label: str) -> None:
    with pytest.raises(NotFound):
        Span.named(period, label, 0)
