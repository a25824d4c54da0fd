"""Purchase history and redemption summary of a customer (protocol.md §6).

Every transaction that moves history adds 1 to the lifetime's `hv`, which a rule on history puts
into its condition. Days lie in one item a month, so that a window of days is read by key, in the
trip of everything else. Lifetime and month both count the movements of the month, so that days
that were read before a movement are not taken for those that a later lifetime tells of. The other
writes are sums that commute: what guards them is the fence of the order whose contribution moves,
so they carry no condition of their own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from counterfoil.domain.customers import Summary
from counterfoil.domain.history_windows import months_between, months_of, window
from counterfoil.domain.purchase_history import Contribution, movements
from counterfoil.domain.shoppers import Purchases
from counterfoil.domain.timestamps import iso
from counterfoil.storage import keys
from counterfoil.storage.marshal import Attributes, number, text
from counterfoil.storage.plans import ABSENT, Action, Guard
from counterfoil.storage.store import Question

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date, datetime

    from counterfoil.storage.store import Store

_MOVES: Final = "mv"
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
        of_month: dict[str, int] = {}
        if adds:
            month, day = movement.day[:-3], movement.day[-2:]
            of_day = {f"{name}_{day}": amount for name, amount in adds.items()} | {_MOVES: 1}
            yield Action(keys.month(project, movement.customer_id, month), Guard.STATE, adds=of_day)
            of_month = {_moves_in(month): 1}
        lifetime = keys.lifetime(project, movement.customer_id)
        yield Action(lifetime, Guard.STATE, adds={**adds, **of_month, "hv": 1})
    yield from _markers(project, before, after)


def summarised(project: str, customer_id: str | None, **counts: int) -> Iterator[Action]:
    """The redemption summary of a customer raised by `counts`, named as in `Summary`."""
    if customer_id is not None:
        adds = {_SUMMARY[name]: count for name, count in counts.items() if count}
        yield Action(keys.lifetime(project, customer_id), Guard.STATE, adds=adds)


def window_keys(
    project: str, customer_id: str, windows: Iterable[str], today: date
) -> list[keys.Key]:
    """The items that hold the days of `windows`; one of hours has none (see `hours`)."""
    return [keys.month(project, customer_id, each) for each in months_of(windows, today)]


def torn_keys(
    items: Mapping[keys.Key, Attributes],
    project: str,
    customer_id: str,
    windows: Iterable[str],
    today: date,
) -> list[keys.Key]:
    """The months among `items` that are not as the lifetime beside them knows them.

    A batch is not atomic: a movement may have come between the reads of the two.
    """
    lifetime = items.get(keys.lifetime(project, customer_id), {})
    wanted = window_keys(project, customer_id, windows, today)
    return [
        key
        for key in wanted
        if items.get(key, {}).get(_MOVES) != lifetime.get(_moves_in(key.sk[len(keys.MONTHS) :]))
    ]


def windows_in(
    items: Mapping[keys.Key, Attributes],
    project: str,
    customer_id: str,
    windows: Iterable[str],
    today: date,
) -> dict[str, Purchases]:
    """What the customer bought in each window of days, by the items of `window_keys`."""
    days = {
        day: bought
        for key in window_keys(project, customer_id, windows, today)
        for day, bought in _days(items.get(key, {}))
    }
    last = today.isoformat()
    found: dict[str, Purchases] = {}
    for each in windows:
        if not window(each).hours:
            first = window(each).first_day(today).isoformat()
            found[each] = _sum(bought for day, bought in days.items() if first <= day <= last)
    return found


def keys_since(project: str, customer_id: str, day: date, last: date) -> list[keys.Key]:
    """The items that hold the days from `day` to `last`."""
    return [keys.month(project, customer_id, each) for each in months_between(day, last)]


def bought_on(
    items: Mapping[keys.Key, Attributes], project: str, customer_id: str, day: date
) -> Purchases:
    """What the customer bought on `day`, by the items of `keys_since`."""
    month = items.get(keys.month(project, customer_id, f"{day:%Y-%m}"), {})
    return dict(_days(month)).get(day.isoformat(), Purchases())


def bought_after(
    items: Mapping[keys.Key, Attributes], project: str, customer_id: str, day: date, last: date
) -> Purchases:
    """What the customer bought after `day`, up to `last`, by the items of `keys_since`."""
    known = (items.get(key, {}) for key in keys_since(project, customer_id, day, last))
    first = day.isoformat()
    return _sum(bought for month in known for on, bought in _days(month) if on > first)


def hours(
    store: Store, project: str, customer_id: str, windows: Iterable[str], now: datetime
) -> dict[str, tuple[Purchase, ...]]:
    """The counted orders in each of those `windows` that are of hours, in one query for all."""
    starts = {each: window(each).first_hour(now) for each in windows if window(each).hours}
    if not starts:
        return {}
    bought = bought_between(store, project, customer_id, min(starts.values()), now)
    return {
        each: tuple(one for one in bought if one.created_at >= iso(start))
        for each, start in starts.items()
    }


@dataclass(frozen=True, slots=True)
class Purchase:
    """One counted order; `created_at` as on the wire."""

    order_id: str
    created_at: str
    amount: int


def bought_between(
    store: Store, project: str, customer_id: str, first: datetime, last: datetime
) -> list[Purchase]:
    """The counted orders created from `first` to `last`, both included, the oldest first."""
    partition = keys.lifetime(project, customer_id).pk
    # A `~` comes after every letter of an id: the last instant is within.
    between = (f"{keys.MARKERS}{iso(first)}", f"{keys.MARKERS}{iso(last)}~")
    return [_purchase(item) for item in store.query(Question(partition, between=between))]


def newest_before(store: Store, project: str, customer_id: str, at: datetime) -> list[Purchase]:
    """The newest counted order created before `at`, if there is one."""
    partition = keys.lifetime(project, customer_id).pk
    between = (keys.MARKERS, f"{keys.MARKERS}{iso(at)}")
    question = Question(partition, between=between, newest_first=True, limit=1)
    return [_purchase(item) for item in store.query(question)]


def previous(store: Store, project: str, counted: Contribution) -> Purchase | None:
    """The customer's counted order before `counted`, in the order of creation, ties by id."""
    own = _marker(project, counted)
    between = (keys.MARKERS, own.sk)
    # The order's own marker may be there, and is the last one of these.
    question = Question(own.pk, between=between, newest_first=True, limit=2)
    return next((_purchase(it) for it in store.query(question) if it["sk"] != own.sk), None)


