"""Redemptions and rollbacks as records on the wire (domain.md §1.11, §1.12)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.api.customers import simple_customer
from counterfoil.api.orders import Document, amounts, people
from counterfoil.api.promotions import tier_document
from counterfoil.api.response import Response, json_response
from counterfoil.api.vouchers import voucher_document
from counterfoil.domain.records import Result
from counterfoil.domain.timestamps import iso

if TYPE_CHECKING:
    from counterfoil.api.request import Request
    from counterfoil.domain.records import OrderSnapshot, Record


def redemption_id_request(request: Request) -> str:
    """The id in the path."""
    return request.parameter("redemptionId")


def record_answer(record: Record) -> Response:
    """200 with one redemption or rollback."""
    return json_response(200, record_document(record))


def record_document(
    record: Record, order: Document | None = None, lists: Document | None = None
) -> Document:
    """`record` with `order`, or else with the order's amounts as they were at the time.

    `lists` are what its voucher applied to, which only the answer to a redemption can tell.
    """
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
        "voucher": _voucher(record, lists or {}),
        **_credits(record),
        **_tier(record),
        **_said(record),
        **_kinship(record),
    }


def _voucher(record: Record, lists: Document) -> Document | None:
    use = record.use
    if use is None or use.voucher is None:
        return None
    return voucher_document(use.voucher, use.used, use.gift) | lists


def _credits(record: Record) -> Document:
    """What a redemption took from a gift card; negative is what a rollback gave back."""
    use = record.use
    if use is None or use.voucher is None or use.voucher.gift is None:
        return {}
    if record.result is Result.FAILURE:
        return {}
    return {"amount": use.credits, "gift": {"amount": use.credits}}


def _tier(record: Record) -> Document:
    """The promotion tier as redeemed; only redemptions of tiers have the key (domain.md §1.11)."""
    use = record.use
    if use is None or use.tier is None:
        return {}
    return {"promotion_tier": tier_document(use.tier, use.campaign)}


def _said(record: Record) -> Document:
    """The session it was made with, why it was rolled back, or why it failed."""
    said: Document = {} if record.reason is None else {"reason": record.reason}
    if record.session_key is not None:
        said["session"] = {"key": record.session_key}
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
            "rollback_order_mode": record.rollback_order_mode,
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
            order.added_amount,
            (order.discount_amount, order.items_discount_amount),
            (order.applied_discount_amount, order.items_applied_discount_amount),
        ),
        **({} if order.metadata is None else {"metadata": order.metadata}),
        **people(order.customer_id, order.referrer_id),
        "object": "order",
    }
