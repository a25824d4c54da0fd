"""Which caps bit when a redeemable took its effect, and which lines got the odd units of a split.

It is worked out beside the money, from what went into it, and only where it is asked for. Amounts
go through the caps of `discounts.py`, `gifts.py` and `unit_discounts.py`, so what is left of one in
the end is what was taken (domain.md §4.4, §4.5).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from counterfoil.domain.added_units import made_line
from counterfoil.domain.allocations import AddedUnits, MadeLine
from counterfoil.domain.caps import Budget, Cap, CapKind, Cut
from counterfoil.domain.discounts import (
    AmountOff,
    FixedPrice,
    PercentOff,
    initial_amounts,
    settled,
)
from counterfoil.domain.item_selection import EVERYTHING, select
from counterfoil.domain.money import percent_of
from counterfoil.domain.unit_discounts import UnitOff, allocate_units, price_of_unit
from counterfoil.domain.vouchers import Voucher

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from counterfoil.domain.allocations import Allocation
    from counterfoil.domain.discounts import AnyDiscount
    from counterfoil.domain.item_selection import Portion, ProductEntry, ProductLists
    from counterfoil.domain.orders import Order
    from counterfoil.domain.outcomes import Applicable
    from counterfoil.domain.unit_discounts import CatalogueItem

    Money = AmountOff | PercentOff | FixedPrice
    # By the id of each line that is chosen, its entry and how many of its units are.
    Chosen = Mapping[str, tuple[ProductEntry, int]]


@dataclass(frozen=True, slots=True)
class OddUnit:
    """What a line got of the remainder that a split leaves when every share is rounded down."""

    line: int
    amount: int


@dataclass(frozen=True, slots=True)
class EffectTrace:
    """What there is to tell of one effect; nothing where it took all that it wanted."""

    caps: tuple[Cap, ...] = ()
    remainder: tuple[OddUnit, ...] = ()


def effect_trace(outcome: Applicable) -> EffectTrace:
    """The caps that bit, in the order in which they were met, and the remainder handed out."""
    definition, candidate = outcome.definition, outcome.candidate
    if isinstance(definition, Voucher) and definition.gift is not None:
        on_lines = definition.gift.effect == "APPLY_TO_ITEMS"
        return EffectTrace(tuple(_card_on_lines(outcome) if on_lines else _card(outcome)))
    if definition.discount is None:
        return EffectTrace()
    discount: AnyDiscount = settled(definition.discount, candidate.products)
    if isinstance(discount, UnitOff):
        return EffectTrace(tuple(_units(discount, outcome)))
    if discount.effect == "APPLY_TO_ORDER":
        return EffectTrace(tuple(_off_order(discount, outcome)))
    if isinstance(discount, AmountOff) and _is_split(discount):
        return _split(discount, outcome)
    return EffectTrace(tuple(_off_lines(discount, outcome)))


class _Lines:
    """The portions of an order that something is taken off."""

    def __init__(self, outcome: Applicable) -> None:
        self._lists = outcome.candidate.products or EVERYTHING
        self._order, self._basis = outcome.before, outcome.basis
        self._places = _places(outcome.before)
        self.portions = self._selected(self._lists)

    @property
    def left(self) -> int:
        """What discounts have left of all of them."""
        return sum(each.left for each in self.portions)

    def place(self, portion: Portion) -> int:
        """Where in the order its line stands."""
        return self._places[portion.line.id]

    def cuts(
        self, wanted: Iterable[int], budgets: Sequence[Budget], limit: int | None = None
    ) -> list[Cut]:
        """What each of the portions gets of what is `wanted` of it, at most `limit`."""
        left_of_entries: dict[ProductEntry, int] = {}
        cuts = []
        for portion, amount in zip(self.portions, wanted, strict=True):
            entry, cut = portion.entry, Cut(amount, self.place(portion))
            cut.to(CapKind.AMOUNT_LIMIT, limit).to(CapKind.ENTRY_AMOUNT, entry.amount_limit)
            cut.to(CapKind.LINE_LEFT, portion.left)
            for each in budgets:
                cut.to(each.kind, each.limit, each.left)
            if entry.aggregated_amount_limit is not None:
                left = left_of_entries.get(entry, entry.aggregated_amount_limit)
                cut.to(CapKind.ENTRY_AGGREGATED, entry.aggregated_amount_limit, left)
                left_of_entries[entry] = left - cut.amount
            for each in budgets:
                each.left -= cut.amount
            cuts.append(cut)
        return cuts

    def unit_caps(self) -> Iterator[Cap]:
        """The limits in units of the entries, where they leave units out."""
        limits = [(each.quantity_limit, each.aggregated_quantity_limit) for each in self._entries]
        if all(each == (None, None) for each in limits):
            return
        of_line = self._chosen("aggregated_quantity_limit")
        kept = {each.line.id: len(each.units) for each in self.portions}
        every = self._chosen("quantity_limit", "aggregated_quantity_limit")
        for line, (entry, units) in every.items():
            cut = Cut(units, self._places[line])
            _, within = of_line.get(line, (entry, 0))
            cut.to(CapKind.ENTRY_QUANTITY, entry.quantity_limit, within)
            aggregated = entry.aggregated_quantity_limit
            cut.to(CapKind.ENTRY_AGGREGATED_QUANTITY, aggregated, kept.get(line, 0))
            yield from cut.caps

    @property
    def _entries(self) -> tuple[ProductEntry, ...]:
        return self._lists.included

    def _chosen(self, *without: str) -> Chosen:
        """The lines and units that there would be `without` some limits."""
        free: dict[str, None] = dict.fromkeys(without)
        entries = tuple(each.model_copy(update=free) for each in self._entries)
        # Of two entries that are the same without their limits, the first has all lines.
        known = dict(zip(reversed(entries), reversed(self._entries), strict=True))
        found = self._selected(self._lists.model_copy(update={"included": entries}))
        return {
            each.line.id: (known.get(each.entry, each.entry), len(each.units)) for each in found
        }

    def _selected(self, lists: ProductLists) -> list[Portion]:
        return select(lists, self._order, self._basis.closed, self._basis.collections)


def _off_order(discount: Money, outcome: Applicable) -> list[Cap]:
    order = outcome.before
    left = order.total_amount or 0
    match discount:
        case PercentOff():
            base = order.initial_amount or 0 if outcome.basis.initial else left
            cut = Cut(percent_of(base, discount.percent_off))
            cut.to(CapKind.AMOUNT_LIMIT, discount.amount_limit)
        case AmountOff():
            cut = Cut(discount.amount_off)
        case FixedPrice():
            cut = Cut(discount.of_order(left))
        case _:
            assert_never(discount)
    return cut.to(CapKind.ORDER_LEFT, left).caps


def _off_lines(discount: Money, outcome: Applicable) -> Iterator[Cap]:
    """Of each line what the discount wants of it by itself."""
    lines, order = _Lines(outcome), outcome.before
    left = order.total_amount or 0
    if isinstance(discount, PercentOff):
        bases = [each.left for each in lines.portions]
        if outcome.basis.initial:
            bases = initial_amounts(lines.portions, order)
        wanted = [percent_of(each, discount.percent_off) for each in bases]
        most = discount.amount_limit
    else:
        wanted, most = discount.of_portions(lines.portions, left), None
    budgets = [Budget(CapKind.ORDER_LEFT, left, left)]
    if discount.limit is not None:
        budgets.insert(0, Budget(CapKind.AGGREGATED_LIMIT, discount.limit, discount.limit))
    yield from lines.unit_caps()
    yield from _met(lines.cuts(wanted, budgets, most))


def _is_split(discount: AmountOff) -> bool:
    return (discount.effect or "").startswith("APPLY_TO_ITEMS_PROPORTIONALLY")


def _split(discount: AmountOff, outcome: Applicable) -> EffectTrace:
    """One sum over all lines; what rounding down leaves goes to the largest remainders."""
    lines, left = _Lines(outcome), outcome.before.total_amount or 0
    if not lines.portions:
        return EffectTrace()
    whole = Cut(discount.amount_off).to(CapKind.LINES_LEFT, lines.left)
    whole.to(CapKind.ORDER_LEFT, left)
    shares = discount.of_portions(lines.portions, left)
    cuts = lines.cuts(shares, [Budget(CapKind.ORDER_LEFT, left, left)])
    by_quantity = discount.effect == "APPLY_TO_ITEMS_PROPORTIONALLY_BY_QUANTITY"
    weights = [len(each.units) if by_quantity else each.amount for each in lines.portions]
    floors = [whole.amount * each // (sum(weights) or 1) for each in weights]
    remainder = tuple(
        OddUnit(lines.place(portion), cut.amount - floor)
        for portion, cut, floor in zip(lines.portions, cuts, floors, strict=True)
        if cut.amount > floor
    )
    caps = (*lines.unit_caps(), *whole.caps, *_met(cuts))
    return EffectTrace(caps, tuple(sorted(remainder, key=lambda each: each.line)))


def _card(outcome: Applicable) -> list[Cap]:
    """A card that pays of the order: as many credits as were asked for, or as are needed."""
    left, asked = outcome.before.total_amount or 0, outcome.candidate.credits
    if asked is not None:
        return Cut(asked).to(CapKind.ORDER_LEFT, left).caps
    return Cut(left).to(CapKind.CREDITS_AVAILABLE, _available(outcome)).caps


def _card_on_lines(outcome: Applicable) -> Iterator[Cap]:
    """A card that pays line after line."""
    lines, left = _Lines(outcome), outcome.before.total_amount or 0
    asked = outcome.candidate.credits
    credits_ = _available(outcome) if asked is None else asked
    kind = CapKind.CREDITS_AVAILABLE if asked is None else CapKind.CREDITS_ASKED
    wanted = [each.left for each in lines.portions]
    budgets = [Budget(kind, credits_, credits_), Budget(CapKind.ORDER_LEFT, left, left)]
    yield from lines.unit_caps()
    if asked is not None:
        yield from Cut(asked).to(CapKind.LINES_LEFT, lines.left).to(CapKind.ORDER_LEFT, left).caps
    yield from _met(lines.cuts(wanted, budgets))


def _available(outcome: Applicable) -> int:
    money = outcome.counter.gift
    return 0 if money is None else money.available


def _units(discount: UnitOff, outcome: Applicable) -> Iterator[Cap]:
    """Free units: of each kind what its lines and the order had left to pay for them."""
    order, places = outcome.before, _places(outcome.order)
    for part in discount.parts:
        one = UnitOff.model_validate({**part.model_dump(exclude_none=True), "type": "UNIT"})
        taken = allocate_units(one, order, outcome.candidate.units, outcome.basis.closed)
        yield from _units_caps(taken, order, outcome.candidate.units.get(part.unit_type), places)
        order = order.trying(taken)


def _units_caps(
    taken: Allocation, order: Order, item: CatalogueItem | None, places: Mapping[str, int]
) -> Iterator[Cap]:
    known = {line.id: line for line in order.items}
    discounts, left = order.line_discounts, order.total_amount or 0
    for name, units in taken.units.items():
        line = known.get(name) or made_line(name, units.made or MadeLine(), AddedUnits())
        worth = (line.amount or 0) - discounts.get(name, 0) + units.amount
        left += units.amount
        cut = Cut(units.discounted * price_of_unit(line, item), places[name])
        cut.to(CapKind.LINE_LEFT, worth).to(CapKind.ORDER_LEFT, left)
        left -= cut.amount
        yield from cut.caps


def _met(cuts: Iterable[Cut]) -> Iterator[Cap]:
    return (cap for cut in cuts for cap in cut.caps)


def _places(order: Order) -> dict[str, int]:
    return {line.id: place for place, line in enumerate(order.items)}
