"""What all redeemables of one call may look at alike: who asks, when, and with what."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from counterfoil.domain.counts import Periods
from counterfoil.domain.item_selection import NO_COLLECTIONS
from counterfoil.domain.line_facts import line_facts
from counterfoil.domain.product_collections import collection_lines

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from counterfoil.domain.catalogue import Catalogue
    from counterfoil.domain.item_selection import CollectionLines
    from counterfoil.domain.line_facts import LineFact
    from counterfoil.domain.metadata import Metadata
    from counterfoil.domain.order_lines import OrderLine
    from counterfoil.domain.orders import Order
    from counterfoil.domain.product_collections import ProductCollection
    from counterfoil.domain.segments import Segment
    from counterfoil.domain.shoppers import Shopper


@dataclass(frozen=True)
class Occasion:
    """One call. `now` is of the project's zone, `week_start` 0 for Monday to 6 for Sunday.

    `shopper` is None when nobody is named; `has_order` tells an order that was sent or is stored
    from none. `segments`, `collections` and `catalogue` are what was loaded for rules. Limits on
    what redemptions add up to are taken for met unless the call `counts`, and with
    `audience_only` all but the rules about customers are; `explains` keeps what every rule saw.
    """

    now: datetime
    project: str = ""
    week_start: int = 0
    shopper: Shopper | None = None
    has_order: bool = True
    metadata: Metadata = field(default_factory=dict)
    api_key: str = ""
    segments: Mapping[str, Segment] = field(default_factory=dict)
    collections: Mapping[str, ProductCollection] = field(default_factory=dict)
    catalogue: Catalogue | None = None
    counts: bool = True
    audience_only: bool = False
    explains: bool = False
    _lines: dict[int, tuple[tuple[OrderLine, ...], tuple[LineFact, ...]]] = field(
        default_factory=dict, compare=False, repr=False
    )

    def collection_lines(self, order: Order) -> CollectionLines:
        """The lines of `order` by the loaded collections that they belong to."""
        if not self.collections:
            return NO_COLLECTIONS
        known = self.collections.values()
        return collection_lines(known, order, self.catalogue, self.now, self.week_start)

    def lines_of(self, order: Order) -> tuple[LineFact, ...]:
        """The facts of the lines of `order`; those that it had at the last turn are known."""
        known = self._lines.get(id(order.items))
        if known is None or known[0] is not order.items:
            facts = line_facts(order.items, self.catalogue, self.collection_lines(order))
            known = order.items, facts
            self._lines.clear()
            self._lines[id(order.items)] = known
        return known[1]

    @cached_property
    def periods(self) -> Periods:
        """The calendar periods of now."""
        return Periods.of(self.now.date(), self.week_start)
