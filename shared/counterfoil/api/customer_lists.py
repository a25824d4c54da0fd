"""The list of customers on the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.api.customers import customer_document
from counterfoil.api.lists import PAGES, page_answer
from counterfoil.api.queries import between, paging, time_of
from counterfoil.operations.customer_lists import CustomersWanted
from counterfoil.operations.lists import Between, Times

if TYPE_CHECKING:
    from counterfoil.api.request import Request
    from counterfoil.api.response import Response
    from counterfoil.operations.customers import Known
    from counterfoil.operations.lists import Page


def customers_request(request: Request) -> CustomersWanted:
    """The page and the filters of `GET /v1/customers`."""
    page = paging(request, ("created_at", "updated_at", "source_id"), PAGES, cursors=True)
    created = _beyond(
        time_of(request, "starting_after"), between(request, "created_at"), page.order
    )
    return CustomersWanted(
        paging=page,
        times=Times(created, between(request, "updated_at")),
        email=request.query_value("email"),
        name=request.query_value("name"),
        city=request.query_value("city"),
        segment_id=request.query_value("segment_id"),
    )


def customers_answer(page: Page[Known]) -> Response:
    """200 with a page of customers."""
    return page_answer("customers", page, customer_document)


def _beyond(cursor: str | None, created: Between, order: str) -> Between:
    """`created` from the cursor on, which is the created_at of the last customer of a page."""
    if cursor is None:
        return created
    if order == "created_at":
        return Between(max(cursor, created.after or cursor), created.before)
    return Between(created.after, min(cursor, created.before or cursor))
