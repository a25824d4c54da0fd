"""An order: what it is, how a payload changes it, what its amounts are.

The discounts of an order are the sum of what its live redemptions hold in force, and so is what
free units have added to its amount. Amounts add up by construction: amount = initial amount +
added, total = amount - order-level - line discounts, and never below zero.
Source: domain.md §1.4 to §1.7, §3, §12; protocol.md §1.5 for "in force".
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from functools import reduce
from typing import TYPE_CHECKING, Final

from pydantic import BaseModel, ConfigDict, Field

from counterfoil.domain.added_units import grown, shrunk
from counterfoil.domain.allocations import NOTHING, Allocation
from counterfoil.domain.errors import InvalidOrder, InvalidPayload
from counterfoil.domain.metadata import Metadata, merged
from counterfoil.domain.order_lines import OrderLine, lines_of, sum_of_lines

if TYPE_CHECKING:
    from counterfoil.domain.allocations import AddedUnits
    from counterfoil.domain.ids import RequestIds
    from counterfoil.domain.order_payloads import OrderPayload

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
    """One order; all amounts are minor units.

    `initial_amount` is None while nothing is known of it. `items` are the lines with the units that
    live redemptions have added to them.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    source_id: str | None = None
    status: OrderStatus = OrderStatus.CREATED
    initial_amount: int | None = None
    items: tuple[OrderLine, ...] = ()
    metadata: Metadata = Field(default_factory=dict)
    customer_id: str | None = None
    referrer_id: str | None = None
    redemptions: tuple[RedemptionEntry, ...] = ()
    created_at: datetime
    updated_at: datetime | None = None

    @property
    def amount(self) -> int | None:
        """What the lines cost with the units added to them, before any discount."""
        added = sum(entry.in_force.added for entry in self.redemptions)
        return (self.initial_amount or 0) + added if added else self.initial_amount

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
        amount = self.amount
        return None if amount is None else amount - self.total_discount_amount

    @property
    def line_discounts(self) -> dict[str, int]:
        """The discounts in force by line id; lines without one are absent."""
        sums: dict[str, int] = {}
        for entry in self.redemptions:
            for line, amount in entry.in_force.lines.items():
                sums[line] = sums.get(line, 0) + amount
        return sums

    @property
    def line_units(self) -> dict[str, AddedUnits]:
        """The units in force by line id; lines without any are absent."""
        held = (Allocation(units=entry.in_force.units) for entry in self.redemptions)
        return reduce(Allocation.plus, held, NOTHING).units

    def holding(self, entry: RedemptionEntry) -> Order:
        """The order with one more redemption, and the units that it adds."""
        return self.model_copy(
            update={
                "redemptions": (*self.redemptions, entry),
                "items": grown(self.items, entry.in_force.units),
            }
        )

    def trying(self, allocation: Allocation) -> Order:
        """The order as it would be with `allocation`, under an entry that is never stored.

        One entry holds all that was tried, so that sums over a long stack stay short.
        """
        entries, tried = self.redemptions, allocation
        if entries and not entries[-1].id:
            entries, tried = entries[:-1], entries[-1].in_force.plus(allocation)
        entry = RedemptionEntry(
            id="",
            date=self.created_at,
            related_object_type="",
            related_object_id="",
            in_force=tried,
        )
        items = grown(self.items, allocation.units)
        return self.model_copy(update={"redemptions": (*entries, entry), "items": items})

    def marking(self, entry_id: str, **facts: object) -> Order:
        """The order with `facts` in the entry `entry_id`, which goes on holding what it holds."""
        entries = (
            entry.model_copy(update=facts) if entry.id == entry_id else entry
            for entry in self.redemptions
        )
        return self.model_copy(update={"redemptions": tuple(entries)})

    def releasing(self, entry_id: str, **facts: object) -> Order:
        """The order without what the entry `entry_id` holds; the entry stays, with `facts`.

        What others took stays. Should it be more than the lines are worth without the units that
        go, it is clamped as by an update.
        """
        items = self.items
        entries = []
        for entry in self.redemptions:
            if entry.id == entry_id:
                items = shrunk(items, entry.in_force.units)
                entries.append(entry.model_copy(update={**facts, "in_force": NOTHING}))
            else:
                entries.append(entry)
        after = self.model_copy(update={"redemptions": tuple(entries), "items": items})
        if items is self.items:
            return after
        return after.model_copy(update={"redemptions": clamp(after)})


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
        initial_amount=sum_of_lines(items) if payload.amount is None else payload.amount,
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

    Discounts stay, clamped to what is left to discount; free units end where the client says what
    the cart is now (domain.md §12-A). A repeated request leaves everything but `updated_at` as it
    was (domain.md §12.1).
    """
    items = order.items if payload.items is None else lines_of(payload.items, order.items, ids)
    # A cart that is sent back as it was told changes no unit of it.
    said = payload.model_copy(update={"items": None}) if _restates(items, order) else payload
    entries = tuple(_with_units_left(entry, order, said) for entry in order.redemptions)
    changed = {
        "source_id": payload.source_id or order.source_id,
        "status": OrderStatus(payload.status or order.status),
        "initial_amount": _initial_amount_after(order, said, items),
        "items": items,
        "redemptions": entries,
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
        now_held = held.model_copy(update={"order": of_order, "lines": kept})
        same = now_held == held
        entries.append(entry if same else entry.model_copy(update={"in_force": now_held}))
    return tuple(entries)


def _restates(items: tuple[OrderLine, ...], order: Order) -> bool:
    """Whether `items` are the lines of `order` with its free units, unit by unit."""
    if not any(entry.in_force.units for entry in order.redemptions):
        return False
    return [_units_of(line) for line in items] == [_units_of(line) for line in order.items]


def _units_of(line: OrderLine) -> tuple[str, int | None, int | None, int | None]:
    return line.id, line.quantity, line.initial_quantity, line.amount


def _initial_amount_after(
    order: Order, payload: OrderPayload, items: tuple[OrderLine, ...]
) -> int | None:
    if payload.items is None and payload.amount in (None, order.amount):
        return order.initial_amount
    return sum_of_lines(items) if payload.amount is None else payload.amount


def _with_units_left(
    entry: RedemptionEntry, order: Order, payload: OrderPayload
) -> RedemptionEntry:
    """`entry` with what `payload` leaves of its units.

    Lines that are sent are the cart as it is now, so no unit was added to it. An amount that is
    sent is what the order costs, units included, so that no rollback of units lowers it; one that
    the order has already says nothing.
    """
    held = entry.in_force
    if payload.items is not None and held.units:
        held = held.model_copy(update={"units": {}, "added": 0})
    elif payload.amount not in (None, order.amount) and held.added:
        held = held.model_copy(update={"added": 0})
    return entry if held is entry.in_force else entry.model_copy(update={"in_force": held})


def require_same_order(order: Order, payload: OrderPayload | None) -> None:
    """Raises InvalidOrder when `payload` names another order than the redemption's."""
    if payload is None:
        return
    other_id = payload.id is not None and payload.id not in (order.id, order.source_id)
    other_source = payload.source_id is not None and payload.source_id != order.source_id
    if other_id or other_source:
        message = "Order is not related with redemption."
        raise InvalidOrder(message)
