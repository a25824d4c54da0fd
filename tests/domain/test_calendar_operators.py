"""Dates against a calendar: every operator, weeks, leap days, the zone, and malformed values."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from pydantic import JsonValue

from counterfoil.domain.calendar_operators import BIRTHDAYS, CALENDAR, calendar_test, date_test
from counterfoil.domain.rule_operators import MalformedCondition

# A Saturday.
NOW = datetime(2026, 3, 14, 12, tzinfo=UTC)
ROWS: list[tuple[str, JsonValue, list[str], list[str]]] = [
    ("$today", True, ["2026-03-14", "2026-03-14T23:59:59Z"], ["2026-03-13", "2025-03-14"]),
    ("$yesterday", True, ["2026-03-13"], ["2026-03-14", "2026-03-12"]),
    ("$tomorrow", True, ["2026-03-15"], ["2026-03-14", "2026-03-16"]),
    ("$this_week", True, ["2026-03-09", "2026-03-15"], ["2026-03-08", "2026-03-16"]),
    ("$last_week", True, ["2026-03-02", "2026-03-08"], ["2026-03-01", "2026-03-09"]),
    ("$next_week", True, ["2026-03-16", "2026-03-22"], ["2026-03-15", "2026-03-23"]),
    ("$this_month", True, ["2026-03-01", "2026-03-31"], ["2026-02-28", "2026-04-01"]),
    ("$last_month", True, ["2026-02-01", "2026-02-28"], ["2026-01-31", "2026-03-01"]),
    ("$next_month", True, ["2026-04-01", "2026-04-30"], ["2026-03-31", "2026-05-01"]),
    ("$this_year", True, ["2026-01-01", "2026-12-31"], ["2025-12-31", "2027-01-01"]),
    ("$last_year", True, ["2025-01-01", "2025-12-31"], ["2024-12-31", "2026-01-01"]),
    ("$next_year", True, ["2027-01-01", "2027-12-31"], ["2026-12-31", "2028-01-01"]),
    ("$is_day_of_month", [14, 1], ["2001-05-14", "2001-05-01"], ["2001-05-02"]),
    ("$is_month", ["3"], ["2001-03-14"], ["2001-04-14"]),
    ("$is_year", [2001], ["2001-03-14"], ["2002-03-14"]),
    ("$is_years_ago", [3], ["2023-03-14"], ["2023-03-13", "2024-03-14", "2026-03-14"]),
    ("$today_md", True, ["1990-03-14", "2026-03-14"], ["1990-03-15"]),
    ("$yesterday_md", True, ["1990-03-13"], ["1990-03-14"]),
    ("$tomorrow_md", True, ["1990-03-15"], ["1990-03-14"]),
    ("$this_week_md", True, ["1990-03-09", "1990-03-15"], ["1990-03-08", "1990-03-16"]),
    ("$last_week_md", True, ["1990-03-02", "1990-03-08"], ["1990-03-01", "1990-03-09"]),
    ("$next_week_md", True, ["1990-03-16", "1990-03-22"], ["1990-03-15", "1990-03-23"]),
    ("$this_month_md", True, ["1990-03-01", "1990-03-31"], ["1990-02-28", "1990-04-01"]),
    ("$last_month_md", True, ["1990-02-01", "1988-02-29"], ["1990-01-31", "1990-03-01"]),
    ("$next_month_md", True, ["1990-04-01", "1990-04-30"], ["1990-03-31", "1990-05-01"]),
    ("$is_days_ago_md", [4], ["1990-03-10"], ["1990-03-11", "1990-03-09"]),
    ("$is_less_days_ago_md", [4], ["1990-03-10", "1990-03-14"], ["1990-03-09", "1990-03-15"]),
    ("$is_more_days_ago_md", [4], ["1990-03-10", "1990-03-15"], ["1990-03-11", "1990-03-14"]),
    ("$is_days_in_future_md", [4], ["1990-03-18"], ["1990-03-17", "1990-03-19"]),
    ("$is_less_days_in_future_md", [4], ["1990-03-14", "1990-03-18"], ["1990-03-19"]),
    ("$is_more_days_in_future_md", [4], ["1990-03-18", "1990-03-13"], ["1990-03-14"]),
]


def fits(operator: str, value: JsonValue, known: JsonValue, now: datetime = NOW) -> bool:
    values = value if isinstance(value, list) else [value]
    return calendar_test(operator, values, 0)(known, now)


@pytest.mark.parametrize(("operator", "value", "fitting", "others"), ROWS)
def test_an_operator_fits_these_dates_and_not_those(
    operator: str, value: JsonValue, fitting: list[str], others: list[str]
) -> None:
    assert [each for each in fitting if not fits(operator, value, each)] == []
    assert [each for each in others if fits(operator, value, each)] == []


def test_every_operator_has_a_row_above() -> None:
    assert {operator for operator, *_ in ROWS} == set(CALENDAR)
    assert set(BIRTHDAYS) | set(BIRTHDAYS.values()) < set(CALENDAR)


@pytest.mark.parametrize(
    ("week_start", "first", "last"),
    [(0, "2026-03-09", "2026-03-15"), (5, "2026-03-14", "2026-03-20"), (6, "2026-03-08", "03-14")],
)
def test_a_week_begins_on_the_day_of_the_project(week_start: int, first: str, last: str) -> None:
    test = calendar_test("$this_week", [True], week_start)

    assert test(first, NOW)
    assert test(f"2026-{last[-5:]}", NOW)
    before = datetime.fromisoformat(first).timestamp() - 86_400
    assert not test(datetime.fromtimestamp(before, UTC).date().isoformat(), NOW)


def test_a_birthday_of_the_29th_of_february_is_the_28th_in_other_years() -> None:
    common, leap = datetime(2026, 2, 28, tzinfo=UTC), datetime(2028, 2, 29, tzinfo=UTC)

    assert fits("$today_md", [True], "2000-02-29", common)
    assert fits("$is_years_ago", [26], "2000-02-29", common)
    assert fits("$today_md", [True], "2000-02-29", leap)
    assert not fits("$today_md", [True], "2000-02-29", leap.replace(day=28))


def test_a_birthday_comes_again_across_the_end_of_the_year() -> None:
    now = datetime(2026, 12, 30, tzinfo=UTC)

    assert fits("$is_less_days_in_future_md", [5], "1990-01-02", now)
    assert fits("$next_month_md", [True], "1990-01-31", now)
    assert fits("$is_less_days_ago_md", [5], "1990-12-30", now.replace(year=2027, month=1, day=2))


def test_a_day_is_one_of_the_projects_zone() -> None:
    warsaw = NOW.astimezone(ZoneInfo("Europe/Warsaw"))

    assert fits("$today", [True], "2026-03-13T23:30:00Z", warsaw)
    assert not fits("$today", [True], "2026-03-13T23:30:00Z", NOW)
    assert fits("$today", [True], "2026-03-14", warsaw)


@pytest.mark.parametrize("known", ["soon", "20260314", 20260314, True, {}, [], None])
def test_what_is_no_date_fits_nothing(known: JsonValue) -> None:
    assert not fits("$this_year", [True], known)


@pytest.mark.parametrize("known", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_the_ends_of_the_calendar_fit_nothing(known: str) -> None:
    assert not fits("$is_years_ago", [3], known)


def test_of_several_dates_one_must_fit() -> None:
    assert fits("$today", [True], ["2020-01-01", "2026-03-14"])
    assert not fits("$today", [True], ["2020-01-01", "x"])


@pytest.mark.parametrize(
    ("operator", "value", "words"),
    [
        ("$today", [False], "must be true"),
        ("$today_md", [], "must be true"),
        ("$this_week", [True, True], "must be true"),
        ("$is_day_of_month", [0], "must be a whole number of 1 to 31"),
        ("$is_month", [13], "must be a whole number of 1 to 12"),
        ("$is_month", [], "must have at least 1 element"),
        ("$is_year", ["x"], "must be a whole number of 1 to 9999"),
        ("$is_years_ago", [1, 2], "must be a whole number of 0 to 36525"),
        ("$is_days_ago_md", [1.5], "must be a whole number of 0 to 36525"),
        ("$is_more_days_ago_md", [True], "must be a whole number of 0 to 36525"),
    ],
)
def test_values_that_an_operator_cannot_have_are_refused(
    operator: str, value: list[JsonValue], words: str
) -> None:
    with pytest.raises(MalformedCondition, match=words):
        calendar_test(operator, value, 0)


@pytest.mark.parametrize(
    ("wanted", "fitting", "other"),
    [
        ("2026-03-10", "2026-03-10T23:00:00Z", "2026-03-11T00:00:00Z"),
        ("2026-03-10T12:00:00Z", "2026-03-10T13:00:00+01:00", "2026-03-10T12:00:01Z"),
        (4, "2026-03-10", "2026-03-11"),
        ("4", "2026-03-10T01:00:00Z", "2026-03-09"),
    ],
)
def test_a_date_is_a_day_an_instant_or_days_ago(
    wanted: JsonValue, fitting: str, other: str
) -> None:
    assert date_test([wanted])(fitting, NOW)
    assert not date_test([wanted])(other, NOW)
    assert date_test(["1999-01-01", wanted])(fitting, NOW)


@pytest.mark.parametrize("wanted", [[], ["soon"], [True], [None], [-1], [{}]])
def test_what_is_no_date_cannot_be_asked_for(wanted: list[JsonValue]) -> None:
    with pytest.raises(MalformedCondition):
        date_test(wanted)
