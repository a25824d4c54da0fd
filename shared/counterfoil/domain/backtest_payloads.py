"""What a client may send of a backtest."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field, JsonValue

from counterfoil.domain.numbers import ANY_SPELLING
from counterfoil.domain.payloads import Instant, OrderStatusText, Payload

MAX_ORDERS: Final = 500
_ORDERS: Final = 200
# Three times the longest that a cursor can be.
_LONGEST_CURSOR: Final = 192 * 1024


class TimesPayload(Payload):
    """Instants between two, both excluded."""

    after: Instant | None = None
    before: Instant | None = None


class BacktestPayload(Payload):
    """Which orders a rule is to be tried on, and which rules unless it is a stored one's.

    `limit` is how many orders one call may look at.
    """

    created_at: TimesPayload | None = None
    rules: dict[str, JsonValue] | None = None
    status: Annotated[list[OrderStatusText], Field(min_length=1, max_length=4)] | None = None
    limit: Annotated[int, ANY_SPELLING, Field(strict=True, ge=1, le=MAX_ORDERS)] | None = None
    cursor: Annotated[str, Field(max_length=_LONGEST_CURSOR)] | None = None

    @property
    def times(self) -> TimesPayload:
        """When the orders were created."""
        return self.created_at or TimesPayload()

    @property
    def most(self) -> int:
        """How many orders the call may look at."""
        return _ORDERS if self.limit is None else self.limit
