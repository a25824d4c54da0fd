"""Every operator against every type that it can meet, in the zones that it is asked in.

Source: domain.md §8.2.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import pytest

from counterfoil.domain import rule_operators
from counterfoil.domain.rule_operators import (
    ALIASES,
    EQUALITY,
    NUMERIC,
    OPERATORS,
    MalformedCondition,
)
from counterfoil.domain.rule_sets import rules_sent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import JsonValue

    from counterfoil.domain.rule_values import Value

WARSAW: Final = ZoneInfo("Europe/Warsaw")
NEW_YORK: Final = ZoneInfo("America/New_York")
# A Saturday of winter time, an hour ahead of UTC.
EVENING: Final = datetime(2026, 3, 14, 18, tzinfo=WARSAW)

# One value of every type; three of them are points of time on that Saturday.
KNOWN: Final[dict[str, Value]] = {
    "number": 5,
    "float": 5.5,
    "price": Fraction(11, 2),
    "digits": "5",
    "text": "blue mug",
    "flag": True,
    "said": "true",
    "date": "2026-03-14",
    "clock": "2026-03-14T12:00:00",
    "instant": "2026-03-14T12:00:00Z",
    "numbers": [4, 6],
    "texts": ["red", "blue mug"],
    "dates": ["2026-03-01", "2026-04-01"],
    "empty": [],
    "object": {"size": 5},
    "missing": None,
}
EVERY: Final = " ".join(name for name in KNOWN if name != "missing")
_SAME: Final[list[tuple[list[JsonValue], str]]] = [
    ([5], "number digits"),
    (["5"], "number digits"),
    (["5.0"], "number"),
    (["5.50"], "float price"),
    ([5.5], "float price"),
    (["blue mug"], "text texts"),
    (["Blue mug"], ""),
    ([True], "flag said"),
    (["TRUE"], "flag"),
    ([1], ""),
    ([False], ""),
    ([4, 7], "numbers"),
    (["2026-03-14"], "date"),
    (["2026-03-14T12:00:00"], "clock"),
    (["2026-03-14T12:00:00Z", "2026-04-01"], "instant dates"),
    (["2026-03-14T12:00:00.000Z"], ""),
    ([{"size": 5}], "object"),
    ([{"size": 6}], ""),
    ([None], ""),
    ([5, "red", True], "number digits texts flag said"),
]


def without(met: str) -> str:
    """All that is there but for `met`."""
    return " ".join(name for name in EVERY.split() if name not in met.split())


ROWS: Final[list[tuple[str, Sequence[JsonValue], str]]] = [
    *(("$is", wanted, met) for wanted, met in _SAME),
    *(("$in", wanted, met) for wanted, met in _SAME),
    *(("$is_not", wanted, without(met)) for wanted, met in _SAME),
    *(("$not_in", wanted, without(met)) for wanted, met in _SAME),
    ("$more_than", [5], "float price numbers"),
    ("$more_than", ["4.5"], "number float price digits numbers"),
    ("$more_than", [6], ""),
    ("$more_than", ["2026-03-14"], "clock instant dates"),
    ("$more_than", ["2026-03-14T11:00:00Z"], "instant dates"),
    ("$more_than", ["2026-04-01"], ""),
    ("$more_than_or_equal", [5.5], "float price numbers"),
    ("$more_than_or_equal", ["5"], "number float price digits numbers"),
    ("$more_than_or_equal", [6.5], ""),
    ("$more_than_or_equal", ["2026-03-14"], "date clock instant dates"),
    ("$more_than_or_equal", ["2026-03-14T12:00"], "clock instant dates"),
    ("$less_than", [5.5], "number digits numbers"),
    ("$less_than", [5.6], "number float price digits numbers"),
    ("$less_than", ["4"], ""),
    ("$less_than", ["2026-03-14T12:00:00+01:00"], "date dates"),
    ("$less_than", ["2026-03-14T12:00:01+01:00"], "date clock dates"),
    ("$less_than", ["2026-03-15"], "date clock instant dates"),
    ("$less_than_or_equal", [5], "number digits numbers"),
    ("$less_than_or_equal", ["5.5"], "number float price digits numbers"),
    ("$less_than_or_equal", [3], ""),
    ("$less_than_or_equal", ["2026-03-14T12:00:00+01:00"], "date clock dates"),
    ("$less_than_or_equal", ["2026-03-14T12:00:00Z"], "date clock instant dates"),
    ("$starts_with", ["blue"], "text texts"),
    ("$starts_with", ["Blue"], ""),
    ("$starts_with", ["x", "5"], "digits"),
    ("$starts_with", ["t"], "said"),
    ("$starts_with", ["2026-03-14"], "date clock instant"),
    ("$starts_with", ["2026"], "date clock instant dates"),
    ("$ends_with", ["mug"], "text texts"),
    ("$ends_with", ["Z", "rue", "5"], "instant said digits"),
    ("$ends_with", ["-14", "00:00", "-01"], "date clock dates"),
    ("$contains", ["ue"], "text said"),
    ("$contains", ["UE"], ""),
    ("$contains", ["red", 6], "texts numbers"),
    ("$contains", [5], ""),
    ("$contains", ["5"], "digits"),
    ("$contains", ["-03-"], "date clock instant"),
    ("$contains", ["2026-04-01"], "dates"),
    ("$count", [2], "numbers texts dates"),
    ("$count", ["0"], "empty"),
    ("$count", [3], ""),
    ("$count_more", [1], "numbers texts dates"),
    ("$count_more", [2], ""),
    ("$count_less", [3], "numbers texts dates empty"),
    ("$count_less", [2], "empty"),
    ("$count_less", [0], ""),
    ("$not_differ", ["6", 4, 6], "numbers"),
    ("$not_differ", ["red", "blue mug"], "texts"),
    ("$not_differ", ["2026-04-01", "2026-03-01"], "dates"),
    ("$not_differ", ["red"], ""),
    ("$not_differ", [4, 6, 7], ""),
    ("$not_intersect", ["red"], "numbers dates empty"),
    ("$not_intersect", ["6", "2026-03-01"], "texts empty"),
    ("$not_intersect", [5], "numbers texts dates empty"),
    ("$after", ["2026-03-14"], "clock instant dates"),
    ("$after", ["2026-03-13T23:59:59.999"], "date clock instant dates"),
    ("$after", ["2026-03-14T12:00:00+01:00"], "instant dates"),
    ("$after", ["2026-04-01"], ""),
    ("$before", ["2026-03-14T12:00:00.001Z"], "date clock instant dates"),
    ("$before", ["2026-03-14T11:00:00Z"], "date dates"),
    ("$before", ["2026-03-01"], ""),
    ("$more_than_ago", [0], "date clock instant dates"),
    ("$more_than_ago", ["1"], "dates"),
    ("$more_than_ago", [14], ""),
    ("$less_than_ago", [1], "date clock instant"),
    ("$less_than_ago", [14], "date clock instant dates"),
    ("$less_than_ago", [0], ""),
    ("$is_days_ago", [0], "date clock instant"),
    ("$is_days_ago", [13], "dates"),
    ("$is_days_ago", [1], ""),
    ("$more_than_future", [17], "dates"),
    ("$more_than_future", [18], ""),
    ("$less_than_future", [18], "dates"),
    ("$less_than_future", [17], ""),
    ("$is_days_in_future", [18], "dates"),
    ("$is_days_in_future", [0], "date clock instant"),
    ("$is_days_in_future", [1], ""),
    ("$timeframe", ["2026-03-01T11:30;P1D;PT1H"], "clock"),
    ("$timeframe", ["2026-03-01T12:00;P1D;PT1H"], "clock"),
    ("$timeframe", ["2026-03-01T12:00:00Z;P1D;PT1H"], "instant"),
    ("$timeframe", ["2026-03-01;P1D;PT1H"], "date dates"),
    ("$timeframe", ["2026-03-13;P2W;P1D"], ""),
    ("$timeframe", ["2026-03-14;P1Y;P1D"], "date clock instant"),
    ("$timeframe", ["2026-03-14T12:30;P1D;PT23H"], "instant dates"),
    ("$timeframe_absolute", ["2026-03-14;2026-03-14T13:00"], "date clock"),
    ("$timeframe_absolute", ["2026-03-14T12:00;2026-03-15"], "clock instant"),
    ("$timeframe_absolute", ["2026-04-01;2026-04-01T00:00:01"], "dates"),
    ("$timeframe_absolute", ["2026-03-15;2026-03-14"], ""),
    ("$timeframe_daily_hours", ["12:00;13:00;6"], "clock"),
    ("$timeframe_daily_hours", ["13:00;13:01;5,6"], "instant"),
    ("$timeframe_daily_hours", ["23:00;00:30;5"], "date"),
    ("$timeframe_daily_hours", ["00:00;00:00;0,3"], "dates"),
    ("$timeframe_daily_hours", ["12:00;13:00;1,2,3,4,5"], ""),
    ("$dow", [6], "date clock instant"),
    ("$dow", ["3", 5], "dates"),
    ("$dow", [1, 2], ""),
]


def fits(operator: str, wanted: Sequence[JsonValue], value: Value, now: datetime = EVENING) -> bool:
    return rule_operators.test_of(operator, wanted)(value, now)


@pytest.mark.parametrize(("operator", "wanted", "met"), ROWS)
def test_an_operator_is_met_by_these_types_and_by_no_others(
    operator: str, wanted: Sequence[JsonValue], met: str
) -> None:
    found = {name for name, value in KNOWN.items() if fits(operator, wanted, value)}

    assert found == set(met.split())


@pytest.mark.parametrize(
    ("value", "wanted", "same"),
    [
        ("7", "7", True),
        ("007", "7", False),
        ("7", "007", False),
        ("1e3", "1000", False),
        ("1.0", "1", False),
        ("+7", "7", False),
        (7, "007", True),
        ("007", 7, True),
        (1_000, "1e3", True),
        (["007"], "7", False),
        (["007"], "007", True),
    ],
)
def test_two_texts_are_the_same_letter_by_letter_and_a_number_is_however_it_is_written(
    value: Value,
    wanted: JsonValue,
    same: bool,  # noqa: FBT001  # a case
) -> None:
    assert fits("$is", [wanted], value) is same
    assert fits("$is_not", [wanted], value) is not same


def test_the_table_has_every_operator_with_every_type_met_and_not_met() -> None:
    met: dict[str, set[str]] = {}
    unmet: dict[str, set[str]] = {}
    for operator, _, names in ROWS:
        met.setdefault(operator, set()).update(names.split())
        unmet.setdefault(operator, set()).update(KNOWN.keys() - set(names.split()))

    assert met.keys() == OPERATORS.keys()
    for operator, types in met.items():
        # Nothing is in an empty list, so what denies is always met by it.
        assert types
        assert types - unmet[operator] <= {"empty"}, operator


def test_a_missing_value_fits_nothing_not_even_what_denies() -> None:
    assert not any(fits(operator, wanted, None) for operator, wanted, _ in ROWS)


@pytest.mark.parametrize("operator", sorted(EQUALITY))
def test_of_a_list_some_element_must_be_one_and_none_where_that_is_denied(operator: str) -> None:
    denies = operator in ("$is_not", "$not_in")

    assert fits(operator, ["red"], ["red", "blue"]) is not denies
    assert fits(operator, ["red"], ["blue"]) is denies


@pytest.mark.parametrize(("alias", "operator"), ALIASES.items())
def test_an_operator_under_another_of_its_names_is_the_same(alias: str, operator: str) -> None:
    sent, plain = (
        rules_sent({"1": {"name": "order.amount", "conditions": {name: [5]}}})
        for name in (alias, operator)
    )

    assert sent == plain
    assert sent.rules[0].conditions[0].operator == operator


def test_the_names_of_other_contracts_are_the_numeric_operators() -> None:
    assert set(ALIASES) == {
        "$greater_than",
        "$greater_than_or_equal",
        "$more_than_equal",
        "$lower_than",
        "$lower_than_or_equal",
        "$less_than_equal",
    }
    assert set(ALIASES.values()) == NUMERIC - EQUALITY


_NOT_COMPARED: Final[tuple[list[JsonValue], ...]] = (
    ["mug"],
    [True],
    [None],
    [{}],
    [[5]],
    [""],
    ["2026-13-01"],
    ["2026-02-30"],
    ["1e1000"],
    ["5,5"],
    [" 5"],
    ["\u0665"],
    ["1" * 41],
    [float("inf")],
)
_NO_DATES: Final[tuple[list[JsonValue], ...]] = ([5], ["5"], ["tomorrow"], [None], [True], [["x"]])
_NO_COUNTS: Final[tuple[list[JsonValue], ...]] = (
    [-1],
    [1.5],
    ["x"],
    [None],
    [True],
    [[]],
    ["2026-03-14"],
)
_NO_TEXTS: Final[tuple[JsonValue, ...]] = (5, None, True, ["a"], {"a": "b"})
_NO_WEEKDAYS: Final[tuple[JsonValue, ...]] = (7, -1, 1.5, "Mon", None, True, [1])
_COMPARED: Final = sorted(NUMERIC - EQUALITY)
_DAYS: Final = [each for each in OPERATORS if each.endswith(("_ago", "_future"))]
_SOLE: Final = (
    *_COMPARED,
    *("$after", "$before", "$count", "$count_more", "$count_less", *_DAYS),
    *("$timeframe", "$timeframe_absolute", "$timeframe_daily_hours"),
)
_WHOLE: Final = "must be a whole number of at least 0"
MALFORMED: Final[list[tuple[str, Sequence[JsonValue], str]]] = [
    *((each, [], "must have at least 1 element") for each in OPERATORS),
    *((each, [1, 2], "must have 1 element; it has 2") for each in _SOLE),
    *(
        (each, wanted, "must be a number or an ISO-8601 date")
        for each in _COMPARED
        for wanted in _NOT_COMPARED
    ),
    *(
        (each, wanted, "must be an ISO-8601 date")
        for each in ("$after", "$before")
        for wanted in _NO_DATES
    ),
    *(
        (each, wanted, _WHOLE)
        for each in ("$count", "$count_more", "$count_less", *_DAYS)
        for wanted in _NO_COUNTS
    ),
    *((each, [36_526], "must be <= 36525") for each in _DAYS),
    *(
        (each, ["a", wanted], "must be strings; element 1 is none")
        for each in ("$starts_with", "$ends_with")
        for wanted in _NO_TEXTS
    ),
    ("$timeframe", [5], "must be <ISO date-time>;<interval>;<duration>"),
    ("$timeframe", ["2026-01-01;P1D"], "must be <ISO date-time>;<interval>;<duration>"),
    ("$timeframe", ["2026-01-01;P1D;PT1H;"], "must be <ISO date-time>;<interval>;<duration>"),
    ("$timeframe", ["soon;P1D;PT1H"], "must be an ISO-8601 date"),
    ("$timeframe", ["2026-01-01;1D;PT1H"], "is not an ISO-8601 duration: 1D"),
    ("$timeframe", ["2026-01-01;P1D;PT0S"], "must be between PT1S and P100Y"),
    ("$timeframe", ["2026-01-01;P101Y;PT1H"], "must be between PT1S and P100Y"),
    ("$timeframe_absolute", ["2026-01-01"], "must be <ISO date-time>;<ISO date-time>"),
    ("$timeframe_absolute", [None], "must be <ISO date-time>;<ISO date-time>"),
    ("$timeframe_absolute", ["2026-01-01;never"], "must be an ISO-8601 date"),
    ("$timeframe_absolute", [";2026-01-01"], "must be an ISO-8601 date"),
    *(
        ("$timeframe_daily_hours", [wanted], "must be <HH:mm>;<HH:mm>;<weekdays with commas")
        for wanted in (
            *(5, "18:00;20:00", "18:00;20:00;", "18:00;20:00;7", "18:00;20:00;-1"),
            *("18:00;20:00;Mon", "24:00;20:00;1", "8:00;20:00;1", "18:00;20:60;1"),
            "18:00;20:00;0,1,2,3,4,5,6,0",
        )
    ),
    *(("$dow", [1, wanted], "must be whole numbers of 0 (Sunday) to 6") for wanted in _NO_WEEKDAYS),
]


@pytest.mark.parametrize(("operator", "wanted", "words"), MALFORMED)
def test_a_wanted_value_that_an_operator_cannot_take_is_refused(
    operator: str, wanted: Sequence[JsonValue], words: str
) -> None:
    with pytest.raises(MalformedCondition) as refused:
        rule_operators.test_of(operator, wanted)

    assert str(refused.value).startswith(words)


def test_there_is_no_operator_that_is_not_the_contracts() -> None:
    with pytest.raises(KeyError):
        rule_operators.test_of("$between", [1])


def test_numbers_are_compared_exactly() -> None:
    assert not fits("$more_than", [2**53], 2**53)
    assert fits("$more_than", [2**53], 2**53 + 1)
    assert fits("$is", ["0.1"], 0.1)
    assert fits("$less_than", ["5.34"], Fraction(16, 3))
    assert not fits("$less_than", ["5.33"], Fraction(16, 3))
    assert fits("$more_than", ["1e999"], 10**1_000)
    assert fits("$is", ["1e3"], 1_000)


@pytest.mark.parametrize(
    ("operator", "wanted", "value", "in_warsaw", "in_new_york"),
    [
        # Half past midnight of the first of July in Warsaw.
        ("$after", "2026-07-01", "2026-06-30T22:30:00Z", True, False),
        ("$before", "2026-07-01", "2026-06-30T22:30:00Z", False, True),
        ("$dow", 3, "2026-06-30T22:30:00Z", True, False),
        ("$dow", 2, "2026-06-30T22:30:00Z", False, True),
        ("$timeframe_daily_hours", "00:00;01:00;3", "2026-06-30T22:30:00Z", True, False),
        ("$timeframe_daily_hours", "18:00;19:00;2", "2026-06-30T22:30:00Z", False, True),
        ("$timeframe_absolute", "2026-07-01;2026-07-02", "2026-07-01T22:30:00Z", False, True),
        ("$timeframe", "2026-01-01T00:00;P1D;PT1H", "2026-06-30T22:30:00Z", True, False),
        ("$is_days_ago", 1, "2026-06-30T22:30:00Z", True, False),
        ("$is_days_ago", 2, "2026-06-30T22:30:00Z", False, True),
        ("$is_days_in_future", 1, "2026-07-02T22:30:00Z", True, False),
        # What has a zone is the same instant everywhere.
        ("$after", "2026-07-01T00:00:00+02:00", "2026-06-30T22:30:00Z", True, True),
        # What has none is of the project's, on either side.
        ("$after", "2026-07-01", "2026-07-01T00:00:01", True, True),
        ("$after", "2026-07-01T00:00:00Z", "2026-07-01T01:00", False, True),
    ],
)
def test_days_and_clocks_are_those_of_the_projects_zone(
    operator: str,
    wanted: JsonValue,
    value: str,
    in_warsaw: bool,  # noqa: FBT001  # a case
    in_new_york: bool,  # noqa: FBT001
) -> None:
    noon = datetime(2026, 7, 2, 12)  # noqa: DTZ001  # of either zone

    assert fits(operator, [wanted], value, noon.replace(tzinfo=WARSAW)) is in_warsaw
    assert fits(operator, [wanted], value, noon.replace(tzinfo=NEW_YORK)) is in_new_york


# On these days clocks go from 2:00 to 3:00, and from 3:00 (2:00 in New York) back by an hour.
SPRING: Final = {WARSAW: datetime(2026, 3, 29, 1, tzinfo=UTC)} | {
    NEW_YORK: datetime(2026, 3, 8, 7, tzinfo=UTC)
}
AUTUMN: Final = {WARSAW: datetime(2026, 10, 25, 1, tzinfo=UTC)} | {
    NEW_YORK: datetime(2026, 11, 1, 6, tzinfo=UTC)
}
ZONES: Final = (WARSAW, NEW_YORK)


def utc(at: datetime, **later: float) -> str:
    """`at` and what is `later`, as an instant."""
    return (at.astimezone(UTC) + timedelta(**later)).isoformat()


@pytest.mark.parametrize("zone", ZONES, ids=str)
@pytest.mark.parametrize(("change", "hours"), [(SPRING, 23), (AUTUMN, 25)])
def test_a_day_ago_is_the_same_time_of_the_day_before_be_that_23_or_25_hours(
    zone: ZoneInfo, change: dict[ZoneInfo, datetime], hours: int
) -> None:
    noon = change[zone].astimezone(zone).replace(hour=12, fold=0)
    day_before = utc(noon, hours=-hours)

    assert not fits("$more_than_ago", [1], day_before, noon)
    assert fits("$more_than_ago", [1], utc(noon, hours=-hours, seconds=-1), noon)
    assert not fits("$less_than_ago", [1], day_before, noon)
    assert fits("$less_than_ago", [1], utc(noon, hours=-hours, seconds=1), noon)


@pytest.mark.parametrize("zone", ZONES, ids=str)
@pytest.mark.parametrize(("change", "hours"), [(SPRING, 23), (AUTUMN, 25)])
def test_a_day_on_is_the_same_time_of_the_next_day(
    zone: ZoneInfo, change: dict[ZoneInfo, datetime], hours: int
) -> None:
    noon = change[zone].astimezone(zone).replace(hour=12, fold=0) - timedelta(days=1)

    assert not fits("$more_than_future", [1], utc(noon, hours=hours), noon)
    assert fits("$more_than_future", [1], utc(noon, hours=hours, seconds=1), noon)
    assert fits("$less_than_future", [1], utc(noon, hours=hours, seconds=-1), noon)
    assert not fits("$less_than_future", [1], utc(noon, hours=hours), noon)


@pytest.mark.parametrize("zone", ZONES, ids=str)
@pytest.mark.parametrize(("change", "hours"), [(SPRING, 23), (AUTUMN, 25)])
def test_the_day_of_a_clock_change_is_one_day(
    zone: ZoneInfo, change: dict[ZoneInfo, datetime], hours: int
) -> None:
    midnight = change[zone].astimezone(zone).replace(hour=0, fold=0)
    next_noon = midnight.replace(hour=12) + timedelta(days=1)

    assert not fits("$is_days_ago", [1], utc(midnight, seconds=-1), next_noon)
    assert fits("$is_days_ago", [1], utc(midnight), next_noon)
    assert fits("$is_days_ago", [1], utc(midnight, hours=hours, seconds=-1), next_noon)
    assert not fits("$is_days_ago", [1], utc(midnight, hours=hours), next_noon)
    assert fits("$dow", [0], utc(midnight, hours=hours, seconds=-1), next_noon)


@pytest.mark.parametrize("zone", ZONES, ids=str)
def test_an_hour_that_the_clocks_leave_out_is_never_and_one_that_comes_twice_is_both(
    zone: ZoneInfo,
) -> None:
    now = datetime(2026, 12, 1, tzinfo=zone)
    left_out, twice = SPRING[zone], AUTUMN[zone]
    hour = twice.astimezone(zone).hour

    for minutes in (-1, 0, 1):
        at = utc(left_out, minutes=minutes)
        assert not fits("$timeframe_daily_hours", ["02:00;03:00;0"], at, now)
    again = f"{hour:02}:00;{hour + 1:02}:00;0"
    found = [
        fits("$timeframe_daily_hours", [again], utc(twice, minutes=minutes), now)
        for minutes in (-61, -60, -1, 0, 59, 60)
    ]
    assert found == [False, True, True, True, True, False]


@pytest.mark.parametrize("zone", ZONES, ids=str)
@pytest.mark.parametrize("change", [SPRING, AUTUMN])
def test_a_window_that_opens_at_ten_opens_at_ten_on_both_sides_of_a_change(
    zone: ZoneInfo, change: dict[ZoneInfo, datetime]
) -> None:
    day = change[zone].astimezone(zone).replace(hour=10, minute=0, fold=0)
    start = (day - timedelta(days=3)).isoformat()

    for ten in (day - timedelta(days=1), day, day + timedelta(days=1)):
        found = [
            fits("$timeframe", [f"{start};P1D;PT1H"], utc(ten, minutes=minutes), day)
            for minutes in (-1, 0, 59, 60)
        ]
        assert found == [False, True, True, False]


def test_a_window_of_hours_is_as_long_as_it_says_over_a_change() -> None:
    change = AUTUMN[WARSAW]
    window = "2026-10-24T20:00:00+02:00;P1D;PT12H"  # 20:00 to 7:00 of winter time

    assert fits("$timeframe", [window], utc(change, hours=4, minutes=59), EVENING)
    assert fits("$timeframe", [window], "2026-10-25T06:59", EVENING)
    assert not fits("$timeframe", [window], "2026-10-25T07:00", EVENING)


@pytest.mark.parametrize("zone", [*ZONES, ZoneInfo("Pacific/Kiritimati")], ids=str)
@pytest.mark.parametrize(
    "value",
    [
        *("0001-01-01", "0001-01-01T00:30", "0001-01-01T00:30:00Z", "0001-01-01T00:00+14:00"),
        *("0002-01-01T00:00+14:00", "9998-12-31T23:59-14:00", "9999-12-31T23:59:59.999"),
        *("9999-12-31T23:59-14:00", "2026-W11-6", "2026-03-14 12:00"),
    ],
)
def test_the_ends_of_the_calendar_are_dates_like_others(zone: ZoneInfo, value: str) -> None:
    now = EVENING.astimezone(zone)
    windows = ("0001-01-01;P1D;PT1H", "0001-01-01;PT1S;PT1S", "9999-12-31;P1Y;P1Y")
    for operator, wanted, _ in ROWS:
        assert fits(operator, wanted, value, now) in (True, False)
    for window in windows:
        assert fits("$timeframe", [window], value, now) in (True, False)
    assert fits("$timeframe_absolute", ["0001-01-01;9999-12-31"], value, now) in (True, False)
