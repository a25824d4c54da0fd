"""Segments: what each key and operator finds in a shopper, what is missing, what is refused."""

from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import pytest
from pydantic import JsonValue, ValidationError

from counterfoil.domain.customers import Address, Customer, Summary
from counterfoil.domain.errors import InvalidPayload
from counterfoil.domain.segment_payloads import Member, SegmentPayload
from counterfoil.domain.segments import (
    Segment,
    asks_history,
    asks_last_order,
    asks_summary,
    belongs,
    draft,
    windows_of,
)
from counterfoil.domain.shoppers import Purchases, Shopper
from tests.builders import CUSTOMER_ID, NOW

SEGMENT_ID: Final = "seg_" + "0" * 24
ANN: Final = Customer(
    id=CUSTOMER_ID,
    source_id="ann@shop.test",
    name="Ann Example",
    description="likes tea",
    email="ann@shop.test",
    phone="+48 600",
    birthdate=date(2000, 3, 20),
    address=Address(city="Łódź", country="PL", postal_code="90-001", line_1="Piotrkowska 1"),
    metadata={
        "tier": "gold",
        "visits": 12,
        "code": "7",
        "vip": True,
        "colours": ["red", "blue"],
        "none": None,
        "empty": [],
        "renewal": "2026-04-02",
        "shoe": {"size": 38},
        "a.b": 1,
    },
    created_at=NOW - timedelta(days=10),
    updated_at=NOW - timedelta(days=1),
)
SHOPPER: Final = Shopper(
    ANN,
    Summary(
        orders_count=3,
        orders_amount=10_000,
        redemptions_succeeded=4,
        redemptions_failed=2,
        rollbacks_succeeded=1,
        rollbacks_failed=5,
        gift_credits=700,
    ),
    last_order_at=NOW - timedelta(days=20),
    last_order_amount=2_500,
    windows={"P30D": Purchases(2, 6_000), "PT6H": Purchases()},
    static_segments=frozenset({SEGMENT_ID}),
)
NOBODY: Final = Shopper(
    Customer(id=CUSTOMER_ID, created_at=NOW), windows={"P30D": Purchases(), "PT6H": Purchases()}
)


def a_segment(**sent: JsonValue) -> Segment:
    """A segment with the filter that was `sent`."""
    payload = SegmentPayload.model_validate({"name": "S", "filter": sent})
    return draft(payload, SEGMENT_ID, NOW)


def meets(
    key: str, operator: str, value: JsonValue, shopper: Shopper = SHOPPER, now: datetime = NOW
) -> bool:
    """Whether `shopper` belongs to the segment of one condition."""
    condition: JsonValue = {"conditions": {operator: value}}
    return belongs(a_segment(**{key: condition}), shopper, now)


