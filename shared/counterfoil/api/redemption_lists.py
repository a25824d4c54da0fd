"""Lists of redemptions on the wire (domain.md §2.3, §10.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterfoil.api.lists import PAGES, following, page_answer
from counterfoil.api.queries import MAX_LIMIT, conditions, paging, time_of
from counterfoil.api.records import record_document
from counterfoil.api.response import Response, json_response
from counterfoil.api.vouchers import redemption_url
from counterfoil.domain.errors import InvalidQuery
from counterfoil.domain.filters import Condition, Filters, Operator
from counterfoil.domain.records import Result
from counterfoil.operations.redemption_lists import RedemptionsWanted, VoucherRedemptionsWanted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from counterfoil.api.request import Request
    from counterfoil.domain.records import Record
    from counterfoil.operations.lists import Page
    from counterfoil.operations.redemption_lists import VoucherRedemptions

_ORDERS: Final = ("created_at", "id", "voucher_code", "tracking_id", "customer_id")
_FILTERS: Final = (
    "voucher_code",
    "related_object_id",
    "related_object_parent_id",
    "parent_redemption_id",
    "failure_code",
    "result",
    "object",
    "customer_id",
    "campaign_name",
    "user_login",
)
# Parameters that say the same as a filter, and the field that they filter.
_SHORTCUTS: Final = {
    "result": "result",
    "voucher_code": "voucher_code",
    "related_object_id": "related_object_id",
    "related_object_parent_id": "related_object_parent_id",
    "campaign": "campaign_name",
    "campaign_name": "campaign_name",
}


def redemptions_request(request: Request) -> RedemptionsWanted:
    """The page and the filters of `GET /v1/redemptions`."""
    chosen, either = conditions(request, _FILTERS)
    return RedemptionsWanted(
        paging=paging(request, _ORDERS, PAGES, cursors=True),
        customer=request.query_value("customer"),
        after=time_of(request, "created_at", "after"),
        before=time_of(request, "created_at", "before"),
        filters=Filters(tuple(_shortcuts(request)), chosen, either=either),
    )


def voucher_redemptions_request(request: Request) -> VoucherRedemptionsWanted:
    """The voucher in the path; the contract knows no pages here, so one is as long as can be."""
    return VoucherRedemptionsWanted(
        request.parameter("code"),
        paging(request, ("created_at",), PAGES, limit=MAX_LIMIT, cursors=True),
    )


def redemptions_answer(page: Page[Record]) -> Response:
    """200 with a page of redemptions and rollbacks."""
    return page_answer("redemptions", page, record_document)


def voucher_redemptions_answer(found: VoucherRedemptions) -> Response:
    """200 with a voucher's redemptions and how often it can be redeemed."""
    voucher = found.voucher.voucher
    return json_response(
        200,
        {
            "quantity": voucher.quantity,
            "redeemed_quantity": found.voucher.counter.used,
            "object": "list",
            "url": redemption_url(voucher.code),
            "data_ref": "redemption_entries",
            "total": found.page.total,
            "redemption_entries": [record_document(each) for each in found.page.entries],
            **following(found.page),
        },
    )


def _shortcuts(request: Request) -> Iterator[Condition]:
    for name, field in _SHORTCUTS.items():
        values = tuple(value for key, value in request.query if key in (name, f"{name}[]"))
        if name == "result" and not set(values) <= set(Result):
            raise InvalidQuery(f"Property .result must be one of {', '.join(Result)}")
        if values:
            yield Condition(field, Operator.IN, values)