def following(store: Store, marker: keys.Key) -> Purchase | None:
    """The counted order after the one of `marker`, be that there or not."""
    question = Question(marker.pk, between=(marker.sk, f"{keys.MARKERS}~"), limit=2)
    return next((_purchase(it) for it in store.query(question) if it["sk"] != marker.sk), None)


def newest(store: Store, project: str, customer_id: str, count: int = 1) -> list[Purchase]:
    """The newest counted orders, the newest first; strongly consistent."""
    partition = keys.lifetime(project, customer_id).pk
    found = store.query(Question(partition, starts=keys.MARKERS, newest_first=True, limit=count))
    return [_purchase(item) for item in found]


def version(lifetime: Attributes | None) -> int | None:
    """What every movement of the history raises; None while there was none."""
    known = (lifetime or {}).get("hv")
    return None if known is None else number(known)


def unmoved(project: str, customer_id: str, seen: int | None) -> Action:
    """Refuses what was decided by a history that has moved since (protocol.md §6)."""
    return Action(
        keys.lifetime(project, customer_id),
        Guard.STATE,
        conditions=("attribute_not_exists(#hv)" if seen is None else "#hv = :history",),
        values={} if seen is None else {"history": seen},
    )


def summary(store: Store, project: str, customer_id: str, lifetime: Attributes | None) -> Summary:
    """What the customer has bought and redeemed, by their lifetime item, if they have one yet.

    The newest order is asked of the markers: a maintained "last" could not survive a cancel.
    """
    known = totals(lifetime)
    found = newest(store, project, customer_id) if known.orders_count else []
    if not found:
        return replace(known, last_order_amount=0)
    last = found[0]
    return replace(known, last_order_amount=last.amount, last_order_date=last.created_at)


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


def _moves_in(month: str) -> str:
    """Where a lifetime counts the movements of `month`, given as `YYYY-MM`."""
    return f"{_MOVES}_{month.replace('-', '_')}"


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


def _purchase(marker: Attributes) -> Purchase:
    _, created_at, order_id = text(marker["sk"]).split("#")
    return Purchase(order_id, created_at, number(marker["amt"]))


def _days(month: Attributes) -> Iterator[tuple[str, Purchases]]:
    """Each day of a month's item, as `YYYY-MM-DD`."""
    name = text(month.get("sk", "")).removeprefix(keys.MONTHS)
    for attribute, count in month.items():
        if attribute.startswith("n_"):
            day = attribute[2:]
            yield f"{name}-{day}", Purchases(number(count), number(month.get(f"amt_{day}", 0)))


def _sum(bought: Iterable[Purchases]) -> Purchases:
    known = list(bought)
    return Purchases(sum(each.count for each in known), sum(each.amount for each in known))
