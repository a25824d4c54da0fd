"""The list of orders on the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.api.lists import ORDER_PAGES, list_answer
from counterfoil.api.orders import order_document
from counterfoil.api.queries import paging

if TYPE_CHECKING:
    from counterfoil.api.request import Request
    from counterfoil.api.response import Response
    from counterfoil.domain.orders import Order
    from counterfoil.operations.lists import Page, Paging


def orders_request(request: Request) -> Paging:
    """The page that `GET /v1/orders` asks for."""
    return paging(request, ("created_at", "updated_at"), ORDER_PAGES)


def orders_answer(page: Page[Order]) -> Response:
    """200 with a page of orders."""
    return list_answer("orders", map(order_document, page.entries), page.total)
