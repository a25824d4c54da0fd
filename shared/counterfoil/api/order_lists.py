"""The list of orders on the wire (domain.md §2.1, §10)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterfoil.api.lists import ORDER_PAGES, page_answer
from counterfoil.api.orders import order_document
from counterfoil.api.queries import between, filters, paging
from counterfoil.domain.errors import InvalidQuery
from counterfoil.domain.order_filters import order_filter
from counterfoil.domain.orders import OrderStatus
from counterfoil.operations.lists import Times
from counterfoil.operations.order_lists import OrdersWanted

if TYPE_CHECKING:
    from counterfoil.api.request import Request
    from counterfoil.api.response import Response
    from counterfoil.domain.orders import Order
    from counterfoil.operations.lists import Page

_BY_CREATION: Final = "created_at"


def orders_request(request: Request) -> OrdersWanted:
    """The page and the filters of `GET /v1/orders`. Raises InvalidQuery, naming the parameter."""
    wanted = OrdersWanted(
        paging=paging(request, (_BY_CREATION, "updated_at"), ORDER_PAGES, cursors=True),
        times=Times(between(request, "created_at"), between(request, "updated_at")),
        statuses=_statuses(request),
        customer=request.query_value("customer"),
        voucher=request.query_value("voucher_code"),
        filters=filters(request, order_filter),
    )
    if wanted.paging.page > 1 and not wanted.indexed:
        raise InvalidQuery("Property .page must be 1 with filters; go on by the cursor")
    if wanted.voucher is not None and wanted.paging.sorted_by != _BY_CREATION:
        raise InvalidQuery("Property .order must be created_at or -created_at with voucher_code")
    return wanted


def orders_answer(page: Page[Order]) -> Response:
    """200 with a page of orders."""
    return page_answer("orders", page, order_document)


def _statuses(request: Request) -> tuple[str, ...]:
    given = tuple(value for name, value in request.query if name in ("status", "status[]"))
    if not set(given) <= set(OrderStatus):
        raise InvalidQuery(f"Property .status must be one of {', '.join(OrderStatus)}")
    return tuple(sorted(set(given)))
