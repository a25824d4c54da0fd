"""A request that only shows what it would do: nothing of its plan is written.

What it decides by is read as ever; the order that it is about is read without opening its session,
as validations read it. A counter is told as its lists and limits see it: all its buckets together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterfoil.domain.counts import Place
from counterfoil.domain.errors import AlreadyExists
from counterfoil.storage import campaigns, keys, orders, promotions, uses
from counterfoil.storage.definitions import Place as Lying
from counterfoil.storage.rehearsals import Rehearsal, rehearse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from counterfoil.domain.records import Record
    from counterfoil.operations.call import Call
    from counterfoil.storage.counts import Tab
    from counterfoil.storage.keys import Key
    from counterfoil.storage.marshal import Attributes
    from counterfoil.storage.orders import Stored
    from counterfoil.storage.plans import Plan

    Items = Mapping[Key, Attributes]

_KINDS: Final = {"V": "voucher", "P": "promotion_tier", "A": "campaign", "C": "customer"}
_BUCKETS: Final = {"P": promotions.BUCKETS, "A": campaigns.BUCKETS}
# The attributes that count, in the words of the contract where it has one.
_NAMES: Final = {
    "used": "redeemed_quantity",
    "avail": "gift.balance",
    "spent": "gift.redeemed_amount",
    "oa": "orders.amount",
    "od": "orders.amount_discounted",
    "oc": "gift.amount",
    "n": "orders.total_count",
    "amt": "orders.total_amount",
    "rs": "redemptions.total_succeeded",
    "rf": "redemptions.total_failed",
    "rb": "redemptions.total_rolled_back",
    "rbf": "redemptions.total_rollback_failed",
    "rga": "redemptions.gift.redeemed_amount",
}
_PERIODS: Final = {"d_": "daily", "w_": "weekly", "m_": "monthly"}


@dataclass(frozen=True, slots=True)
class Usage:
    """What a usage is of: a thing that a customer used, or the API key that used a thing."""

    kind: str | None = None
    id: str | None = None
    api_key: str | None = None


@dataclass(frozen=True, slots=True)
class CounterChange:
    """One number of a counter, before and after; `usage` tells the usages of one item apart."""

    kind: str
    id: str
    name: str
    before: int
    after: int
    usage: Usage | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """What a request would have written."""

    counters: tuple[CounterChange, ...]
    write_units: int
    index_units: int


def show(call: Call, plan: Plan, counted: Iterable[Record], opened: Stored | None) -> Shown:
    """What `plan` would change of counters, and what it would cost with the session of `opened`.

    `counted` are the redemptions that it counts or gives back. Raises AlreadyExists where it
    claims a source_id that another order has.
    """
    opening = None
    if opened is not None:
        order = keys.order(call.project, opened.order.id)
        opening = orders.opening(order, call.ids.holder, call.lease)
    groups = dict.fromkeys(_together(each.key) for each in plan if _is_counter(each.key))
    beside = [key for group in groups for key in group]
    rehearsal = rehearse(call.store, plan, opening, beside)
    _require_unclaimed(plan, rehearsal.items)
    usages = dict(_usages(call.project, counted))
    counters = tuple(each for group in groups for each in _counters(group, rehearsal, usages))
    return Shown(counters, rehearsal.write_units, rehearsal.index_units)


def _require_unclaimed(plan: Plan, items: Items) -> None:
    for action in plan:
        source = orders.taken_source(action, items.get(action.key, {}))
        if source is not None:
            raise AlreadyExists("order", source)


def _is_counter(key: Key) -> bool:
    """Whether it is a counter, a lifetime or a usage item."""
    return key.pk.split("#", 2)[1] in _KINDS and key.sk.startswith(("N#", "L", "U#"))


def _together(key: Key) -> tuple[Key, ...]:
    """All buckets of a counter that has several, else the item alone."""
    buckets = _BUCKETS.get(key.pk.split("#", 2)[1])
    return (key,) if buckets is None else tuple(Lying(key.pk, buckets).counters)


def _usages(project: str, counted: Iterable[Record]) -> Iterator[tuple[Tab, Usage]]:
    """What each usage is of that some of `counted` moves."""
    for record in counted:
        counting = uses.counting_of(project, record)
        for place in uses.places_of(record.use) if record.use else ():
            tab = None if counting is None else counting.tab(place)
            if tab is not None and tab.prefix:
                yield tab, _usage(record, place)


def _usage(record: Record, place: Place) -> Usage:
    use = record.use
    if use is None or place is Place.API_KEY:
        return Usage(api_key=record.channel_id)
    if place is Place.CUSTOMER_IN_CAMPAIGN:
        return Usage("campaign", None if use.campaign is None else use.campaign.id)
    return Usage("voucher" if use.voucher else "promotion_tier", use.definition.id)


def _counters(
    group: Sequence[Key], rehearsal: Rehearsal, usages: Mapping[Tab, Usage]
) -> Iterator[CounterChange]:
    """The numbers that change of what is counted in the items of `group` together.

    What a write drops of periods that are over is none of them.
    """
    _, kind, identifier = group[0].pk.split("#", 2)
    changed = {each.key: each.after for each in rehearsal.changes if each.key in group}
    after = {**rehearsal.items, **changed}
    own = {tab.prefix: usage for tab, usage in usages.items() if tab.key in group}
    for name in sorted({name for item in changed.values() for name in item}):
        sums = _sum(group, rehearsal.items, name), _sum(group, after, name)
        prefix = next((each for each in own if name.startswith(each)), "")
        told = _told(name.removeprefix(prefix), is_usage=bool(prefix))
        if told is not None and sums[0] != sums[1]:
            yield CounterChange(_KINDS[kind], identifier, told, *sums, own.get(prefix))


def _told(name: str, *, is_usage: bool) -> str | None:
    """What a counting attribute is called; None for any other."""
    for start, period in _PERIODS.items():
        label = name.removeprefix(start)
        if label != name and label.isdigit():
            return f"{'usage.' if is_usage else ''}{period}.{label}"
    if is_usage:
        return "usage" if name == "n" else None
    return _NAMES.get(name)


def _sum(group: Sequence[Key], items: Items, name: str) -> int:
    return sum(_number(items.get(key, {}), name) for key in group)


def _number(item: Attributes, name: str) -> int:
    value = item.get(name, 0)
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
