"""What must hold of the events of orders whenever nobody writes: they add up to their orders."""

from collections.abc import Iterator

from counterfoil.domain.order_versions import back, forward, order_of
from counterfoil.storage import order_events, order_keys
from counterfoil.storage.orders import Stored
from tests.concurrency.ledger import Ledger


def replayed(ledger: Ledger) -> Iterator[str]:
    """All events of an order give the order, from nothing or from what they undo to."""
    for order_id, stored in ledger.orders.items():
        events = [order_events.decoded(event) for event in ledger.events(order_id)]
        if len(events) != stored.version:
            continue  # told already
        if stored.is_told_from_birth:
            found = forward(events)
        else:
            found = None if back(stored.order, events, 1) is None else {}
        if found is None:
            yield f"{order_id}: its events do not tell what it was"
        elif found and order_of(found, order_id) != stored.order:
            yield f"{order_id}: its events tell another order"


def owned(ledger: Ledger) -> Iterator[str]:
    """The list of a customer's orders has the event by which each became theirs, and no other."""
    for order_id, stored in ledger.orders.items():
        owners = [
            order_keys.customer_in(str(event["g3p"]))
            for event in ledger.events(order_id)
            if "g3p" in event
        ]
        if owners[-1:] != _owner(stored):
            yield f"{order_id}: listed for {owners}, it is {stored.order.customer_id}'s"


def _owner(stored: Stored) -> list[str]:
    return [] if stored.order.customer_id is None else [stored.order.customer_id]
