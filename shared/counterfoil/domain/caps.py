"""What keeps a discount or a gift card from taking all that it wants (domain.md §4.4, §4.5)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class CapKind(StrEnum):
    """What it was; with a dot, a limit of the entry that a line belongs to."""

    AMOUNT_LIMIT = "amount_limit"
    AGGREGATED_LIMIT = "aggregated_amount_limit"
    ENTRY_AMOUNT = "applicable_to.amount_limit"
    ENTRY_AGGREGATED = "applicable_to.aggregated_amount_limit"
    ENTRY_QUANTITY = "applicable_to.quantity_limit"
    ENTRY_AGGREGATED_QUANTITY = "applicable_to.aggregated_quantity_limit"
    ORDER_LEFT = "order_left_to_pay"
    LINE_LEFT = "line_left_to_pay"
    LINES_LEFT = "lines_left_to_pay"
    CREDITS_ASKED = "credits_asked"
    CREDITS_AVAILABLE = "credits_available"


@dataclass(frozen=True, slots=True)
class Cap:
    """`wanted` was cut to `taken`: no more than `limit` goes to all that share it.

    Minor units, or units of a line where the kind says quantity. `line` is its place in the order,
    from 0; None where the whole order is capped, or a sum before it is split over lines.
    """

    kind: CapKind
    limit: int
    wanted: int
    taken: int
    line: int | None = None


class Cut:
    """One amount on its way through its caps."""

    def __init__(self, amount: int, line: int | None = None) -> None:
        self.amount = amount
        self.caps: list[Cap] = []
        self._line = line

    def to(self, kind: CapKind, limit: int | None, left: int | None = None) -> Cut:
        """At most `limit`, or what others have `left` of it; None is no limit."""
        most = limit if left is None else left
        if limit is not None and most is not None and most < self.amount:
            self.caps.append(Cap(kind, limit, self.amount, most, self._line))
            self.amount = most
        return self


@dataclass(slots=True)
class Budget:
    """What several lines together may take; `left` is what those before have left of it."""

    kind: CapKind
    limit: int
    left: int
