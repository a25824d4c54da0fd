"""A request that only shows what it would do: nothing of its plan is written.

What it decides by is read as ever; the order that it is about is read without opening its session,
as validations read it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterfoil.storage.rehearsals import Rehearsal, rehearse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from counterfoil.operations.call import Call
    from counterfoil.storage.marshal import Attributes
    from counterfoil.storage.plans import Plan
    from counterfoil.storage.rehearsals import Change

_KINDS: Final = {"V": "voucher", "P": "promotion_tier", "A": "campaign", "C": "customer"}
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
class CounterChange:
    """One number of a counter, before and after."""

    kind: str
    id: str
    name: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Shown:
    """What a request would have written."""

    counters: tuple[CounterChange, ...]
    write_units: int
    index_units: int


def show(call: Call, plan: Plan) -> Shown:
    """What `plan` would change of counters, and what it would cost."""
    rehearsal: Rehearsal = rehearse(call.store, plan)
    counters = tuple(each for change in rehearsal.changes for each in _counters(change))
    return Shown(counters, rehearsal.write_units, rehearsal.index_units)


def _counters(change: Change) -> Iterator[CounterChange]:
    """The numbers of a counter, a lifetime or a usage item that change."""
    _, kind, identifier = change.key.pk.split("#", 2)
    if kind not in _KINDS or not change.key.sk.startswith(("N#", "L", "U#")):
        return
    for name in sorted({*change.before, *change.after}):
        before, after = _number(change.before, name), _number(change.after, name)
        told = _told(name)
        if told is not None and before != after:
            yield CounterChange(_KINDS[kind], identifier, told, before, after)


def _told(name: str) -> str | None:
    """What a counting attribute is called; None for any other."""
    if name in _NAMES:
        return _NAMES[name]
    for start, period in _PERIODS.items():
        _, found, label = name.rpartition(start)
        if found and label.isdigit():
            return f"{'usage.' if name[0] in 'uk' and name[:2] != start else ''}{period}.{label}"
    return "usage" if name[0] in "uk" and name.endswith("n") else None


def _number(item: Attributes, name: str) -> int:
    value = item.get(name, 0)
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
