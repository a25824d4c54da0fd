"""What each redeemable does to an order that it is redeemed on, line by line.

A record says what a redemption took; the order says what of it is still in force. Where a later
change of the order left less, the difference is an effect of its own, so that all effects together
are always what lies between the subtotal and the total.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from counterfoil.api.dashboard.wording import label_of, what_of
from counterfoil.domain.allocations import NOTHING, Allocation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from counterfoil.api.dashboard.masking import Mask
    from counterfoil.domain.orders import Order, RedemptionEntry
    from counterfoil.domain.records import Record

_LATER: Final = "Less, since the order changed"


@dataclass(frozen=True, slots=True)
class Effect:
    """Minor units off the order as a whole and off its lines, and what added units put on it.

    Amounts are negative in an effect that gives back. `is_over` is one that was rolled back.
    """

    label: str
    what: str
    entry_id: str
    order: int = 0
    lines: Mapping[str, int] = field(default_factory=dict)
    added: int = 0
    is_over: bool = False

    @property
    def total(self) -> int:
        """All that it takes off."""
        return self.order + sum(self.lines.values())


def effects_on(order: Order, records: Mapping[str, Record], mask: Mask) -> list[Effect]:
    """The effects on `order` in the order of their redemption, for whoever `mask` is of."""
    found = (effect for entry in order.redemptions for effect in _of_entry(entry, records))
    return [replace(each, label=mask.text(each.label) or "") for each in found]


def _of_entry(entry: RedemptionEntry, records: Mapping[str, Record]) -> Iterator[Effect]:
    parts = [records[each] for each in (entry.stacked or (entry.id,)) if each in records]
    if entry.rollback_id is not None:
        for part in parts:
            yield Effect(label_of(part), what_of(part), entry.id, is_over=True)
        return
    frozen = NOTHING
    for part in parts:
        took = part.allocation
        frozen = frozen.plus(took)
        yield Effect(label_of(part), what_of(part), entry.id, took.order, took.lines, took.added)
    rest = _difference(entry.in_force, frozen)
    if rest.order or rest.lines or rest.added:
        label = _LATER if parts else entry.related_object_id
        yield Effect(label, "", entry.id, rest.order, rest.lines, rest.added)


def _difference(held: Allocation, frozen: Allocation) -> Allocation:
    names = {*held.lines, *frozen.lines}
    lines = {name: held.lines.get(name, 0) - frozen.lines.get(name, 0) for name in names}
    return Allocation(
        order=held.order - frozen.order,
        lines={name: amount for name, amount in lines.items() if amount},
        added=held.added - frozen.added,
    )
