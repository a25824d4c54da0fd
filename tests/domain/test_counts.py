"""Calendar periods by their first days (domain.md §8.5)."""

from datetime import date

import pytest

from counterfoil.domain.counts import Measure, Periods, date_before


@pytest.mark.parametrize(
    ("today", "week_start", "day", "week", "month"),
    [
        ("2026-03-14", 0, "20260314", "20260309", "202603"),
        ("2026-03-14", 6, "20260314", "20260308", "202603"),
        ("2026-03-14", 5, "20260314", "20260314", "202603"),
        ("2026-03-09", 0, "20260309", "20260309", "202603"),
        ("2026-03-15", 0, "20260315", "20260309", "202603"),
        ("2026-03-15", 6, "20260315", "20260315", "202603"),
        ("2026-03-01", 0, "20260301", "20260223", "202603"),
        ("2026-01-01", 0, "20260101", "20251229", "202601"),
        ("2024-02-29", 6, "20240229", "20240225", "202402"),
    ],
)
def test_a_day_is_in_the_week_that_begins_where_the_project_says(
    today: str, week_start: int, day: str, week: str, month: str
) -> None:
    labels = Periods.of(date.fromisoformat(today), week_start).labels

    assert labels == {Measure.DAY: day, Measure.WEEK: week, Measure.MONTH: month}


def test_a_day_is_moved_back_no_further_than_the_calendars_first() -> None:
    assert date_before(date(2026, 3, 1), 1) == date(2026, 2, 28)
    assert date_before(date(1, 1, 3), 2) == date.min
    assert date_before(date(1, 1, 3), 9) == date.min
