"""A customer as rules and segments see them: profile, purchase history, static segments.

Source: domain.md §8.6; protocol.md §6. The order that is being redeemed is in none of this.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from counterfoil.domain.customers import Summary

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from counterfoil.domain.customers import Customer


@dataclass(frozen=True, slots=True)
class Purchases:
    """Counted orders: how many, and what was to be paid for them in minor units."""

    count: int = 0
    amount: int = 0


@dataclass(frozen=True, slots=True)
class Shopper:
    """A customer with all that was loaded of them; what was not asked for is not there.

    `summary` is of all time, `last_order_at` and `last_order_amount` of the newest counted order,
    None without one. `windows` are by ISO-8601 duration, `static_segments` the ids of the static
    segments that they belong to.
    """

    customer: Customer
    summary: Summary = field(default_factory=Summary)
    last_order_at: datetime | None = None
    last_order_amount: int | None = None
    windows: Mapping[str, Purchases] = field(default_factory=dict)
    static_segments: frozenset[str] = frozenset()
