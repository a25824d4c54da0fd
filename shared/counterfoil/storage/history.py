"""Purchase history and redemption summary of a customer (protocol.md §6).

Every transaction that moves history adds 1 to the lifetime's `hv`, which a rule on history puts
into its condition. The other writes are sums that commute: what guards them is the fence of the
order whose contribution moves, so they carry no condition of their own.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from counterfoil.domain.customers import Summary
from counterfoil.domain.purchase_history import Contribution, movements
from counterfoil.storage import keys
from counterfoil.storage.marshal import Attributes, number, text
from counterfoil.storage.plans import ABSENT, Action, Guard
from counterfoil.storage.store import Question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from counterfoil.storage.store import Store

_SUMMARY: Final = {
    "redemptions_succeeded": "rs",
    "redemptions_failed": "rf",
    "rollbacks_succeeded": "rb",
    "rollbacks_failed": "rbf",
    "gift_credits": "rga",
}


def moved(
    project: str, before: Contribution | None, after: Contribution | None
) -> Iterator[Action]:
    """The writes that take `before` out of the history and put `after` in: the net difference."""
    if before == after:
        return
    for movement in movements(before, after):
        sums = {"n": movement.count, "amt": movement.amount}
        adds = {name: amount for name, amount in sums.items() if amount}
        if adds:
            day = keys.day(project, movement.customer_id, movement.day)
            yield Action(day, Guard.STATE, adds=adds)
        lifetime = keys.lifetime(project, movement.customer_id)
        yield Action(lifetime, Guard.STATE, adds={**adds, "hv": 1})
    yield from _markers(project, before, after)


def summarised(project: str, customer_id: str | None, **counts: int) -> Iterator[Action]:
    """The redemption summary of a customer raised by `counts`, named as in `Summary`."""
    if customer_id is not None:
        adds = {_SUMMARY[name]: count for name, count in counts.items() if count}
        yield Action(keys.lifetime(project, customer_id), Guard.STATE, adds=adds)


def summary(store: Store, project: str, customer_id: str, lifetime: Attributes | None) -> Summary:
    """What the customer has bought and redeemed, by their lifetime item, if they have one yet.

    The newest order is asked of the markers: a maintained "last" could not survive a cancel.
    """
    known = totals(lifetime)
    last = _newest_marker(store, project, customer_id) if known.orders_count else None
    if last is None:
        return replace(known, last_order_amount=0)
    amount, date = number(last["amt"]), text(last["sk"]).split("#")[1]
    return replace(known, last_order_amount=amount, last_order_date=date)


def totals(lifetime: Attributes | None) -> Summary:
    """The same without the newest order, which a list does not ask for."""
    item = lifetime or {}
    orders = number(item.get("n", 0))
    return Summary(
        orders_count=orders,
        orders_amount=number(item.get("amt", 0)),
        last_order_amount=None if orders else 0,
        last_order_date=None,
        **{name: number(item.get(attribute, 0)) for name, attribute in _SUMMARY.items()},
    )


def _markers(
    project: str, before: Contribution | None, after: Contribution | None
) -> Iterator[Action]:
    place = None if before is None else _marker(project, before)
    due = None if after is None else _marker(project, after)
    if place is not None and place != due:
        yield Action(place, Guard.STATE, deletes=True)
    if due is not None and after is not None:
        # Absent when the order starts to count here, present when only its amount changed.
        standing = (ABSENT,) if place != due else ("attribute_exists(pk)",)
        yield Action(due, Guard.STATE, sets={"amt": after.amount}, conditions=standing)


def _marker(project: str, counted: Contribution) -> keys.Key:
    return keys.marker(project, counted.customer_id, counted.created_at, counted.order_id)


def _newest_marker(store: Store, project: str, customer_id: str) -> Attributes | None:
    partition = keys.lifetime(project, customer_id).pk
    found = store.query(Question(partition, starts="M#", newest_first=True, limit=1))
    return found[0] if found else None
