"""Which lines and units of an order each entry of a rule's lists covers, to be told to clients.

Source: domain.md §4.4.6. A line is told by its place in the order, from 0; units from 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterfoil.domain.item_selection import EVERYTHING, lines_of, select
from counterfoil.domain.order_lines import quantity_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from counterfoil.domain.item_selection import ProductEntry, ProductLists
    from counterfoil.domain.orders import Order

# Above so many units in the whole order, they are not told one by one.
UNITS_TOLD: Final = 1000


@dataclass(frozen=True, slots=True)
class Covered:
    """An entry with the lines that it covers, in the order of application, and their units."""

    entry: ProductEntry
    lines: tuple[tuple[int, range], ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a discount applies to and what it does not, by the entries of its rule's lists."""

    applicable: tuple[Covered, ...] = ()
    inapplicable: tuple[Covered, ...] = ()
    tells_units: bool = True


def coverage_of(
    lists: ProductLists | None, order: Order, closed: Collection[str] = frozenset()
) -> Coverage:
    """What `lists` say of `order` as it stands; lines in no entry are not told.

    A discount does not apply to lines whose ids are `closed`.
    """
    if lists is None or lists == EVERYTHING:
        return Coverage()
    places = {line.id: place for place, line in enumerate(order.items)}
    chosen: dict[ProductEntry, list[tuple[int, range]]] = {}
    for portion in select(lists, order, closed):
        chosen.setdefault(portion.entry, []).append((places[portion.line.id], portion.units))
    return Coverage(
        # Of two equal entries the first has all lines.
        tuple(Covered(each, tuple(chosen.pop(each, ()))) for each in lists.included),
        tuple(_excluded(each, order, places) for each in lists.excluded),
        tells_units=sum(quantity_of(line) for line in order.items) <= UNITS_TOLD,
    )


def _excluded(entry: ProductEntry, order: Order, places: dict[str, int]) -> Covered:
    lines = ((places[line.id], range(1, quantity_of(line) + 1)) for line in lines_of(entry, order))
    return Covered(entry, tuple(lines))
