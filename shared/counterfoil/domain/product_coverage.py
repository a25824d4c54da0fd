"""Which lines and units of an order each entry of a rule's lists covers, to be told to clients.

Source: domain.md §4.4.6. A line is told by its place in the order, from 0; units from 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterfoil.domain.item_selection import EVERYTHING, NO_COLLECTIONS, lines_of, select
from counterfoil.domain.order_lines import LineProduct, LineSku, quantity_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from counterfoil.domain.item_selection import CollectionLines, ProductEntry, ProductLists
    from counterfoil.domain.order_lines import OrderLine
    from counterfoil.domain.orders import Order

    # A line by its place in the order, and units of it.
    Units = tuple[int, range]

# Above so many units in the whole order, they are not told one by one.
UNITS_TOLD: Final = 1000


@dataclass(frozen=True, slots=True)
class Covered:
    """An entry with the lines that it covers, in the order of application, and their units."""

    entry: ProductEntry
    lines: tuple[Units, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a discount applies to and what it does not, by the entries of its rule's lists."""

    applicable: tuple[Covered, ...] = ()
    inapplicable: tuple[Covered, ...] = ()
    tells_units: bool = True


def coverage_of(
    lists: ProductLists | None,
    order: Order,
    closed: Collection[str] = frozenset(),
    collections: CollectionLines = NO_COLLECTIONS,
) -> Coverage:
    """What `lists` say of `order` as it stands; lines in no entry are not told.

    A discount does not apply to lines whose ids are `closed`. The entry of a collection is followed
    by one of each product and SKU that its lines have. An entry that names nothing is not told.
    """
    if lists is None or lists == EVERYTHING:
        return Coverage()
    places = {line.id: place for place, line in enumerate(order.items)}
    chosen: dict[ProductEntry, list[Units]] = {}
    for portion in select(lists, order, closed, collections):
        chosen.setdefault(portion.entry, []).append((places[portion.line.id], portion.units))
    # Of two equal entries the first has all lines.
    named = (each for each in lists.included if each.id or each.source_id)
    applicable = [Covered(each, tuple(chosen.pop(each, ()))) for each in named]
    inapplicable = [_excluded(each, order, places, collections) for each in lists.excluded]
    return Coverage(
        tuple(told for each in applicable for told in _told(each, order)),
        tuple(told for each in inapplicable for told in _told(each, order)),
        tells_units=sum(quantity_of(line) for line in order.items) <= UNITS_TOLD,
    )


def _excluded(
    entry: ProductEntry, order: Order, places: dict[str, int], collections: CollectionLines
) -> Covered:
    lines = lines_of(entry, order, collections)
    units = ((places[line.id], range(1, quantity_of(line) + 1)) for line in lines)
    return Covered(entry, tuple(units))


def _told(covered: Covered, order: Order) -> Iterator[Covered]:
    """`covered`, and of a collection what it is of."""
    yield covered
    if covered.entry.object != "products_collection":
        return
    found: dict[ProductEntry, list[Units]] = {}
    for place, units in covered.lines:
        entry = _entry_of(order.items[place], covered.entry)
        found.setdefault(entry, []).append((place, units))
    yield from (Covered(entry, tuple(lines)) for entry, lines in found.items())


def _entry_of(line: OrderLine, collection: ProductEntry) -> ProductEntry:
    """The entry that the SKU or product of `line` would have beside that of its collection."""
    own, related = line.source_id, line.related_object
    sku = _identity(line.sku_id, line.sku or LineSku(), own if related == "sku" else None)
    product = _identity(
        line.product_id, line.product or LineProduct(), own if related == "product" else None
    )
    is_sku = sku[0] is not None
    names: Sequence[str | None] = (*sku, *product) if is_sku else (*product, None, None)
    fields = ("id", "source_id", "product_id", "product_source_id")
    kind = {"object": "sku" if is_sku else "product", "strict": True}
    return collection.model_copy(update={**kind, **dict(zip(fields, names, strict=True))})


def _identity(
    name: str | None, known: LineSku | LineProduct, source: str | None
) -> tuple[str | None, str | None]:
    """An id, or what there is in its place, and a source_id."""
    source_id = known.source_id or source
    return known.id or name or source_id, source_id
