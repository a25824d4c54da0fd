"""Vouchers on the wire (domain.md §1.9, §2.6, §13)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from counterfoil.api.assignment_documents import assignments_document
from counterfoil.api.response import Response, json_response
from counterfoil.domain.timestamps import iso

if TYPE_CHECKING:
    from datetime import datetime

    from counterfoil.api.orders import Document
    from counterfoil.api.request import Request
    from counterfoil.domain.discounts import AnyDiscount
    from counterfoil.domain.vouchers import Voucher
    from counterfoil.storage.vouchers import Stored

_WINDOWS: Final = {"validity_timeframe", "validity_day_of_week", "validity_hours"}
_WITHOUT_CAMPAIGN: Final[Document] = {
    "campaign": None,
    "campaign_id": None,
    "category_id": None,
    "categories": [],
    "is_referral_code": False,
    "holder_id": None,
}


def named_request(request: Request) -> str:
    """The code or id in the path."""
    return request.parameter("code")


def voucher_answer(stored: Stored) -> Response:
    """200 with the voucher."""
    return json_response(200, stored_document(stored))


def stored_document(stored: Stored) -> Document:
    """The voucher as it stands."""
    return voucher_document(stored.voucher, stored.counter.used)


def voucher_document(voucher: Voucher, used: int | None) -> Document:
    """`voucher`, redeemed `used` times; None leaves the number out.

    `discount`, `gift` and `loyalty_card` are always there (domain.md §13.2).
    """
    return {
        "id": voucher.id,
        "code": voucher.code,
        **_WITHOUT_CAMPAIGN,
        "category": voucher.category,
        "type": voucher.type,
        "discount": discount_document(voucher.discount),
        "gift": None,
        "loyalty_card": None,
        **_validity(voucher),
        "active": voucher.active,
        "additional_info": voucher.additional_info,
        "metadata": voucher.metadata,
        "created_at": iso(voucher.created_at),
        "updated_at": _date(voucher.updated_at),
        "redemption": _redemption(voucher, used),
        "validation_rules_assignments": assignments_document("voucher", voucher.id, voucher.rule),
        "object": "voucher",
    }


def discount_document(discount: AnyDiscount | None) -> Document | None:
    """The discount as it is stored; no formula is evaluated, so none is dynamic."""
    if discount is None:
        return None
    return discount.model_dump(mode="json", exclude_none=True) | {"is_dynamic": False}


def redemption_url(code: str) -> str:
    """Where the voucher's redemptions are listed."""
    return f"/v1/vouchers/{quote(code, safe='')}/redemption"


def _validity(voucher: Voucher) -> Document:
    """When the voucher can be used.

    An expiration_date that is not set is left out: the JavaScript client cannot read its null.
    """
    windows = voucher.model_dump(mode="json", include=_WINDOWS, exclude_none=True)
    document: Document = {name: windows.get(name) for name in sorted(_WINDOWS)}
    document["start_date"] = _date(voucher.start_date)
    if voucher.expiration_date is not None:
        document["expiration_date"] = iso(voucher.expiration_date)
    return document


def _redemption(voucher: Voucher, used: int | None) -> Document:
    return {
        "quantity": voucher.quantity,
        **({} if used is None else {"redeemed_quantity": used}),
        "object": "list",
        "url": redemption_url(voucher.code),
    }


def _date(at: datetime | None) -> str | None:
    return None if at is None else iso(at)
