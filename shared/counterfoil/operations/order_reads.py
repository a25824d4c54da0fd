"""One order as it is, or as it was (domain.md §2.1; docs/decisions/0032)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.operations import sessions

if TYPE_CHECKING:
    from datetime import datetime

    from counterfoil.domain.orders import Order
    from counterfoil.operations.call import Call


@dataclass(frozen=True, slots=True)
class OrderWanted:
    """The order that `name`, an id or source_id, stands for; `at` an instant, None for now."""

    name: str
    at: datetime | None = None


def get(call: Call, wanted: OrderWanted) -> Order:
    """The order, strongly consistent. Raises NotFound, and HistoryUnknown."""
    if wanted.at is None:
        return sessions.find_named(call, wanted.name).order
    # Nearly all that is asked for is the order as it is.
    from counterfoil.operations.order_history import as_of  # noqa: PLC0415  # see above

    return as_of(call, wanted.name, wanted.at)
