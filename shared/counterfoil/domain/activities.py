"""What a customer did, entry by entry: what became of their orders, and what they redeemed.

An order's events are theirs from the one on by which the order became theirs, until it became
another's. Of a stack each part is an entry, its parent is none. Validations leave nothing behind,
so they are no entries (docs/decisions/0006); nor is what an import did. Source: domain.md §2.9,
§3.6, §3.7.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterfoil.domain.events import (
    REDEEMED,
    REDEMPTION_FAILED,
    ROLLBACK_FAILED,
    ROLLED_BACK,
)
from counterfoil.domain.order_versions import back, forward, order_of
from counterfoil.domain.records import Result

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from counterfoil.domain.order_versions import OrderEvent
    from counterfoil.domain.orders import Order
    from counterfoil.domain.records import Record

ACTION: Final = "ACTION"
EFFECT: Final = "EFFECT"
_OF_ORDERS: Final = "customer.order."
_TYPES: Final = {
    (False, Result.SUCCESS): REDEEMED,
    (False, Result.FAILURE): REDEMPTION_FAILED,
    (True, Result.SUCCESS): ROLLED_BACK,
    (True, Result.FAILURE): ROLLBACK_FAILED,
}


@dataclass(frozen=True, slots=True)
class OrderStory:
    """An order with its events, the first of them first."""

    order: Order
    events: Sequence[OrderEvent]


@dataclass(frozen=True, slots=True)
class Activity:
    """One entry: of an order as an event left it, or of a redemption or rollback."""

    id: str
    type: str
    at: datetime
    story: OrderStory | None = None
    event: OrderEvent | None = None
    record: Record | None = None

    @property
    def category(self) -> str:
        """An effect is what a redemption or a rollback did to an order."""
        follows = self.event is not None and self.event.record_id is not None
        return EFFECT if follows else ACTION

    @property
    def campaign_id(self) -> str | None:
        """The campaign of what was redeemed."""
        use = None if self.record is None else self.record.use
        return None if use is None else use.definition.campaign_id

    @property
    def campaign_type(self) -> str | None:
        """What kind of campaign that is, as what was redeemed tells it."""
        use = None if self.record is None else self.record.use
        if use is None or self.campaign_id is None:
            return None
        if use.tier is not None:
            return "PROMOTION"
        gift = use.voucher is not None and use.voucher.gift is not None
        return "GIFT_VOUCHERS" if gift else "DISCOUNT_COUPONS"

    def order(self) -> Order | None:
        """The order as the event left it; None when that is not known."""
        if self.story is None or self.event is None:
            return None
        if self.event.version == len(self.story.events):
            return self.story.order
        story, version = self.story, self.event.version
        told = forward(story.events[:version])
        if told is None:
            told = back(story.order, story.events, version)
        return None if told is None else order_of(told, story.order.id)


def of_order(story: OrderStory, customer_id: str) -> Iterator[Activity]:
    """The entries of an order while it was the customer's."""
    owner = None
    for event in story.events:
        owner = event.customer_id or owner
        if owner != customer_id or event.is_import:
            continue
        kinds = [kind for kind in event.kinds if kind.startswith(_OF_ORDERS)]
        for number, kind in enumerate(kinds):
            name = f"event_{story.order.id}_{event.version:08d}_{number}"
            yield Activity(name, kind, event.at, story, event)


def of_record(record: Record) -> Iterator[Activity]:
    """The entry of a redemption or rollback that stands for no others."""
    if not record.stacked:
        kind = _TYPES[record.is_rollback, record.result]
        yield Activity(f"event_{record.id}", kind, record.date, record=record)
