"""What happened to an order in one transaction, in the contract's event names (domain.md §3.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterfoil.domain.orders import OrderStatus

if TYPE_CHECKING:
    from counterfoil.domain.orders import Order

_STATUS_EVENTS: Final = {
    OrderStatus.PAID: "customer.order.paid",
    OrderStatus.CANCELED: "customer.order.canceled",
    OrderStatus.FULFILLED: "customer.order.fulfilled",
}

REDEEMED: Final = "customer.redemption.succeeded"
REDEMPTION_FAILED: Final = "customer.redemption.failed"
ROLLED_BACK: Final = "customer.redemption.rollback.succeeded"
ROLLBACK_FAILED: Final = "customer.redemption.rollback.failed"


def order_events(before: Order | None, after: Order) -> tuple[str, ...]:
    """Created or updated, and the status event when the status is new (domain.md §12-Y)."""
    written = "customer.order.created" if before is None else "customer.order.updated"
    if before is not None and before.status is after.status:
        return (written,)
    event = _STATUS_EVENTS.get(after.status)
    return (written, event) if event else (written,)
