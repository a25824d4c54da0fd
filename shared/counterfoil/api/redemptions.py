"""What clients send to redeem, and what they are answered (domain.md §2.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from counterfoil.api.explaining import explained
from counterfoil.api.orders import Document, order_document
from counterfoil.api.outcomes import Telling
from counterfoil.api.product_lists import product_lists
from counterfoil.api.records import record_document
from counterfoil.api.response import Response, json_response
from counterfoil.domain.redemption_payloads import (
    RedeemablePayload,
    SingleRedemptionPayload,
    StackPayload,
)

if TYPE_CHECKING:
    from counterfoil.api.request import Request
    from counterfoil.domain.redemptions import Redeemed


def single_request(request: Request) -> StackPayload:
    """The voucher in the path, redeemed with the body's order: a stack of one."""
    single = request.payload(SingleRedemptionPayload)
    return single_stack(request, single, request.parameter("code"))


def tier_request(request: Request) -> StackPayload:
    """The promotion tier in the path with the body's order: a stack of one."""
    single = request.payload(SingleRedemptionPayload)
    return single_stack(request, single, request.parameter("tierId"), "promotion_tier")


def single_stack(
    request: Request,
    single: SingleRedemptionPayload,
    identifier: str,
    kind: Literal["voucher", "promotion_tier"] = "voucher",
) -> StackPayload:
    """A stack of the one redeemable; the query's tracking id counts unless the body's."""
    redeemable = RedeemablePayload(object=kind, id=identifier, gift=single.gift)
    return StackPayload(
        redeemables=[redeemable],
        order=single.order,
        customer=single.customer,
        session=single.session,
        tracking_id=single.tracking_id or request.query_value("tracking_id"),
        metadata=single.metadata,
    )


def stack_answer(redeemed: Redeemed) -> Response:
    """200 with every redemption, their parent when they are several, and the order."""
    order = order_document(redeemed.order, redeemed.evaluation.applied)
    whole = order if redeemed.parent is None else None
    document: Document = {
        "redemptions": [record_document(each, whole) for each in redeemed.redemptions]
    }
    if redeemed.parent is not None:
        document["parent_redemption"] = record_document(redeemed.parent)
    document["order"] = order
    evaluation = redeemed.evaluation
    told = Telling(evaluation.rules, redeemed.request_id, redeemed.expand)
    failed = zip(evaluation.inapplicable, redeemed.failures, strict=True)
    document["inapplicable_redeemables"] = [told.refused(each, it.id) for each, it in failed]
    document["skipped_redeemables"] = told.skipped(evaluation.outcomes)
    return json_response(200, document | explained(evaluation))


def single_answer(redeemed: Redeemed) -> Response:
    """200 with the one redemption, its whole order, and what of that the voucher applied to."""
    order = order_document(redeemed.order, redeemed.evaluation.applied)
    lists = product_lists(redeemed.evaluation.applicable[0])
    document = record_document(redeemed.redemptions[0], order, lists)
    return json_response(200, document | explained(redeemed.evaluation))