@pytest.mark.parametrize(
    ("key", "operator", "fitting", "other"),
    [
        ("name", "$is", "Ann Example", "ann example"),
        ("email", "$ends_with", [".test"], [".com"]),
        ("phone", "$starts_with", ["+49", "+48"], "48"),
        ("source_id", "$contains", "@", "#"),
        ("description", "$not_contain", "coffee", "tea"),
        ("address.city", "$is_not", "Ulm", "Łódź"),
        ("address.postal_code", "$in", ["90-001", "x"], ["90"]),
        ("address.country", "$not_in", ["DE"], ["DE", "PL"]),
        ("address.line_1", "$has_value", True, None),
        ("created_at", "$after", "2026-03-04", "2026-03-05"),
        ("created_at", "$before", ["2026-03-05T00:00:00.000Z"], "2026-03-04T00:00:00.000Z"),
        ("created_at", "$is", "2026-03-04", "2026-03-05"),
        ("created_at", "$this_month", True, None),
        ("created_at", "$is_not", ["2026-03-05"], ["2026-03-04"]),
        ("updated_at", "$yesterday", [True], None),
        ("updated_at", "$less_than_ago", [2], [1]),
        ("birthdate", "$next_week", True, None),
        ("birthdate", "$this_month", [True], None),
        ("birthdate", "$is_days_in_future_md", [6], [5]),
        ("birthdate", "$is_less_days_in_future_md", [7], [5]),
        ("birthdate", "$before", "2000-03-21", "2000-03-20"),
        ("birthdate", "$is_year", [2000], [2001]),
        ("birthdate", "$more_than_ago", [18 * 365], [36_525]),
        ("summary.orders.total_count", "$more_than", [2], [3]),
        ("summary.orders.total_count", "$is", ["3"], ["0"]),
        ("summary.orders.total_amount", "$more_than_equal", 10_000, 10_001),
        ("summary.orders.average_amount", "$is", 3_333, 3_334),
        ("summary.orders.last_order_amount", "$less_than", [2_501], [2_500]),
        ("summary.orders.last_order_date", "$less_than", [30], [20]),
        ("summary.orders.last_order_date", "$more_than", [19], [30]),
        ("summary.orders.last_order_date", "$is", [20], [21]),
        ("summary.orders.last_order_date", "$last_month", True, None),
        ("summary.orders.window.P30D.total_count", "$less_than_or_equal", [2], [1]),
        ("summary.orders.window.P30D.total_amount", "$in", [1, 6_000], [1]),
        ("summary.orders.window.PT6H.total_count", "$is", [0], [1]),
        ("summary.redemptions.total_redeemed", "$is", 4, 5),
        ("summary.redemptions.total_succeeded", "$less_than", [5], [4]),
        ("summary.redemptions.total_failed", "$is", 2, 3),
        ("summary.redemptions.total_rolled_back", "$is", 1, 2),
        ("summary.redemptions.total_rollback_succeeded", "$is_not", 2, 1),
        ("summary.redemptions.total_rollback_failed", "$not_in", [4], [5]),
        ("summary.redemptions.gift.redeemed_amount", "$more_than", ["699.5"], ["700"]),
        ("loyalty.referred_customers", "$is", 0, 1),
        ("metadata.tier", "$in", ["silver", "gold"], ["silver"]),
        ("metadata.tier", "$starts_with", "g", "G"),
        ("metadata.visits", "$more_than", 11, 12),
        ("metadata.visits", "$is", "12", "11"),
        ("metadata.code", "$less_than", 8, 7),
        ("metadata.vip", "$is", True, False),
        ("metadata.vip", "$is", "true", 1),
        ("metadata.colours", "$contains", "red", "re"),
        ("metadata.colours", "$not_contain", "re", "red"),
        ("metadata.colours", "$in", ["blue", "x"], ["x"]),
        ("metadata.colours", "$is_not", "green", "blue"),
        ("metadata.colours", "$count", [2], [1]),
        ("metadata.colours", "$count_more", 1, 2),
        ("metadata.colours", "$count_less", 3, 2),
        ("metadata.empty", "$count", 0, 1),
        ("metadata.renewal", "$next_month", True, None),
        ("metadata.renewal", "$after", "2026-04-01", "2026-04-02"),
        ("metadata.renewal", "$more_than_future", 18, 20),
        ("metadata.renewal", "$less_than_future", 20, 18),
        ("metadata.shoe.size", "$is", 38, 39),
        ("metadata.a.b", "$is", 1, 2),
    ],
)
def test_a_condition_is_met_by_what_fits_it_and_not_by_another(
    key: str, operator: str, fitting: JsonValue, other: JsonValue
) -> None:
    assert meets(key, operator, fitting)
    if other is not None:
        assert not meets(key, operator, other)


@pytest.mark.parametrize(
    "key",
    [
        *("name", "email", "phone", "source_id", "description", "updated_at", "birthdate"),
        *(f"address.{part}" for part in ("city", "state", "line_1", "line_2", "country")),
        *("address.postal_code", "metadata.x", "metadata.x.y", "system_metadata.source"),
        *("summary.orders.last_order_amount", "summary.orders.last_order_date"),
    ],
)
def test_a_field_without_a_value_meets_only_what_denies(key: str) -> None:
    wanted: JsonValue = 1 if key.endswith("last_order_amount") else "2026-01-01"
    for operator in ("$is_unknown", "$is_not", "$not_in"):
        assert meets(key, operator, "" if operator == "$is_unknown" else wanted, NOBODY)
    for operator in ("$has_value", "$is", "$in"):
        assert not meets(key, operator, "" if operator == "$has_value" else wanted, NOBODY)


@pytest.mark.parametrize(
    ("key", "operator", "value"),
    [
        ("birthdate", "$today", True),
        ("birthdate", "$is_more_days_ago_md", 0),
        ("updated_at", "$before", "2030-01-01"),
        ("summary.orders.last_order_amount", "$less_than", 1),
        ("summary.orders.last_order_date", "$more_than", 0),
        ("metadata.none", "$has_value", True),
        ("metadata.x", "$count", 0),
        ("metadata.visits.x", "$is", 12),
    ],
)
def test_what_is_missing_is_neither_early_nor_small(
    key: str, operator: str, value: JsonValue
) -> None:
    assert not meets(key, operator, value, NOBODY)
    assert not meets("metadata.none", "$has_value", [True])


