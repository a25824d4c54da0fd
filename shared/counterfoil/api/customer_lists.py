"""The list of customers on the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.api.customers import customer_document
from counterfoil.api.lists import PAGES, list_answer
from counterfoil.api.queries import paging

if TYPE_CHECKING:
    from counterfoil.api.request import Request
    from counterfoil.api.response import Response
    from counterfoil.operations.customers import Known
    from counterfoil.operations.lists import Page, Paging


def customers_request(request: Request) -> Paging:
    """The page that `GET /v1/customers` asks for."""
    return paging(request, ("created_at", "updated_at", "source_id"), PAGES)


def customers_answer(page: Page[Known]) -> Response:
    """200 with a page of customers."""
    return list_answer("customers", map(customer_document, page.entries), page.total)
