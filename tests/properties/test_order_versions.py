"""Whatever becomes of an order, what its events say adds up to it, from either side."""

from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue
from pydantic_core import from_json, to_json

from counterfoil.domain.order_payloads import OrderPayload
from counterfoil.domain.order_versions import (
    OrderEvent,
    back,
    change,
    document_of,
    forward,
    order_of,
    version_at,
    whole,
)
from counterfoil.domain.orders import Order, upserted
from tests.builders import NOW, ORDER_ID, an_order, request_ids
from tests.properties.strategies import NOBODY, Life, lives, order_payloads, orders

Fields = dict[str, JsonValue]


def stored(document: Fields) -> Fields:
    """What a change is once it was written and read."""
    read: Fields = from_json(to_json(document))
    return read


def events_of(versions: list[Order]) -> list[OrderEvent]:
    """The events of an order that was `versions`, one after the other."""
    befores: list[Order | None] = [None, *versions]
    return [
        OrderEvent(
            version=number,
            at=NOW + timedelta(seconds=number),
            kinds=(),
            status=after.status,
            change=from_json(whole(after)) if before is None else stored(change(before, after)),
            was=None if before is None else stored(change(after, before)),
        )
        for number, (before, after) in enumerate(zip(befores, versions, strict=False), start=1)
    ]


def without_empty(document: Fields) -> Fields:
    """What is empty may be told or left out."""
    return {name: value for name, value in document.items() if value not in ([], {})}


def assert_all_told(versions: list[Order]) -> None:
    """Every version is told exactly, forward and back."""
    events = events_of(versions)
    for number, order in enumerate(versions, start=1):
        ahead = forward(events[:number])
        undone = back(versions[-1], events, number)

        assert ahead is not None
        assert undone is not None
        for found in (ahead, undone):
            assert order_of(found, order.id).model_dump_json() == order.model_dump_json()
            assert without_empty(found) == without_empty(document_of(order))


@given(lives)
def test_replaying_all_events_gives_every_order_that_there_was(found: list[Life]) -> None:
    assert_all_told([life.order for life in found])


@given(orders, st.lists(order_payloads, min_size=1, max_size=6))
def test_upserts_of_any_kind_are_replayed(order: Order, payloads: list[OrderPayload]) -> None:
    versions = [order]
    for number, payload in enumerate(payloads, start=50):
        people = ("cust_1", "cust_2") if number % 2 else NOBODY
        versions.append(upserted(versions[-1], payload, request_ids(number), people))

    assert_all_told(versions)


@given(orders)
def test_nothing_changes_what_is_equal(order: Order) -> None:
    same = Order.model_validate_json(order.model_dump_json())

    assert change(order, same) == change(order, order) == {}
    assert order_of(document_of(order), order.id) == order


def test_true_is_not_one() -> None:
    one, other = (an_order(metadata={"a": value}) for value in (True, 1))

    assert change(one, other) == {"metadata": {"a": 1}}


def test_an_order_that_did_not_tell_cannot_be_told() -> None:
    first, second = an_order(), an_order(metadata={"a": 1})
    made, changed = events_of([first, second])
    mute = OrderEvent(2, made.at, (), "CREATED")

    assert forward([OrderEvent(1, made.at, (), "CREATED"), changed]) is None
    assert back(second, [made, mute], 1) is None
    assert back(second, [made, mute], 2) == document_of(second)


def test_an_instant_has_the_last_version_made_by_then() -> None:
    events = events_of([an_order(), an_order(), an_order()])

    assert version_at(events, NOW) == 0
    for event, after in pairwise(events):
        assert version_at(events, event.at) == event.version
        assert version_at(events, after.at - timedelta(milliseconds=1)) == event.version
    assert version_at(events, NOW + timedelta(days=1)) == 3
    assert order_of({"created_at": "2026-03-14T09:26:53.589Z"}, ORDER_ID).id == ORDER_ID
