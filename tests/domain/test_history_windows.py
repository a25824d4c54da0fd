"""Windows of purchase history: where they begin, over months, leap days and clock changes.

Source: domain.md §8.6.
"""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from counterfoil.domain.history_windows import months_of, window

WARSAW = ZoneInfo("Europe/Warsaw")


@pytest.mark.parametrize(
    ("text", "today", "first"),
    [
        ("P1D", "2026-03-14", "2026-03-14"),
        ("P2D", "2026-03-14", "2026-03-13"),
        ("P30D", "2026-03-14", "2026-02-13"),
        ("P30D", "2024-03-14", "2024-02-14"),
        ("P4W", "2026-03-14", "2026-02-15"),
        ("P1W", "2026-01-03", "2025-12-28"),
        ("P1W2D", "2026-03-14", "2026-03-06"),
        ("P6M", "2026-03-14", "2025-09-15"),
        ("P1M", "2026-03-01", "2026-02-02"),
        ("P1M", "2026-03-31", "2026-03-01"),
        ("P1M", "2024-03-31", "2024-03-01"),
        ("P6M", "2026-08-31", "2026-03-01"),
        ("P1M", "2026-05-30", "2026-05-01"),
        ("P1Y", "2024-02-29", "2023-03-01"),
        ("P1Y", "2026-03-14", "2025-03-15"),
        ("P12M", "2026-03-14", "2025-03-15"),
        ("P1M10D", "2026-03-14", "2026-02-05"),
        ("P5Y", "2026-03-14", "2021-03-15"),
    ],
)
def test_a_window_of_days_begins_on_this_day_and_ends_with_today(
    text: str, today: str, first: str
) -> None:
    assert window(text).first_day(date.fromisoformat(today)) == date.fromisoformat(first)


@pytest.mark.parametrize("days", range(1, 32))
def test_a_window_of_months_begins_the_day_after_the_same_day(days: int) -> None:
    today = date(2026, 7, days)

    assert window("P6M").first_day(today) == date(2026, 1, days) + timedelta(days=1)


def test_a_window_of_days_has_that_many() -> None:
    today = date(2026, 3, 14)

    for days in (1, 7, 30, 365, 1_826):
        first = window(f"P{days}D").first_day(today)
        assert (today - first).days + 1 == days


@pytest.mark.parametrize(
    ("text", "now", "first"),
    [
        ("PT1H", "2026-03-14T09:26:53.589+00:00", "2026-03-14T09:00:00+00:00"),
        ("PT1H", "2026-03-14T09:00:00+00:00", "2026-03-14T09:00:00+00:00"),
        ("PT1H", "2026-03-14T08:59:59.999+00:00", "2026-03-14T08:00:00+00:00"),
        ("PT6H", "2026-03-14T09:26:53+00:00", "2026-03-14T04:00:00+00:00"),
        ("PT6H", "2026-03-14T02:00:00+00:00", "2026-03-13T21:00:00+00:00"),
        ("PT6H", "2026-03-14T09:26:53+05:30", "2026-03-13T22:00:00+00:00"),
        ("PT60M", "2026-03-14T09:26:53+00:00", "2026-03-14T09:00:00+00:00"),
        ("PT48H", "2026-03-14T09:26:53+00:00", "2026-03-12T10:00:00+00:00"),
    ],
)
def test_a_window_of_hours_begins_with_this_hour_of_utc(text: str, now: str, first: str) -> None:
    begins = window(text).first_hour(datetime.fromisoformat(now))

    assert begins == datetime.fromisoformat(first)
    assert begins.tzinfo is UTC


def test_a_window_of_hours_is_as_long_over_a_clock_change() -> None:
    after = datetime(2026, 3, 29, 4, 30, tzinfo=WARSAW)

    assert window("PT6H").first_hour(after) == datetime(2026, 3, 28, 21, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is not an ISO-8601 duration: "),
        ("P", "is not an ISO-8601 duration: P"),
        ("30D", "is not an ISO-8601 duration: 30D"),
        ("P1.5D", "is not an ISO-8601 duration: P1.5D"),
        ("P0D", "must be between PT1S and P100Y"),
        ("PT90M", "must be whole days, weeks, months or years, or PT1H to PT48H"),
        ("PT1S", "must be whole days, weeks, months or years, or PT1H to PT48H"),
        ("PT49H", "must be whole days, weeks, months or years, or PT1H to PT48H"),
        ("P1DT1H", "must be whole days, weeks, months or years, or PT1H to PT48H"),
        ("P1MT24H", "must be whole days, weeks, months or years, or PT1H to PT48H"),
        ("P5Y1D", "must be at most P5Y"),
        ("P61M", "must be at most P5Y"),
        ("P1827D", "must be at most P5Y"),
    ],
)
def test_what_is_no_window_is_refused(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(words)}$"):
        window(text)


@pytest.mark.parametrize(
    ("windows", "months"),
    [
        ([], []),
        (["PT6H"], []),
        (["P1D"], ["2026-03"]),
        (["P14D"], ["2026-03"]),
        (["P15D"], ["2026-03", "2026-02"]),
        (["P3M", "P1D", "PT6H"], ["2026-03", "2026-02", "2026-01", "2025-12"]),
    ],
)
def test_the_months_of_windows_are_those_of_all_their_days(
    windows: list[str], months: list[str]
) -> None:
    assert months_of(windows, date(2026, 3, 14)) == months
