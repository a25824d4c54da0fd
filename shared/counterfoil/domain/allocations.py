"""What one redemption did to an order: what it took off it, and the units that it added to it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class MadeLine(BaseModel):
    """What a line that units have made says of itself; it never was in the shopper's cart."""

    model_config = ConfigDict(frozen=True)

    product_id: str | None = None
    sku_id: str | None = None
    price: int | None = None


class AddedUnits(BaseModel):
    """What a redemption did to the units of one line.

    `quantity` were added and cost `amount`; `discounted` are free, those that were there before
    included. `made` describes the line when there was none for the units to go to.
    """

    model_config = ConfigDict(frozen=True)

    quantity: int = 0
    amount: int = 0
    discounted: int = 0
    made: MadeLine | None = None

    def plus(self, other: AddedUnits) -> AddedUnits:
        """Both together."""
        return AddedUnits(
            quantity=self.quantity + other.quantity,
            amount=self.amount + other.amount,
            discounted=self.discounted + other.discounted,
            made=self.made or other.made,
        )


class Allocation(BaseModel):
    """Minor units taken off, and units added; lines by their id.

    Frozen at redemption, subtracted on rollback. `lines` is the money off each line, that of free
    units included; `added` is what the added units have put on the order's amount.
    """

    model_config = ConfigDict(frozen=True)

    order: int = 0
    lines: dict[str, int] = Field(default_factory=dict)
    units: dict[str, AddedUnits] = Field(default_factory=dict)
    added: int = 0

    @property
    def total(self) -> int:
        """Order-level and line parts together."""
        return self.order + self.lines_total

    @property
    def lines_total(self) -> int:
        """The parts of all lines together."""
        return sum(self.lines.values())

    @property
    def has_effect(self) -> bool:
        """Whether anything was taken or any unit touched."""
        return bool(self.total or self.units)

    def plus(self, other: Allocation) -> Allocation:
        """Both together, as a stack's entry on its order holds all its children."""
        return Allocation(
            order=self.order + other.order,
            lines=_sums(self.lines, other.lines),
            units=self._units_with(other),
            added=self.added + other.added,
        )

    def _units_with(self, other: Allocation) -> dict[str, AddedUnits]:
        if not other.units:
            return self.units
        units = dict(self.units)
        for line, more in other.units.items():
            before = units.get(line)
            units[line] = more if before is None else before.plus(more)
        return units


def _sums(one: dict[str, int], other: dict[str, int]) -> dict[str, int]:
    if not other:
        return one
    sums = dict(one)
    for line, amount in other.items():
        sums[line] = sums.get(line, 0) + amount
    return sums


NOTHING = Allocation()
