"""Filters on attributes: every operator by the kind of its field, and what cannot be a filter."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from pydantic import JsonValue

from counterfoil.domain.attribute_filters import Kind, attribute_filter
from counterfoil.domain.errors import InvalidPayload

NOW = datetime(2026, 3, 14, 12, tzinfo=UTC)
KINDS = {
    "name": Kind.TEXT,
    "price": Kind.NUMBER,
    "created_at": Kind.DATE,
    "attributes": Kind.LIST,
    "metadata.x": Kind.ANY,
}
TEXT = "name", "Blue mug"
NUMBER = "price", 900
FLAG = "metadata.x", True
LIST = "metadata.x", ["red", "blue"]
DATE = "created_at", "2026-03-10T12:00:00.000Z"
LATER = "metadata.x", "2026-03-20"


def holds(field: str, value: JsonValue, conditions: JsonValue, now: datetime = NOW) -> bool:
    sent = {field: {"conditions": conditions}}
    return attribute_filter(sent, KINDS.get).holds(_having({field: value}), now)


def _having(values: dict[str, JsonValue]) -> Callable[[str], Sequence[JsonValue]]:
    known = {name: () if value is None else (value,) for name, value in values.items()}
    return lambda field: known.get(field, ())


@pytest.mark.parametrize(
    ("known", "operator", "fitting", "other"),
    [
        (TEXT, "$is", "Blue mug", "blue mug"),
        (TEXT, "$is", ["Tea", "Blue mug"], ["Tea"]),
        (TEXT, "$in", ["Tea", "Blue mug"], ["Tea"]),
        (TEXT, "$is_not", "Tea", "Blue mug"),
        (TEXT, "$not_in", ["Tea"], ["Tea", "Blue mug"]),
        (TEXT, "$contains", ["e m"], ["E M"]),
        (TEXT, "$not_contain", "tea", "mug"),
        (TEXT, "$starts_with", ["Red", "Blue"], "mug"),
        (TEXT, "$ends_with", "mug", "Blue"),
        (NUMBER, "$is", 900, 901),
        (NUMBER, "$is", ["900"], ["9"]),
        (NUMBER, "$is_not", 901, 900.0),
        (NUMBER, "$in", [1, 900], [1]),
        (NUMBER, "$not_in", [1], [1, 900]),
        (NUMBER, "$more_than", 899, 900),
        (NUMBER, "$more_than", ["899.5"], ["900"]),
        (NUMBER, "$less_than", 901, 900),
        (NUMBER, "$more_than_equal", 900, 901),
        (NUMBER, "$less_than_equal", 900, 899),
        (FLAG, "$is", True, False),
        (FLAG, "$is", "true", 1),
        (FLAG, "$is_not", False, True),
        (LIST, "$is", "blue", "green"),
        (LIST, "$is_not", "green", "red"),
        (LIST, "$in", ["green", "red"], ["green"]),
        (LIST, "$contains", "red", "re"),
        (LIST, "$not_contain", "green", "red"),
        (LIST, "$count", 2, 1),
        (LIST, "$count_more", 1, 2),
        (LIST, "$count_less", 3, 2),
        (DATE, "$after", "2026-03-10", "2026-03-10T12:00:00Z"),
        (DATE, "$before", "2026-03-11", "2026-03-10T12:00:00Z"),
        (DATE, "$more_than", 3, 4),
        (DATE, "$less_than", 5, 4),
        (DATE, "$more_than_ago", [3], [4]),
        (DATE, "$less_than_ago", ["5"], ["4"]),
        (DATE, "$is_days_ago", 4, 3),
        (LATER, "$after", "2026-03-19", "2026-03-21"),
        (LATER, "$more_than_future", 5, 6),
        (LATER, "$less_than_future", 6, 5),
        (LATER, "$is_days_in_future", 6, 5),
    ],
)
def test_an_operator_holds_of_what_fits_it(
    known: tuple[str, JsonValue], operator: str, fitting: JsonValue, other: JsonValue
) -> None:
    field, value = known

    assert holds(field, value, {operator: fitting})
    assert not holds(field, value, {operator: other})


@pytest.mark.parametrize(
    ("operator", "value"),
    [("$is_not", "x"), ("$not_in", ["x"]), ("$not_contain", "x"), ("$is_unknown", "")],
)
def test_what_is_not_known_meets_what_denies(operator: str, value: JsonValue) -> None:
    assert holds("metadata.x", None, {operator: value})


@pytest.mark.parametrize(
    ("operator", "value"),
    [
        ("$is", "x"),
        ("$contains", "x"),
        ("$starts_with", ""),
        ("$more_than", 0),
        ("$less_than", 1),
        ("$count", 0),
        ("$before", "2030-01-01"),
        ("$has_value", ""),
    ],
)
def test_what_is_not_known_meets_nothing_else(operator: str, value: JsonValue) -> None:
    assert not holds("metadata.x", None, {operator: value})


@pytest.mark.parametrize("said", ["", True, [], [""]])
def test_having_a_value_is_asked_with_nothing(said: JsonValue) -> None:
    assert holds(*TEXT, {"$has_value": said})
    assert not holds(*TEXT, {"$is_unknown": said})


def test_all_operators_of_a_field_must_hold() -> None:
    assert holds(*NUMBER, {"$more_than": 800, "$less_than": 1000})
    assert not holds(*NUMBER, {"$more_than": 800, "$less_than": 900})


@pytest.mark.parametrize(
    ("junction", "expected"), [("and", False), ("AND", False), ("or", True), ("Or", True)]
)
def test_fields_are_joined_by_the_junction(junction: str, expected: bool) -> None:  # noqa: FBT001  # a case
    sent: dict[str, JsonValue] = {
        "junction": junction,
        "name": {"conditions": {"$is": "Blue mug"}},
        "price": {"conditions": {"$is": 1}},
    }

    found = attribute_filter(sent, KINDS.get).holds(_having(dict([TEXT, NUMBER])), NOW)

    assert found is expected


def test_without_a_junction_all_fields_must_hold() -> None:
    sent: dict[str, JsonValue] = {
        "name": {"conditions": {"$is": "Blue mug"}},
        "price": {"conditions": {"$is": 1}},
    }

    assert not attribute_filter(sent, KINDS.get).holds(_having(dict([TEXT, NUMBER])), NOW)


def test_of_several_values_one_must_fit_and_none_may_be_denied() -> None:
    def names(_: str) -> list[JsonValue]:
        return ["mug", "mug-blue"]

    def of(operator: str, value: str) -> bool:
        sent: dict[str, JsonValue] = {"name": {"conditions": {operator: value}}}
        return attribute_filter(sent, KINDS.get).holds(names, NOW)

    assert of("$is", "mug")
    assert of("$ends_with", "blue")
    assert not of("$is_not", "mug")


def test_days_are_those_of_the_zone_of_now() -> None:
    late = "created_at", "2026-03-13T23:30:00.000Z"

    assert holds(*late, {"$is_days_ago": 1})
    assert holds(*late, {"$is_days_ago": 0}, NOW.astimezone(ZoneInfo("Europe/Warsaw")))


def test_nulls_were_not_sent() -> None:
    sent: dict[str, JsonValue] = {
        "junction": None,
        "name": None,
        "price": {"conditions": {"$is": None, "$more_than": 1}},
    }

    assert attribute_filter(sent, KINDS.get).holds(_having({"price": 900}), NOW)


@pytest.mark.parametrize(
    ("sent", "details"),
    [
        ({}, "Property .filter must have conditions on at least 1 field"),
        ({"junction": "and"}, "Property .filter must have conditions on at least 1 field"),
        ({"name": None}, "Property .filter must have conditions on at least 1 field"),
        ({"colour": {}}, "Property .filter.colour is not a field to filter by"),
        ({"a b": {}}, "Property .filter['a b'] is not a field to filter by"),
        ({"name": []}, "Property .filter.name must be an object"),
        ({"name": {}}, "Property .filter.name should have required property 'conditions'"),
        ({"name": {"conditions": 1}}, "Property .filter.name.conditions must be an object"),
        ({"name": {"conditions": {}}}, "Property .filter.name.conditions must have at least 1"),
        (
            {"price": {"conditions": {"$starts_with": "9"}}},
            "Property .filter.price.conditions.$starts_with is not an operator of the field",
        ),
        (
            {"metadata.x": {"conditions": {"$between": [1, 2]}}},
            "Property .filter['metadata.x'].conditions.$between is not an operator",
        ),
        (
            {"name": {"conditions": {"$is": []}}},
            "Property .filter.name.conditions.$is must have at least 1 element",
        ),
        (
            {"name": {"conditions": {"$contains": ["mug", 5]}}},
            "Property .filter.name.conditions.$contains must be strings; element 1 is none",
        ),
        (
            {"price": {"conditions": {"$more_than": "much"}}},
            "Property .filter.price.conditions.$more_than must be numbers",
        ),
        (
            {"price": {"conditions": {"$more_than": [1, 2]}}},
            "Property .filter.price.conditions.$more_than must have 1 element",
        ),
        (
            {"created_at": {"conditions": {"$after": "tomorrow"}}},
            "Property .filter.created_at.conditions.$after must be an ISO-8601 date",
        ),
        (
            {"created_at": {"conditions": {"$is_days_ago": -1}}},
            "Property .filter.created_at.conditions.$is_days_ago must be a whole number",
        ),
        (
            {"name": {"conditions": {"$has_value": False}}},
            "Property .filter.name.conditions.$has_value must be true or an empty string",
        ),
        (
            {"junction": "xor", "name": {"conditions": {"$is": "x"}}},
            "Property .filter.junction must be and or or",
        ),
    ],
)
def test_what_cannot_be_a_filter_is_told_by_its_place(
    sent: dict[str, JsonValue], details: str
) -> None:
    with pytest.raises(InvalidPayload) as raised:
        attribute_filter(sent, KINDS.get)

    assert raised.value.details.startswith(details)
