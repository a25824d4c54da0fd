"""The list of vouchers on the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterfoil.api.lists import PAGES, page_answer
from counterfoil.api.queries import between, filters, paging, parameters, refuse_unbuilt
from counterfoil.api.vouchers import stored_document
from counterfoil.domain.voucher_filters import voucher_filter
from counterfoil.operations.lists import Times
from counterfoil.operations.voucher_lists import VouchersWanted

if TYPE_CHECKING:
    from counterfoil.api.request import Request
    from counterfoil.api.response import Response
    from counterfoil.operations.lists import Page
    from counterfoil.storage.vouchers import Stored

_UNBUILT: Final = ("customer",)


def vouchers_request(request: Request) -> VouchersWanted:
    """The page and the filters of `GET /v1/vouchers`."""
    refuse_unbuilt(request, _UNBUILT)
    return VouchersWanted(
        paging=paging(request, ("created_at", "updated_at", "code"), PAGES, cursors=True),
        times=Times(between(request, "created_at"), between(request, "updated_at")),
        code=request.query_value("code"),
        campaign=request.query_value("campaign"),
        campaign_id=request.query_value("campaign_id"),
        category=request.query_value("category"),
        filters=filters(request, voucher_filter),
        ids=tuple(value for steps, value in parameters(request) if steps[:1] == ("ids",)),
    )


def vouchers_answer(page: Page[Stored]) -> Response:
    """200 with a page of vouchers."""
    return page_answer("vouchers", page, stored_document)
