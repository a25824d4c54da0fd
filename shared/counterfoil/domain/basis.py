"""What the stacking rules make of one redeemable's effect (domain.md §5.3, §5.4.6)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from counterfoil.domain.item_selection import CollectionLines


@dataclass(frozen=True, slots=True)
class Basis:
    """`initial` takes percentages of amounts before any discount, never more than what is left.

    `closed` are the ids of lines that item-level discounts must leave alone, `collections` tells
    which lines are of a collection of products that its rule names.
    """

    initial: bool = False
    closed: frozenset[str] = frozenset()
    collections: CollectionLines = field(default_factory=dict)


PLAIN = Basis()