@pytest.mark.parametrize(
    "key",
    [
        "summary.orders.total_count",
        "summary.redemptions.gift.redeemed_amount",
        "summary.orders.window.P30D.total_amount",
    ],
)
def test_a_sum_has_a_value_when_it_is_not_0_and_is_0_otherwise(key: str) -> None:
    assert meets(key, "$has_value", [True])
    assert not meets(key, "$is_unknown", "")
    assert not meets(key, "$has_value", [True], NOBODY)
    assert meets(key, "$is_unknown", [], NOBODY)
    assert meets(key, "$less_than", 1, NOBODY)


def test_all_keys_must_be_met_unless_the_junction_is_or() -> None:
    yes: JsonValue = {"conditions": {"$is": "Ann Example"}}
    no: JsonValue = {"conditions": {"$is": "x"}}

    assert belongs(a_segment(name=yes, email=no, junction="OR"), SHOPPER, NOW)
    assert not belongs(a_segment(name=no, email=no, junction="or"), SHOPPER, NOW)
    assert not belongs(a_segment(name=yes, email=no, junction="AND"), SHOPPER, NOW)
    assert not belongs(a_segment(name=yes, email=no), SHOPPER, NOW)


def test_all_conditions_on_one_key_must_be_met_even_with_or() -> None:
    conditions: JsonValue = {"conditions": {"$starts_with": "Ann", "$ends_with": "x"}}

    assert not belongs(a_segment(name=conditions, junction="or"), SHOPPER, NOW)


def test_a_static_segment_has_those_that_it_lists() -> None:
    sent = {"name": "S", "type": "static", "customers": [CUSTOMER_ID]}
    segment = draft(SegmentPayload.model_validate(sent), SEGMENT_ID, NOW)

    assert belongs(segment, SHOPPER, NOW)
    assert not belongs(segment, NOBODY, NOW)
    assert (segment.filter, windows_of(segment)) == (None, frozenset())
    for asks in (asks_history, asks_last_order, asks_summary):
        assert not asks(segment)


def test_days_are_those_of_the_projects_zone() -> None:
    late = ANN.model_copy(update={"created_at": datetime(2026, 3, 13, 23, 30, tzinfo=UTC)})
    shopper = Shopper(late)

    assert not meets("created_at", "$today", [True], shopper)
    assert meets("created_at", "$today", [True], shopper, NOW.astimezone(ZoneInfo("Europe/Warsaw")))


def test_a_week_begins_on_the_day_that_is_told() -> None:
    segment = a_segment(created_at={"conditions": {"$this_week": True}})
    sunday = Shopper(ANN.model_copy(update={"created_at": datetime(2026, 3, 8, tzinfo=UTC)}))

    assert [belongs(segment, sunday, NOW, start) for start in (0, 6)] == [False, True]


def test_a_filter_tells_what_it_reads() -> None:
    condition: JsonValue = {"conditions": {"$more_than": [1]}}
    windows = a_segment(
        **{
            "summary.orders.window.P30D.total_count": condition,
            "summary.orders.window.P30D.total_amount": condition,
            "summary.orders.window.PT48H.total_amount": condition,
        }
    )
    last = a_segment(**{"summary.orders.last_order_date": condition})
    total = a_segment(**{"summary.orders.total_count": condition})
    redemptions = a_segment(**{"summary.redemptions.total_failed": condition})
    profile = a_segment(name={"conditions": {"$is": "x"}})
    every = (windows, last, total, redemptions, profile)

    assert windows_of(windows) == {"P30D", "PT48H"}
    assert [bool(windows_of(each)) for each in every] == [True, False, False, False, False]
    assert [asks_last_order(each) for each in every] == [False, True, False, False, False]
    assert [asks_history(each) for each in every] == [True, True, True, False, False]
    assert [asks_summary(each) for each in every] == [True, True, True, True, False]


def test_a_window_that_was_not_loaded_is_not_taken_for_an_empty_one() -> None:
    with pytest.raises(KeyError):
        meets("summary.orders.window.P1Y.total_count", "$is", 0)


def test_a_filter_is_kept_as_it_was_sent_with_its_junction() -> None:
    conditions: JsonValue = {"conditions": {"$is": "x", "$in": ["x", "y"]}}

    assert a_segment(name=conditions).filter == {"junction": "and", "name": conditions}
    sent = a_segment(junction="OR", name=conditions, email=None).filter
    assert sent == {"junction": "or", "name": conditions}


def test_a_segment_without_a_type_is_auto_update() -> None:
    assert a_segment(name={"conditions": {"$is": "x"}}).type == "auto-update"


IS: Final[JsonValue] = {"conditions": {"$is": "x"}}
MANY: Final[dict[str, JsonValue]] = {f"metadata.k{number}": IS for number in range(101)}


