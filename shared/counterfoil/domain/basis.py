"""What the stacking rules make of one redeemable's effect (domain.md §5.3, §5.4.6)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Basis:
    """`initial` takes percentages of amounts before any discount, never more than what is left.

    `closed` are the ids of lines that item-level discounts must leave alone.
    """

    initial: bool = False
    closed: frozenset[str] = frozenset()


PLAIN = Basis()
