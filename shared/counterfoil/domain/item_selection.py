"""Which lines of an order a discount applies to, and which of their units.

Source: domain.md §4.4, and of §4.5 the limits in units. Units are counted from 1; those chosen of
a line are a `range`, so a line of a million units costs what a line of one does.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from counterfoil.domain.money import MAX_AMOUNT
from counterfoil.domain.order_lines import OrderLine, quantity_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from counterfoil.domain.orders import Order

    # By the id of each collection of products, the ids of the lines that are of it.
    CollectionLines = Mapping[str, frozenset[str]]

_Limit = Annotated[int, Field(ge=0, le=MAX_AMOUNT)]
EntryEffect = Literal[
    "APPLY_TO_EVERY",
    "APPLY_TO_CHEAPEST",
    "APPLY_TO_MOST_EXPENSIVE",
    "APPLY_FROM_CHEAPEST",
    "APPLY_FROM_MOST_EXPENSIVE",
]


class ProductEntry(BaseModel):
    """A product, SKU or collection of a list, and how a discount applies to the lines that have it.

    `price` is what a FIXED discount makes of a unit; the amount limits are of one line, and of
    all lines of the entry. The product of a SKU, `strict` and `price_formula` are only told.
    """

    model_config = ConfigDict(frozen=True)

    object: Literal["product", "sku", "products_collection"] = "product"
    id: str | None = None
    source_id: str | None = None
    product_id: str | None = None
    product_source_id: str | None = None
    strict: bool = False
    effect: EntryEffect = "APPLY_TO_EVERY"
    target: Literal["ITEM", "UNIT"] = "ITEM"
    skip_initially: Annotated[int, Field(ge=0)] = 0
    repeat: Annotated[int, Field(ge=1)] = 1
    quantity_limit: _Limit | None = None
    aggregated_quantity_limit: _Limit | None = None
    amount_limit: _Limit | None = None
    aggregated_amount_limit: _Limit | None = None
    price: _Limit | None = None
    price_formula: str | int | None = None


class ProductLists(BaseModel):
    """The products that a discount applies to; two empty lists are every product."""

    model_config = ConfigDict(frozen=True)

    included: tuple[ProductEntry, ...] = ()
    excluded: tuple[ProductEntry, ...] = ()
    included_all: bool = False

    @property
    def collections(self) -> frozenset[str]:
        """The collections that they name."""
        entries = (*self.included, *self.excluded)
        return frozenset(
            each.id for each in entries if each.object == "products_collection" and each.id
        )

    @property
    def name_products(self) -> bool:
        """Whether they include or exclude anything by name, or say that all is included."""
        return self != EVERYTHING


EVERYTHING = ProductLists()
NO_COLLECTIONS: Final[CollectionLines] = {}
_ANY_PRODUCT = ProductEntry()
# What a line is looked for by, the narrowest first (domain.md §4.4.3).
_PRECEDENCE: Final = ("sku", "product", "products_collection")
_ONE_RESOURCE: Final = ("APPLY_TO_CHEAPEST", "APPLY_TO_MOST_EXPENSIVE")


@dataclass(frozen=True, slots=True)
class Portion:
    """The chosen units of one line: what they cost, and what of that is left to discount."""

    line: OrderLine
    entry: ProductEntry
    units: range
    taken: int

    @property
    def quantity(self) -> int:
        """The units of the whole line."""
        return quantity_of(self.line)

    @property
    def amount(self) -> int:
        """What the chosen units cost."""
        return self.share_of(self.line.amount or 0)

    @property
    def left(self) -> int:
        """What discounts have left of that."""
        return self.share_of((self.line.amount or 0) - self.taken)

    def share_of(self, amount: int) -> int:
        """The chosen units' share of `amount`, which is the whole line's, rounded down."""
        return amount * len(self.units) // self.quantity if self.units else 0


def select(
    lists: ProductLists,
    order: Order,
    closed: Collection[str] = frozenset(),
    collections: CollectionLines = NO_COLLECTIONS,
) -> list[Portion]:
    """The portions of `order` that a discount applies to, in the order of application.

    Lines whose ids are `closed` are as good as not there. What `collections` do not tell is in
    none.

    A line belongs to the entry that names its SKU, else to the one that names its product, else to
    the one of a collection that has it; one entry after the other chooses among its lines, those
    outside any entry come last.
    """
    taken = order.line_discounts
    included, excluded = _Places(lists.included), _Places(lists.excluded)
    rest = len(lists.included) if lists.included_all or not lists.included else None
    groups: dict[int, list[Portion]] = {}
    for line in order.items:
        names = (*names_of(line), _having(collections, line))
        shut = line.id in closed or excluded.first(names) is not None
        place = None if shut else included.first(names, rest)
        if place is not None:
            entry = lists.included[place] if place < len(lists.included) else _ANY_PRODUCT
            every = range(1, quantity_of(line) + 1)
            found = Portion(line, entry, every, taken.get(line.id, 0))
            groups.setdefault(place, []).append(found)
    return [each for place in sorted(groups) for each in _chosen(groups[place])]


def lines_of(
    entry: ProductEntry, order: Order, collections: CollectionLines = NO_COLLECTIONS
) -> list[OrderLine]:
    """The lines of `order` that have the product or SKU of `entry`, or are of its collection."""
    if entry.object == "products_collection":
        names = {entry.id, entry.source_id}
        return [line for line in order.items if not names.isdisjoint(_having(collections, line))]
    return [line for line in order.items if _names(entry, line)]


def positions(first: int, count: int, entry: ProductEntry) -> range:
    """Which of `count` resources are discounted, from 1, when `first` of the entry went before.

    >>> list(positions(0, 10, ProductEntry(skip_initially=1, repeat=3)))
    [2, 5, 8]
    """
    start = entry.skip_initially + 1 - first
    if start < 1:
        start = (start - 1) % entry.repeat + 1
    return range(start, count + 1, entry.repeat)


class _Places:
    """Where in a list the first entry of each name stands: no line looks through the list."""

    def __init__(self, entries: Sequence[ProductEntry]) -> None:
        self._places: dict[str, dict[str, int]] = {name: {} for name in _PRECEDENCE}
        for place, entry in enumerate(entries):
            for name in filter(None, (entry.id, entry.source_id)):
                self._places[entry.object].setdefault(name, place)

    def first(self, named: tuple[set[str], ...], none: int | None = None) -> int | None:
        """The entry that names one of the SKUs `named`, else of the products, and so on."""
        for names, places in zip(named, self._places.values(), strict=True):
            found = [places[name] for name in names if name in places]
            if found:
                return min(found)
        return none


def _having(collections: CollectionLines, line: OrderLine) -> set[str]:
    """The collections that have `line`."""
    return {name for name, lines in collections.items() if line.id in lines}


def _names(entry: ProductEntry, line: OrderLine) -> bool:
    skus, products = names_of(line)
    names = skus if entry.object == "sku" else products
    return entry.id in names or entry.source_id in names


def names_of(line: OrderLine) -> tuple[set[str], set[str]]:
    """What a line calls its SKU, and what it calls its product: ids and source ids alike."""
    own, kind, sku, product = line.source_id, line.related_object, line.sku, line.product
    skus = [line.sku_id, own if kind == "sku" else None]
    products = [line.product_id, own if kind == "product" else None]
    if sku is not None:
        skus += [sku.id, sku.source_id]
    if product is not None:
        products += [product.id, product.source_id]
    return set(filter(None, skus)), set(filter(None, products))


def _chosen(group: Sequence[Portion]) -> Iterator[Portion]:
    """What the entry of `group` chooses among its lines, within its limits in units."""
    entry = group[0].entry
    ranked = _ranked(group, entry)
    most = entry.quantity_limit
    left = entry.aggregated_quantity_limit
    for portion, units in zip(ranked, _filtered(ranked, entry), strict=True):
        kept = units[: most if left is None else left if most is None else min(most, left)]
        left = None if left is None else left - len(kept)
        if kept:
            yield Portion(portion.line, entry, kept, portion.taken)


def _ranked(group: Sequence[Portion], entry: ProductEntry) -> list[Portion]:
    """By unit price, ties to the lower subtotal and then the earlier line; unknown prices last."""
    if entry.effect == "APPLY_TO_EVERY":
        return list(group)
    sign = -1 if entry.effect.endswith("MOST_EXPENSIVE") else 1

    def rank(portion: Portion) -> tuple[bool, Fraction, int]:
        return portion.line.amount is None, sign * unit_price(portion.line), portion.left

    ranked = sorted((each for each in group if each.units), key=rank)
    return ranked[:1] if entry.effect in _ONE_RESOURCE else ranked


def unit_price(line: OrderLine) -> Fraction:
    """The price of one unit: the line's own, else its amount's share."""
    if line.price is not None or line.amount is None:
        return Fraction(line.price or 0)
    return Fraction(line.amount, max(1, quantity_of(line)))


def _filtered(ranked: Sequence[Portion], entry: ProductEntry) -> Iterator[range]:
    """The units of each line that the entry's positions keep: units count, or lines as a whole."""
    before = 0
    kept_lines = positions(0, len(ranked), entry)
    for place, portion in enumerate(ranked, start=1):
        if entry.target == "ITEM":
            yield portion.units if place in kept_lines else range(0)
            continue
        count = 1 if entry.effect in _ONE_RESOURCE else len(portion.units)
        yield positions(before, count, entry)
        before += count
