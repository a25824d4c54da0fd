"""What an order has added to its customer's purchase history, and what a change must move.

The order itself remembers its contribution, so every change (status, amount, customer, backdating)
is one rule: take off what was added, add what is due (protocol.md §6).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterfoil.domain.orders import Order, OrderStatus
from counterfoil.domain.timestamps import iso, local

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import tzinfo

_COUNTED: Final = frozenset({OrderStatus.PAID, OrderStatus.FULFILLED})


@dataclass(frozen=True, slots=True)
class Contribution:
    """One counted order: whose it is, the calendar day of its creation, what was to be paid."""

    customer_id: str
    day: str
    created_at: str
    order_id: str
    amount: int


@dataclass(frozen=True, slots=True)
class Movement:
    """What a change moves at one customer: of the lifetime and of one day."""

    customer_id: str
    day: str
    count: int
    amount: int


def contribution(
    order: Order, zone: tzinfo, before: Contribution | None = None
) -> Contribution | None:
    """What `order` counts for: nothing unless it has a customer and is PAID or FULFILLED.

    An unknown amount counts as 0. The day is that of created_at in `zone`, the project's; an order
    that is counted already (`before`) keeps its day, whatever the zone has become.
    """
    if order.customer_id is None or order.status not in _COUNTED:
        return None
    return Contribution(
        customer_id=order.customer_id,
        day=before.day if before else local(order.created_at, zone).date().isoformat(),
        created_at=iso(order.created_at),
        order_id=order.id,
        amount=order.total_amount or 0,
    )


def movements(before: Contribution | None, after: Contribution | None) -> Iterator[Movement]:
    """The net difference, per customer and day; nothing when nothing moves."""
    if before == after:
        return
    sums: dict[tuple[str, str], tuple[int, int]] = {}
    for sign, counted in ((-1, before), (1, after)):
        if counted is not None:
            place = (counted.customer_id, counted.day)
            count, amount = sums.get(place, (0, 0))
            sums[place] = (count + sign, amount + sign * counted.amount)
    for (customer_id, day), (count, amount) in sums.items():
        yield Movement(customer_id, day, count, amount)
