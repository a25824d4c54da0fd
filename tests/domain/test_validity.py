"""Recurring validity of vouchers in the project's time zone (domain.md §1.9)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from counterfoil.domain.candidate_refusals import RefusalCode
from counterfoil.domain.candidates import refusal_of
from counterfoil.domain.validity import DailyHours, Hours, Span, Timeframe, span, week_day
from tests.builders import a_candidate, amount_off

WARSAW = ZoneInfo("Europe/Warsaw")
START = datetime(2026, 1, 31, 10, 0, tzinfo=UTC)


def hours(*daily: tuple[str, str, list[int] | None]) -> Hours:
    """Periods of start, end and days."""
    return Hours(
        daily=tuple(
            DailyHours.model_validate(
                {"start_time": start, "expiration_time": end, "days_of_week": days}
            )
            for start, end, days in daily
        )
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("P2D", Span(0, 2, 0)),
        ("PT1H", Span(0, 0, 3600)),
        ("P1W", Span(0, 7, 0)),
        ("P1Y2M3DT4H5M6S", Span(14, 3, 14_706)),
    ],
)
def test_a_duration_is_months_days_and_seconds(text: str, expected: Span) -> None:
    assert span(text) == expected


@pytest.mark.parametrize(
    "text", ["", "P", "PT", "P1DT", "1D", "P-1D", "P1.5D", "PT0S", "P101Y", "P9999999D", "p1d"]
)
def test_what_is_no_duration_of_a_second_to_a_century_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        Timeframe(interval=text, duration="PT1H")


@pytest.mark.parametrize(
    ("elapsed", "open_then"),
    [
        (timedelta(0), True),
        (timedelta(minutes=59, seconds=59), True),
        (timedelta(hours=1), False),
        (timedelta(days=1), False),
        (timedelta(days=2), True),
        (timedelta(days=2, minutes=59), True),
        (timedelta(days=1000, minutes=30), True),
        (timedelta(days=1001, minutes=30), False),
    ],
)
def test_an_hour_every_other_day_opens_at_the_hour_of_the_start(
    elapsed: timedelta, *, open_then: bool
) -> None:
    assert Timeframe(interval="P2D", duration="PT1H").holds(START, START + elapsed) is open_then


def test_a_daily_window_keeps_its_wall_clock_over_a_clock_change() -> None:
    timeframe = Timeframe(interval="P1D", duration="PT1H")
    start = datetime(2026, 3, 28, 10, 0, tzinfo=WARSAW)

    assert timeframe.holds(start, datetime(2026, 3, 29, 10, 30, tzinfo=WARSAW))
    assert not timeframe.holds(start, datetime(2026, 3, 29, 11, 0, tzinfo=WARSAW))


def test_a_window_of_hours_is_exact_over_a_clock_change() -> None:
    timeframe = Timeframe(interval="PT24H", duration="PT1H")
    start = datetime(2026, 3, 28, 10, 0, tzinfo=WARSAW)

    assert not timeframe.holds(start, datetime(2026, 3, 29, 10, 30, tzinfo=WARSAW))
    assert timeframe.holds(start, datetime(2026, 3, 29, 11, 0, tzinfo=WARSAW))


@pytest.mark.parametrize(
    ("now", "open_then"),
    [
        (datetime(2026, 2, 28, 10, 0, tzinfo=UTC), True),
        (datetime(2026, 2, 28, 9, 59, tzinfo=UTC), False),
        (datetime(2026, 3, 1, 10, 0, tzinfo=UTC), False),
        (datetime(2026, 3, 31, 12, 0, tzinfo=UTC), True),
        (datetime(2028, 2, 29, 12, 0, tzinfo=UTC), True),
    ],
)
def test_a_month_that_lacks_the_day_has_its_last(now: datetime, *, open_then: bool) -> None:
    assert Timeframe(interval="P1M", duration="P1D").holds(START, now) is open_then


@given(
    interval=st.integers(1, 10**7),
    duration=st.integers(1, 10**7),
    elapsed=st.integers(0, 10**9),
)
def test_windows_of_seconds_are_plain_arithmetic(
    interval: int, duration: int, elapsed: int
) -> None:
    interval, duration = interval % 999_999 + 1, duration % 999_999 + 1
    timeframe = Timeframe(interval=f"PT{interval}S", duration=f"PT{duration}S")

    now = START + timedelta(seconds=elapsed)
    assert timeframe.holds(START, now) is (elapsed % interval < duration)


@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Kiritimati"])
def test_windows_may_have_begun_on_the_first_day_of_the_calendar(zone: str) -> None:
    always = Timeframe(interval="P1D", duration="P1D")

    assert always.holds(datetime(1, 1, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=ZoneInfo(zone)))


def test_the_week_begins_with_sunday() -> None:
    assert [week_day(datetime(2026, 3, day, tzinfo=UTC)) for day in (8, 9, 14)] == [0, 1, 6]


@pytest.mark.parametrize(
    ("clock", "open_then"),
    [("08:59", False), ("09:00", True), ("16:59", True), ("17:00", False)],
)
def test_hours_hold_from_their_start_to_before_their_end(clock: str, *, open_then: bool) -> None:
    now = datetime.fromisoformat(f"2026-03-11T{clock}:59+00:00")

    assert hours(("09:00", "17:00", None)).holds(now) is open_then


def test_hours_hold_on_their_days_only() -> None:
    weekend = hours(("09:00", "17:00", [0, 6]))

    days = [weekend.holds(datetime(2026, 3, day, 12, 0, tzinfo=UTC)) for day in range(8, 15)]
    assert days == [True, False, False, False, False, False, True]


def test_hours_over_midnight_belong_to_the_day_they_start_on() -> None:
    saturday_night = hours(("22:00", "02:00", [6]))

    assert saturday_night.holds(datetime(2026, 3, 14, 23, 0, tzinfo=UTC))
    assert saturday_night.holds(datetime(2026, 3, 15, 1, 59, tzinfo=UTC))
    assert not saturday_night.holds(datetime(2026, 3, 14, 1, 0, tzinfo=UTC))
    assert not saturday_night.holds(datetime(2026, 3, 15, 2, 0, tzinfo=UTC))


def test_hours_from_midnight_to_midnight_are_the_whole_day() -> None:
    assert hours(("00:00", "00:00", None)).holds(datetime(2026, 3, 14, 23, 59, tzinfo=UTC))


@pytest.mark.parametrize(
    ("periods", "expected"),
    [
        ([("09:00", "12:00", None), ("12:00", "14:00", None)], False),
        ([("09:00", "12:01", None), ("12:00", "14:00", None)], True),
        ([("09:00", "12:00", [1]), ("09:00", "12:00", [2])], False),
        ([("22:00", "02:00", [6]), ("01:00", "03:00", [0])], True),
        ([("22:00", "01:00", [6]), ("01:00", "03:00", [0])], False),
        ([("00:00", "00:00", None)], False),
    ],
)
def test_periods_overlap_when_they_share_a_minute(
    periods: list[tuple[str, str, list[int] | None]], *, expected: bool
) -> None:
    assert hours(*periods).overlap() is expected


@pytest.mark.parametrize("clock", ["24:00", "9:00", "09:60", "09:00:00", "", "0900"])
def test_a_time_of_day_is_two_digits_and_two_digits(clock: str) -> None:
    with pytest.raises(ValidationError):
        hours((clock, "10:00", None))


@pytest.mark.parametrize("days", [[], [7], [-1], ["1"], [True]])
def test_a_day_of_the_week_is_a_number_from_0_to_6(days: list[object]) -> None:
    with pytest.raises(ValidationError):
        DailyHours.model_validate(
            {"start_time": "09:00", "expiration_time": "10:00", "days_of_week": days}
        )


@pytest.mark.parametrize(
    "fields",
    [
        {"start_date": START, "validity_timeframe": {"interval": "P1D", "duration": "PT1H"}},
        {"validity_day_of_week": [0]},
        {
            "validity_hours": {
                "daily": [{"start_time": "10:00", "expiration_time": "11:00", "days_of_week": [0]}]
            }
        },
    ],
)
def test_a_voucher_outside_its_recurring_times_is_not_active_now(fields: dict[str, object]) -> None:
    candidate = a_candidate(amount_off(100, "AMOUNT", **fields))

    inside = datetime(2026, 3, 15, 10, 30, tzinfo=UTC)
    assert refusal_of(candidate, inside) is None
    refusal = refusal_of(candidate, datetime(2026, 3, 16, 11, 30, tzinfo=UTC))
    assert refusal is not None
    assert refusal.code is RefusalCode.VOUCHER_NOT_ACTIVE_NOW


def test_recurring_times_are_of_the_project_s_zone() -> None:
    candidate = a_candidate(amount_off(100, validity_day_of_week=[0]))
    saturday_night = datetime(2026, 3, 14, 23, 30, tzinfo=UTC)

    local = saturday_night.astimezone(WARSAW)
    assert refusal_of(candidate, local) is None
    assert refusal_of(candidate, saturday_night) is not None
