"""Orders as rows of a list: the seven columns, on a page and in a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.api.dashboard.people import Person, people
from counterfoil.domain.order_lines import quantity_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from counterfoil.api.dashboard.visits import Visit
    from counterfoil.domain.orders import Order


@dataclass(frozen=True, slots=True)
class OrderRow:
    """`items` are units, not lines; amounts are minor units, None where they are not known."""

    id: str
    source_id: str | None
    status: str
    customer: Person | None
    customer_id: str | None
    items: int
    amount: int | None
    discount: int
    discounted: int | None
    created_at: datetime

    @property
    def name(self) -> str:
        """What the shop calls it, or else its id."""
        return self.source_id or self.id


def order_rows(visit: Visit, orders: Sequence[Order]) -> list[OrderRow]:
    """The rows of `orders`, with their customers read in one trip."""
    known = people(visit, (each.customer_id for each in orders))
    return [_row(visit, each, known.get(each.customer_id or "")) for each in orders]


def _row(visit: Visit, order: Order, customer: Person | None) -> OrderRow:
    return OrderRow(
        id=order.id,
        source_id=visit.mask.text(order.source_id),
        status=order.status.value,
        customer=customer,
        customer_id=order.customer_id,
        items=sum(map(quantity_of, order.items)),
        amount=order.amount,
        discount=order.total_discount_amount,
        discounted=order.total_amount,
        created_at=order.created_at,
    )
