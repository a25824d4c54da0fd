import pytest

from counterfoil.domain.events import order_events
from counterfoil.domain.orders import OrderStatus
from tests.builders import an_order

CREATED = "customer.order.created"
UPDATED = "customer.order.updated"
STATUS_EVENTS = {
    OrderStatus.CREATED: (),
    OrderStatus.PAID: ("customer.order.paid",),
    OrderStatus.CANCELED: ("customer.order.canceled",),
    OrderStatus.FULFILLED: ("customer.order.fulfilled",),
}


@pytest.mark.parametrize("status", OrderStatus)
def test_a_new_order_is_created_and_has_the_event_of_its_status(status: OrderStatus) -> None:
    assert order_events(None, an_order(status=status)) == (CREATED, *STATUS_EVENTS[status])


@pytest.mark.parametrize("after", OrderStatus)
@pytest.mark.parametrize("before", OrderStatus)
def test_a_change_is_an_update_and_has_the_event_of_a_status_that_is_new(
    before: OrderStatus, after: OrderStatus
) -> None:
    expected = () if before is after else STATUS_EVENTS[after]

    events = order_events(an_order(status=before), an_order(status=after, amount=1))

    assert events == (UPDATED, *expected)
