"""What one redemption took off an order: an order-level part and parts of lines."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Allocation(BaseModel):
    """Minor units taken off; lines by their id. Frozen at redemption, subtracted on rollback."""

    model_config = ConfigDict(frozen=True)

    order: int = 0
    lines: dict[str, int] = Field(default_factory=dict)

    @property
    def total(self) -> int:
        """Order-level and line parts together."""
        return self.order + self.lines_total

    @property
    def lines_total(self) -> int:
        """The parts of all lines together."""
        return sum(self.lines.values())

    def plus(self, other: Allocation) -> Allocation:
        """Both together, as a stack's entry on its order holds all its children."""
        if not other.lines:
            return Allocation(order=self.order + other.order, lines=self.lines)
        lines = dict(self.lines)
        for line, amount in other.lines.items():
            lines[line] = lines.get(line, 0) + amount
        return Allocation(order=self.order + other.order, lines=lines)


NOTHING = Allocation()
