"""Which of an order's events are a customer's activity."""

from collections.abc import Iterator
from dataclasses import replace

from counterfoil.domain.activities import OrderStory, of_order
from counterfoil.domain.order_versions import OrderEvent
from tests.builders import NOW, an_order

MADE = OrderEvent(1, NOW, ("customer.order.created",), "CREATED", customer_id="ann")
CHANGED = OrderEvent(2, NOW, ("customer.order.updated", "customer.order.paid"), "PAID")
GIVEN = OrderEvent(3, NOW, ("customer.order.updated",), "PAID", customer_id="bob")


def told(customer: str, *events: OrderEvent) -> Iterator[tuple[int | None, str]]:
    for each in of_order(OrderStory(an_order(), events), customer):
        yield (None if each.event is None else each.event.version), each.type


def test_an_order_s_events_are_theirs_from_the_one_on_by_which_it_became_theirs() -> None:
    assert [*told("ann", MADE, CHANGED, GIVEN)] == [
        (1, "customer.order.created"),
        (2, "customer.order.updated"),
        (2, "customer.order.paid"),
    ]
    assert [*told("bob", MADE, CHANGED, GIVEN)] == [(3, "customer.order.updated")]
    assert [*told("eve", MADE, CHANGED, GIVEN)] == []


def test_what_an_import_did_is_nobody_s_activity() -> None:
    imported = replace(MADE, is_import=True)

    assert [*told("ann", imported, CHANGED)] == [
        (2, "customer.order.updated"),
        (2, "customer.order.paid"),
    ]


def test_what_else_a_call_did_is_told_by_its_records() -> None:
    redeemed = replace(CHANGED, kinds=(*CHANGED.kinds, "customer.redemption.succeeded"))

    assert len([*told("ann", MADE, redeemed)]) == 3
