"""A customer with what rules and segments ask of them: what to load, and the shopper made of it.

Days of purchase history come in the trip of everything else. Only the newest order and windows of
hours are queries of their own, asked if a segment or a rule reads them (protocol.md §6).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.domain.segments import asks_last_order, windows_of
from counterfoil.domain.shoppers import Purchases, Shopper
from counterfoil.domain.timestamps import from_iso
from counterfoil.storage import history, keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from counterfoil.domain.customers import Customer
    from counterfoil.domain.segments import Segment
    from counterfoil.operations.call import Call
    from counterfoil.storage.history import Purchase
    from counterfoil.storage.keys import Key
    from counterfoil.storage.marshal import Attributes


@dataclass(frozen=True, slots=True)
class Asked:
    """What must be known of a shopper beside profile and summary.

    `windows` are ISO-8601 durations.
    """

    windows: frozenset[str] = frozenset()
    last_order: bool = False


def asked_by(segments: Iterable[Segment]) -> Asked:
    """What the filters of `segments` read."""
    known = list(segments)
    windows = frozenset(window for each in known for window in windows_of(each))
    return Asked(windows, any(asks_last_order(each) for each in known))


def month_keys(call: Call, customer_id: str, asked: Asked) -> list[Key]:
    """The items that hold the days of windows; the lifetime is to be loaded beside them."""
    return history.window_keys(call.project, customer_id, asked.windows, call.today)


def shopper_of(
    call: Call,
    customer: Customer,
    items: Mapping[Key, Attributes],
    asked: Asked,
    static_segments: frozenset[str],
) -> Shopper:
    """`customer` as `items` and, if `asked`, one or two queries of the counted orders tell them.

    Nothing is left out, not even the order that may be about to be redeemed on.
    """
    store, project = call.store, call.project
    summary = history.totals(items.get(keys.lifetime(project, customer.id)))
    windows = history.windows_in(items, project, customer.id, asked.windows, call.today)
    hours = history.hours(store, project, customer.id, asked.windows, call.now)
    newest = None
    if asked.last_order and summary.orders_count:
        newest = next(iter(history.newest(store, project, customer.id)), None)
    return Shopper(
        customer,
        summary,
        last_order_at=None if newest is None else from_iso(newest.created_at),
        last_order_amount=None if newest is None else newest.amount,
        windows={**windows, **{each: _sum(bought) for each, bought in hours.items()}},
        static_segments=static_segments,
    )


def _sum(bought: tuple[Purchase, ...]) -> Purchases:
    return Purchases(len(bought), sum(each.amount for each in bought))
