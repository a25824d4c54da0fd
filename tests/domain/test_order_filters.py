"""Filters on orders, from a query or from a body, and what is no filter."""

from datetime import UTC, datetime

import pytest
from pydantic import JsonValue

from counterfoil.domain.errors import InvalidPayload, InvalidQuery
from counterfoil.domain.filter_queries import sent_filters
from counterfoil.domain.order_filters import order_filter, values_of
from counterfoil.domain.orders import Order, OrderStatus

NOW = datetime(2026, 3, 14, 12, tzinfo=UTC)
ORDER = Order(
    id="ord_1",
    source_id="web-1001",
    status=OrderStatus.PAID,
    initial_amount=1800,
    metadata={"channel": "web", "gift": {"wrap": True}, "tags": ["a", "b"]},
    customer_id="cust_1",
    created_at=datetime(2026, 3, 10, tzinfo=UTC),
)


def holds(sent: dict[str, JsonValue]) -> bool:
    return order_filter(sent).holds(values_of(ORDER), NOW)


@pytest.mark.parametrize(
    ("field", "conditions", "fits"),
    [
        ("id", {"$is": "ord_1"}, True),
        ("source_id", {"$starts_with": ["web-", "shop-"]}, True),
        ("source_id", {"$starts_with": ["shop-"]}, False),
        ("status", {"$in": ["PAID", "FULFILLED"]}, True),
        ("status", {"$is_not": "PAID"}, False),
        ("amount", {"$more_than": ["1799"], "$less_than": [1801]}, True),
        ("total_amount", {"$more_than_equal": 1801}, False),
        ("discount_amount", {"$is": 0}, True),
        ("total_discount_amount", {"$has_value": ""}, False),
        ("created_at", {"$after": ["2026-03-09"], "$before": ["2026-03-11"]}, True),
        ("updated_at", {"$is_unknown": [True]}, True),
        ("customer_id", {"$is": ["cust_1"]}, True),
        ("referrer_id", {"$has_value": ""}, False),
        ("metadata.channel", {"$is": ["web"]}, True),
        ("metadata.gift.wrap", {"$is": ["true"]}, True),
        ("metadata.tags", {"$count": 2, "$contains": "b"}, True),
        ("metadata.nothing", {"$is_not": "web"}, True),
    ],
)
def test_an_order_meets_what_its_attributes_meet(
    field: str, conditions: dict[str, JsonValue], *, fits: bool
) -> None:
    assert holds({field: {"conditions": conditions}}) is fits


def test_fields_join_by_and_unless_the_junction_is_or() -> None:
    sent: dict[str, JsonValue] = {
        "status": {"conditions": {"$is": ["PAID"]}},
        "amount": {"conditions": {"$less_than": [5]}},
    }

    assert not holds(sent)
    assert holds({**sent, "junction": "OR"})


def test_a_query_says_what_a_body_says() -> None:
    query = [
        (("filters", "status", "conditions", "$in", "0"), "PAID"),
        (("filters", "status", "conditions", "$in", "1"), "CREATED"),
        (("filters", "metadata.channel", "conditions", "$is"), "web"),
        (("filters", "metadata", "channel", "conditions", "$is_not"), "shop"),
        (("filters", "junction"), "or"),
        (("limit",), "3"),
    ]

    assert sent_filters(query) == {
        "junction": "or",
        "status": {"conditions": {"$in": ["PAID", "CREATED"]}},
        "metadata.channel": {"conditions": {"$is": ["web"], "$is_not": ["shop"]}},
    }
    assert sent_filters([]) == {}


@pytest.mark.parametrize(
    "steps",
    [
        ("filters",),
        ("filters", "status"),
        ("filters", "status", "$is"),
        ("filters", "status", "conditions"),
        ("filters", "status", "conditions", "$is", "0", "1"),
        ("filters", "conditions", "$is"),
    ],
)
def test_a_query_of_another_form_is_refused(steps: tuple[str, ...]) -> None:
    with pytest.raises(InvalidQuery, match="must be filters"):
        sent_filters([(steps, "x")])


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"color": {"conditions": {"$is": "x"}}}, "color is not a field to filter by"),
        ({"metadata.": {"conditions": {"$is": "x"}}}, "is not a field"),
        (
            {"status": {"conditions": {"$more_than": [1]}}},
            r"\$more_than is not an operator of the field; those are \$is, \$is_not",
        ),
        ({"created_at": {"conditions": {"$after": ["soon"]}}}, "must be an ISO-8601 date"),
        ({"amount": {"conditions": {"$is": ["x"]}}}, "must be numbers"),
        ({"amount": "x"}, "must be an object"),
        ({}, "at least 1 field"),
    ],
)
def test_what_is_no_filter_is_refused_and_named(sent: dict[str, JsonValue], words: str) -> None:
    with pytest.raises(InvalidPayload, match=words):
        order_filter(sent)
