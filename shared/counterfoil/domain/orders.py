"""An order: what it is, how a payload changes it, what its amounts are.

The discounts of an order are the sum of what its live redemptions hold in force, so amounts add
up by construction: total = amount - order-level - line discounts, and never below zero.
Source: domain.md §1.4 to §1.7, §3, §12; protocol.md §1.5 for "in force".
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from pydantic import BaseModel, ConfigDict, Field

from counterfoil.domain.allocations import NOTHING, Allocation
from counterfoil.domain.errors import InvalidOrder, InvalidPayload
from counterfoil.domain.metadata import Metadata, merged
from counterfoil.domain.order_lines import OrderLine, lines_of, sum_of_lines

if TYPE_CHECKING:
    from counterfoil.domain.ids import RequestIds
    from counterfoil.domain.payloads import OrderPayload

_CLOCK_SKEW_SECONDS: Final = 300


class OrderStatus(StrEnum):
    """The contract's four; any may follow any (domain.md §3.4)."""

    CREATED = "CREATED"
    PAID = "PAID"
    CANCELED = "CANCELED"
    FULFILLED = "FULFILLED"


class RedemptionEntry(BaseModel):
    """A stand-alone or parent redemption as its order remembers it.

    `in_force` is what still reduces the order: at most what the frozen record says, less after
    an update that made the order smaller.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    date: datetime
    related_object_type: str
    related_object_id: str
    related_object_parent_id: str | None = None
    stacked: tuple[str, ...] = ()
    in_force: Allocation = NOTHING
    rollback_id: str | None = None
    rollback_date: datetime | None = None
    rollback_stacked: tuple[str, ...] = ()


class Order(BaseModel):
    """One order. `amount` is None while nothing is known of it; all amounts are minor units."""

    model_config = ConfigDict(frozen=True)

    id: str
    source_id: str | None = None
    status: OrderStatus = OrderStatus.CREATED
    amount: int | None = None
    items: tuple[OrderLine, ...] = ()
    metadata: Metadata = Field(default_factory=dict)
    customer_id: str | None = None
    referrer_id: str | None = None
    redemptions: tuple[RedemptionEntry, ...] = ()
    created_at: datetime
    updated_at: datetime | None = None

    @property
    def initial_amount(self) -> int | None:
        """The amount before any discount."""
        return self.amount

    @property
    def discount_amount(self) -> int:
        """The order-level discounts in force."""
        return sum(entry.in_force.order for entry in self.redemptions)

    @property
    def items_discount_amount(self) -> int:
        """The line discounts in force."""
        return sum(entry.in_force.lines_total for entry in self.redemptions)

    @property
    def total_discount_amount(self) -> int:
        """All discounts in force."""
        return sum(entry.in_force.total for entry in self.redemptions)

    @property
    def total_amount(self) -> int | None:
        """What is to be paid; None while the amount is unknown."""
        return None if self.amount is None else self.amount - self.total_discount_amount

    @property
    def line_discounts(self) -> dict[str, int]:
        """The discounts in force by line id; lines without one are absent."""
        sums: dict[str, int] = {}
        for entry in self.redemptions:
            for line, amount in entry.in_force.lines.items():
                sums[line] = sums.get(line, 0) + amount
        return sums

    def holding(self, entry: RedemptionEntry) -> Order:
        """The order with one more redemption."""
        return self.model_copy(update={"redemptions": (*self.redemptions, entry)})


def draft(
    payload: OrderPayload, order_id: str, ids: RequestIds, people: tuple[str | None, str | None]
) -> Order:
    """A new order as `payload` describes it; `people` are the ids of customer and referrer.

    Raises InvalidPayload for a created_at more than five minutes ahead and InvalidAmount for
    lines that cannot be summed.
    """
    created_at = payload.created_at or ids.now
    if (created_at - ids.now).total_seconds() > _CLOCK_SKEW_SECONDS:
        message = "Property .created_at cannot be in the future"
        raise InvalidPayload(message)
    items = lines_of(payload.items or [], (), ids)
    return Order(
        id=order_id,
        source_id=payload.source_id,
        status=OrderStatus(payload.status or OrderStatus.CREATED),
        amount=sum_of_lines(items) if payload.amount is None else payload.amount,
        items=items,
        metadata=payload.metadata or {},
        customer_id=people[0],
        referrer_id=people[1],
        created_at=created_at,
    )


def upserted(
    order: Order, payload: OrderPayload, ids: RequestIds, people: tuple[str | None, str | None]
) -> Order:
    """`order` with what `payload` names changed and all else left alone (domain.md §3.3).

    Discounts stay, clamped to what is left to discount (domain.md §12-A). A repeated request
    leaves everything but `updated_at` as it was (domain.md §12.1).
    """
    items = order.items if payload.items is None else lines_of(payload.items, order.items, ids)
    changed = {
        "source_id": payload.source_id or order.source_id,
        "status": OrderStatus(payload.status or order.status),
        "amount": _amount_after(order, payload, items),
        "items": items,
        "metadata": merged(order.metadata, payload.metadata),
        "customer_id": people[0] or order.customer_id,
        "referrer_id": people[1] or order.referrer_id,
    }
    after = order.model_copy(update=changed)
    clamped = after.model_copy(update={"redemptions": clamp(after)})
    return touched(clamped, ids.now)


def touched(order: Order, now: datetime) -> Order:
    """`order` changed at `now`; a skewed clock never turns `updated_at` back."""
    latest = max(filter(None, (now, order.updated_at, order.created_at)))
    return order.model_copy(update={"updated_at": latest})


def clamp(order: Order) -> tuple[RedemptionEntry, ...]:
    """The redemptions of `order`, holding no more than the order and its lines can bear.

    The oldest keeps first, so what must go is taken off the newest (protocol.md §1.5).
    """
    left_of_lines = {line.id: line.amount or 0 for line in order.items}
    left = order.amount or 0
    entries = []
    for entry in order.redemptions:
        held = entry.in_force
        kept: dict[str, int] = {}
        for line, amount in held.lines.items():
            part = min(amount, left_of_lines.get(line, 0), left)
            left_of_lines[line] = left_of_lines.get(line, 0) - part
            left -= part
            if part:
                kept[line] = part
        of_order = min(held.order, left)
        left -= of_order
        now_held = Allocation(order=of_order, lines=kept)
        same = now_held == held
        entries.append(entry if same else entry.model_copy(update={"in_force": now_held}))
    return tuple(entries)


def _amount_after(order: Order, payload: OrderPayload, items: tuple[OrderLine, ...]) -> int | None:
    if payload.amount is not None:
        return payload.amount
    return order.amount if payload.items is None else sum_of_lines(items)


def require_same_order(order: Order, payload: OrderPayload | None) -> None:
    """Raises InvalidOrder when `payload` names another order than the redemption's."""
    if payload is None:
        return
    other_id = payload.id is not None and payload.id not in (order.id, order.source_id)
    other_source = payload.source_id is not None and payload.source_id != order.source_id
    if other_id or other_source:
        message = "Order is not related with redemption."
        raise InvalidOrder(message)
