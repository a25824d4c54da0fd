"""Vouchers on the wire (domain.md §1.9, §2.6, §13)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from counterfoil.api.assignment_documents import assignments_document
from counterfoil.api.availability import availability_document, date_of
from counterfoil.api.response import Response, json_response
from counterfoil.domain.discounts import settled
from counterfoil.domain.timestamps import iso

if TYPE_CHECKING:
    from counterfoil.api.orders import Document
    from counterfoil.api.request import Request
    from counterfoil.domain.counters import GiftBalance
    from counterfoil.domain.discounts import AnyDiscount
    from counterfoil.domain.item_selection import ProductLists
    from counterfoil.domain.vouchers import Voucher
    from counterfoil.storage.vouchers import Stored

_UNPUBLISHED: Final[Document] = {"categories": [], "is_referral_code": False, "holder_id": None}


def named_request(request: Request) -> str:
    """The code or id in the path."""
    return request.parameter("code")


def voucher_answer(stored: Stored) -> Response:
    """200 with the voucher."""
    return json_response(200, stored_document(stored))


def stored_document(stored: Stored) -> Document:
    """The voucher as it stands."""
    return voucher_document(stored.voucher, stored.counter.used, stored.counter.gift)


def voucher_document(
    voucher: Voucher, used: int | None, money: GiftBalance | None = None
) -> Document:
    """`voucher`, redeemed `used` times, with `money` on its card; None leaves the numbers out.

    `discount`, `gift` and `loyalty_card` are always there (domain.md §13.2).
    """
    return {
        "id": voucher.id,
        "code": voucher.code,
        "campaign": voucher.campaign,
        "campaign_id": voucher.campaign_id,
        **_UNPUBLISHED,
        "category": voucher.category,
        "category_id": voucher.category_id,
        "type": voucher.type,
        "discount": _discount(voucher),
        "gift": _gift(voucher, money),
        "loyalty_card": None,
        **availability_document(voucher),
        "additional_info": voucher.additional_info,
        "metadata": voucher.metadata,
        "created_at": iso(voucher.created_at),
        "updated_at": date_of(voucher.updated_at),
        "redemption": _redemption(voucher, used, money),
        "validation_rules_assignments": assignments_document("voucher", voucher.id, voucher.rule),
        "object": "voucher",
    }


def discount_document(
    discount: AnyDiscount | None, products: ProductLists | None
) -> Document | None:
    """The discount with the effect that it has on `products`; as no formula is evaluated, none is
    dynamic.
    """
    return None if discount is None else _told(settled(discount, products))


def _discount(voucher: Voucher) -> Document | None:
    """Without an effect when that depends on the campaign's rule, which is not looked at here."""
    rule = voucher.rule
    if rule is None and voucher.campaign_id is not None:
        return None if voucher.discount is None else _told(voucher.discount)
    return discount_document(voucher.discount, None if rule is None else rule.applicable_to)


def _told(discount: AnyDiscount) -> Document:
    return discount.model_dump(mode="json", exclude_none=True) | {"is_dynamic": False}


def redemption_url(code: str) -> str:
    """Where the voucher's redemptions are listed."""
    return f"/v1/vouchers/{quote(code, safe='')}/redemption"


def _gift(voucher: Voucher, money: GiftBalance | None) -> Document | None:
    if voucher.gift is None:
        return None
    known: Document = {}
    if money is not None:
        known = {
            "amount": money.loaded,
            "balance": money.balance,
            "subtracted_amount": money.subtracted,
        }
    return {**known, "effect": voucher.gift.effect}


def _redemption(voucher: Voucher, used: int | None, money: GiftBalance | None) -> Document:
    return {
        "quantity": voucher.quantity,
        **({} if used is None else {"redeemed_quantity": used}),
        **({} if money is None else {"redeemed_amount": money.spent}),
        "object": "list",
        "url": redemption_url(voucher.code),
    }