@pytest.mark.parametrize(
    ("sent", "details"),
    [
        ({}, ".filter must have conditions on at least 1 field"),
        ({"junction": "or"}, ".filter must have conditions on at least 1 field"),
        ({"junction": "xor", "name": IS}, ".filter.junction must be and or or"),
        ({"junction": 1, "name": IS}, ".filter.junction must be and or or"),
        ({"nickname": IS}, ".filter.nickname is not a field to filter by"),
        ({"summary.orders": IS}, ".filter['summary.orders'] is not a field"),
        ({"metadata.": IS}, ".filter['metadata.'] is not a field"),
        ({"address.street": IS}, ".filter['address.street'] is not a field"),
        ({"events.cart.count": IS}, ".filter['events.cart.count'] is not supported yet"),
        ({"name": []}, ".filter.name must be an object"),
        ({"name": {}}, ".filter.name should have required property 'conditions'"),
        ({"name": {"conditions": []}}, ".filter.name.conditions must be an object"),
        ({"name": {"conditions": {}}}, ".filter.name.conditions must have at least 1 operator"),
        (
            {"summary.orders.total_count": {"conditions": {"$foo": [1]}}},
            ".filter['summary.orders.total_count'].conditions.$foo is not an operator",
        ),
        ({"name": {"conditions": {"$more_than": [1]}}}, ".filter.name.conditions.$more_than is"),
        ({"name": {"conditions": {"a b": [1]}}}, ".filter.name.conditions['a b'] is not"),
        ({"name": {"conditions": {"$is": []}}}, ".conditions.$is must have at least 1 element"),
        ({"name": {"conditions": {"$is": ["x", 1]}}}, ".$is must be strings; element 1 is none"),
        ({"name": {"conditions": {"$has_value": False}}}, ".$has_value must be true"),
        ({"birthdate": {"conditions": {"$today": [0]}}}, ".$today must be true"),
        ({"created_at": {"conditions": {"$after": ["x"]}}}, ".$after must be an ISO-8601 date"),
        ({"created_at": {"conditions": {"$is_day": [1]}}}, ".$is_day is not an operator"),
        (
            {"summary.orders.total_amount": {"conditions": {"$more_than": ["many"]}}},
            ".conditions.$more_than must be numbers; element 0 is none",
        ),
        (
            {"summary.orders.total_amount": {"conditions": {"$more_than": [1, 2]}}},
            ".conditions.$more_than must have 1 element; it has 2",
        ),
        ({"metadata.x": {"conditions": {"$is": [{}]}}}, ".$is must be strings, numbers or bool"),
        (
            {"summary.orders.window.P3X.total_count": IS},
            ".filter['summary.orders.window.P3X.total_count'] has a window that is not an ISO",
        ),
        (
            {"summary.orders.window.PT49H.total_count": IS},
            "has a window that must be whole days, weeks, months or years, or PT1H to PT48H",
        ),
        ({"summary.orders.window.P1D.average": IS}, "is not a field to filter by"),
        (MANY, ".filter must have conditions on at most 100 fields; it has 101"),
        (
            {"name": {"conditions": {"$is": ["x" * 33_000]}}},
            ".filter must have at most 32768 bytes of JSON; it has 33",
        ),
    ],
)
def test_a_filter_that_cannot_be_is_refused_with_the_path(
    sent: dict[str, JsonValue], details: str
) -> None:
    with pytest.raises(InvalidPayload) as refused:
        a_segment(**sent)

    assert details in refused.value.details


@pytest.mark.parametrize(
    ("body", "name"),
    [({"type": "passive"}, "filter"), ({}, "filter"), ({"type": "static"}, "customers")],
)
def test_each_type_needs_what_says_who_belongs(body: dict[str, JsonValue], name: str) -> None:
    payload = SegmentPayload.model_validate({"name": "S", **body})

    with pytest.raises(InvalidPayload, match=f"required property '{name}'"):
        draft(payload, SEGMENT_ID, NOW)


@pytest.mark.parametrize(
    ("sent", "member"),
    [
        ("ann", Member(either="ann")),
        ({"id": "cust_1"}, Member(id="cust_1")),
        ({"source_id": "ann", "name": "Ann"}, Member(source_id="ann")),
        ({"id": "cust_1", "source_id": "ann"}, Member(id="cust_1")),
        ({"id": None, "source_id": "ann"}, Member(source_id="ann")),
    ],
)
def test_a_customer_is_named_in_either_form(sent: JsonValue, member: Member) -> None:
    payload = SegmentPayload.model_validate({"name": "S", "customers": [sent]})

    assert payload.customers == [member]


@pytest.mark.parametrize("sent", [1, None, "", "x" * 513, {}, {"id": 1}, {"name": "Ann"}, []])
def test_what_names_no_customer_is_refused(sent: JsonValue) -> None:
    with pytest.raises(ValidationError, match="must name a customer"):
        SegmentPayload.model_validate({"name": "S", "customers": [sent]})
