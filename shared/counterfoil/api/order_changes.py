"""What clients send to make and to change orders (domain.md §1.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.domain.order_payloads import OrderPayload
from counterfoil.operations.orders import Update

if TYPE_CHECKING:
    from counterfoil.api.request import Request


def upsert_request(request: Request) -> OrderPayload:
    """The body of `POST /v1/orders`."""
    return request.payload(OrderPayload)


def update_request(request: Request) -> Update:
    """Path and body of `PUT /v1/orders/{orderId}`; an id in the body has no say there."""
    payload = request.payload(OrderPayload)
    return Update(request.parameter("orderId"), payload.model_copy(update={"id": None}))
