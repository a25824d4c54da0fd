"""Redemptions and rollbacks on the wire (domain.md §1.11, §1.12, §2.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.api.customers import simple_customer
from counterfoil.api.orders import Document, amounts, order_document, people
from counterfoil.api.response import Response, json_response
from counterfoil.api.validations import entries
from counterfoil.api.vouchers import voucher_document
from counterfoil.domain.payloads import (
    RedeemablePayload,
    RollbackPayload,
    SingleRedemptionPayload,
    StackPayload,
)
from counterfoil.domain.stacking import Inapplicable, Skipped
from counterfoil.domain.timestamps import iso
from counterfoil.operations.rollbacks import Rollback

if TYPE_CHECKING:
    from counterfoil.api.request import Request
    from counterfoil.domain.records import OrderSnapshot, Record
    from counterfoil.domain.redemptions import Redeemed
    from counterfoil.domain.rollbacks import RolledBack


def single_request(request: Request) -> StackPayload:
    """The voucher in the path, redeemed with the body's order: a stack of one."""
    single = request.payload(SingleRedemptionPayload)
    voucher = RedeemablePayload(object="voucher", id=request.parameter("code"), gift=single.gift)
    return StackPayload(
        redeemables=[voucher],
        order=single.order,
        customer=single.customer,
        session=single.session,
        tracking_id=single.tracking_id or request.query_value("tracking_id"),
        metadata=single.metadata,
    )


def rollback_request(request: Request) -> Rollback:
    """The redemption in the path, on the endpoint for single redemptions."""
    return _rollback(request, stacks=False)


def rollbacks_request(request: Request) -> Rollback:
    """The redemption in the path, on the endpoint for stacks, which takes single ones too."""
    return _rollback(request, stacks=True)


def redemption_id_request(request: Request) -> str:
    """The id in the path."""
    return request.parameter("redemptionId")


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
    outcomes = redeemed.evaluation.outcomes
    document["inapplicable_redeemables"] = entries(outcomes, Inapplicable)
    document["skipped_redeemables"] = entries(outcomes, Skipped)
    return json_response(200, document)


def single_answer(redeemed: Redeemed) -> Response:
    """200 with the one redemption and its whole order."""
    order = order_document(redeemed.order, redeemed.evaluation.applied)
    return json_response(200, record_document(redeemed.redemptions[0], order))


def rollback_answer(undone: RolledBack) -> Response:
    """200 with the one rollback and the whole order after it."""
    return json_response(200, record_document(undone.rollbacks[0], order_document(undone.order)))


def rollbacks_answer(undone: RolledBack) -> Response:
    """200 with every rollback, their parent when they are several, and the order."""
    order = order_document(undone.order)
    whole = order if undone.parent is None else None
    document: Document = {"rollbacks": [record_document(each, whole) for each in undone.rollbacks]}
    if undone.parent is not None:
        document["parent_rollback"] = record_document(undone.parent)
    document["order"] = order
    return json_response(200, document)


def record_answer(record: Record) -> Response:
    """200 with one redemption or rollback."""
    return json_response(200, record_document(record))


def record_document(record: Record, order: Document | None = None) -> Document:
    """`record` with `order`, or else with the order's amounts as they were at the time."""
    snapshot = None if record.order is None else _snapshot(record.order)
    return {
        "id": record.id,
        "object": record.object,
        "date": iso(record.date),
        "customer_id": record.customer_id,
        "tracking_id": record.tracking_id,
        "metadata": record.metadata,
        "redemption": record.redemption_id if record.is_rollback else record.parent_id,
        "result": record.result.value,
        "status": record.status.value,
        "order": snapshot if order is None else order,
        "channel": {"channel_id": record.channel_id, "channel_type": "API"},
        "customer": None if record.customer is None else simple_customer(record.customer),
        "related_object_type": record.related_object_type,
        "related_object_id": record.related_object_id,
        "voucher": _voucher(record),
        **_said(record),
        **_kinship(record),
    }


def _voucher(record: Record) -> Document | None:
    use = record.voucher
    return None if use is None else voucher_document(use.voucher, use.used)


def _said(record: Record) -> Document:
    """Why it was rolled back, or why it failed."""
    said: Document = {} if record.reason is None else {"reason": record.reason}
    if record.failure_code is not None:
        said |= {"failure_code": record.failure_code, "failure_message": record.failure_message}
    return said


def _kinship(record: Record) -> Document:
    """The rollback that undid a redemption, and the redemptions that a parent stands for."""
    related: Document = {}
    if record.rollback_id is not None and record.rollback_date is not None:
        rollback = {
            "id": record.rollback_id,
            "date": iso(record.rollback_date),
            "rollback_order_mode": "WITH_ORDER",
        }
        related["rollbacks"] = [rollback]
    if record.stacked and not record.is_rollback:
        date = iso(record.date)
        related["redemptions"] = [{"id": each, "date": date} for each in record.stacked]
    return {"related_redemptions": related} if related else {}


def _snapshot(order: OrderSnapshot) -> Document:
    return {
        "id": order.id,
        "source_id": order.source_id,
        "created_at": iso(order.created_at),
        "updated_at": None if order.updated_at is None else iso(order.updated_at),
        "status": order.status.value,
        **amounts(
            order.amount,
            (order.discount_amount, order.items_discount_amount),
            (order.applied_discount_amount, order.items_applied_discount_amount),
        ),
        "metadata": order.metadata,
        **people(order.customer_id, order.referrer_id),
        "object": "order",
    }


def _rollback(request: Request, *, stacks: bool) -> Rollback:
    """Reason and tracking id of the query, unless the body has its own (domain.md §7, row 8)."""
    payload = request.payload(RollbackPayload)
    said = {
        "reason": payload.reason or request.query_value("reason"),
        "tracking_id": payload.tracking_id or request.query_value("tracking_id"),
    }
    return Rollback(request.parameter("redemptionId"), payload.model_copy(update=said), stacks)
