"""The list of vouchers on the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.api.lists import PAGES, list_answer
from counterfoil.api.queries import paging
from counterfoil.api.vouchers import stored_document

if TYPE_CHECKING:
    from counterfoil.api.request import Request
    from counterfoil.api.response import Response
    from counterfoil.operations.lists import Page, Paging
    from counterfoil.storage.vouchers import Stored


def vouchers_request(request: Request) -> Paging:
    """The page that `GET /v1/vouchers` asks for."""
    return paging(request, ("created_at", "updated_at", "code"), PAGES)


def vouchers_answer(page: Page[Stored]) -> Response:
    """200 with a page of vouchers."""
    return list_answer("vouchers", map(stored_document, page.entries), page.total)
