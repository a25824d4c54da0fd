"""The lines of an order as rules read them: names, prices, amounts, metadata, collections.

Source: domain.md §1.5, §8.4, §10.4.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from counterfoil.domain.item_selection import unit_price
from counterfoil.domain.known_lines import KnownLine
from counterfoil.domain.order_lines import quantity_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic import JsonValue

    from counterfoil.domain.catalogue import Catalogue
    from counterfoil.domain.item_selection import CollectionLines
    from counterfoil.domain.order_lines import OrderLine
    from counterfoil.domain.rule_values import Number


@dataclass(frozen=True)
class LineFact:
    """One line; `place` counts from 0, `collections` are those that it belongs to."""

    line: OrderLine
    place: int
    catalogue: Catalogue | None
    collections: frozenset[str] = frozenset()

    @cached_property
    def known(self) -> KnownLine:
        """The line beside what the catalogue has of it."""
        return KnownLine(self.line, self.catalogue)

    @cached_property
    def price(self) -> Number | None:
        """Of one unit; an amount without price is shared out exactly. None while it is unknown."""
        line = self.line
        if line.price is not None or line.amount is None:
            return line.price
        return unit_price(line)

    @property
    def quantity(self) -> int:
        """Units, those that were added included."""
        return quantity_of(self.line)

    @property
    def amount(self) -> int | None:
        """Before discounts; None while it is unknown."""
        return self.line.amount

    def of_product(self, attribute: str) -> JsonValue:
        """Metadata of its SKU and product, as the line has it over what is stored."""
        return next(iter(self.known.values(f"metadata.{attribute}")), None)


def line_facts(
    lines: Iterable[OrderLine], catalogue: Catalogue | None, collections: CollectionLines
) -> tuple[LineFact, ...]:
    """The facts of `lines`; each is worked out when it is first asked for."""
    return tuple(
        LineFact(
            line,
            place,
            catalogue,
            frozenset(name for name, covered in collections.items() if line.id in covered),
        )
        for place, line in enumerate(lines)
    )
