"""Orders on the wire (domain.md §1.3 to §1.7).

Discount and applied amounts that are zero are left out; `amount` and `total_amount` are there
whenever they are known, 0 included. What a request applied is shown only in its own answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.api.order_lines import line_documents
from counterfoil.api.response import Response, json_response
from counterfoil.domain.allocations import NOTHING
from counterfoil.domain.timestamps import iso

if TYPE_CHECKING:
    from counterfoil.domain.allocations import Allocation
    from counterfoil.domain.orders import Order, RedemptionEntry

Document = dict[str, object]


def order_answer(order: Order) -> Response:
    """200 with the order."""
    return json_response(200, order_document(order))


def order_document(order: Order, applied: Allocation = NOTHING) -> Document:
    """`order` as stored, with what this request applied."""
    document: Document = {
        "id": order.id,
        "source_id": order.source_id,
        "created_at": iso(order.created_at),
        "updated_at": None if order.updated_at is None else iso(order.updated_at),
        "status": order.status.value,
        **cart_document(order, applied),
    }
    entries = {entry.id: _entry(entry) for entry in order.redemptions if entry.id}
    if entries:
        document["redemptions"] = entries
    return document


def cart_document(order: Order, applied: Allocation = NOTHING, *, lines: bool = True) -> Document:
    """What an order has before it is stored too: amounts, lines, people (domain.md §1.4)."""
    document: Document = {
        **amounts(
            order.amount,
            (order.amount or 0) - (order.initial_amount or 0),
            (order.discount_amount, order.items_discount_amount),
            (applied.order, applied.lines_total),
        ),
        "metadata": order.metadata,
        **people(order.customer_id, order.referrer_id),
        "object": "order",
    }
    if lines:
        document["items"] = line_documents(order, applied)
    return document


def amounts(
    amount: int | None, added: int, taken: tuple[int, int], applied: tuple[int, int]
) -> Document:
    """An order's amounts; `taken` and `applied` are order-level and line discounts (§1.6)."""
    document: Document = {}
    if amount is not None:
        document |= {"amount": amount, "initial_amount": amount - added}
    discounts = {
        "discount_amount": taken[0],
        "items_discount_amount": taken[1],
        "total_discount_amount": sum(taken),
        "applied_discount_amount": applied[0],
        "items_applied_discount_amount": applied[1],
        "total_applied_discount_amount": sum(applied),
    }
    document |= {name: value for name, value in discounts.items() if value}
    if amount is not None:
        document["total_amount"] = amount - sum(taken)
    return document


def people(customer_id: str | None, referrer_id: str | None) -> Document:
    """Customer and referrer by id; the embedded forms only when there is one."""
    document: Document = {"customer_id": customer_id, "referrer_id": referrer_id}
    if customer_id is not None:
        document["customer"] = {"id": customer_id, "object": "customer"}
    if referrer_id is not None:
        document["referrer"] = {"id": referrer_id, "object": "customer"}
    return document


def _entry(entry: RedemptionEntry) -> Document:
    document: Document = {
        "date": iso(entry.date),
        "related_object_type": entry.related_object_type,
        "related_object_id": entry.related_object_id,
    }
    if entry.related_object_parent_id is not None:
        document["related_object_parent_id"] = entry.related_object_parent_id
    if entry.stacked:
        document["stacked"] = list(entry.stacked)
    if entry.rollback_id is not None and entry.rollback_date is not None:
        document["rollback_id"] = entry.rollback_id
        document["rollback_date"] = iso(entry.rollback_date)
    if entry.rollback_stacked:
        document["rollback_stacked"] = list(entry.rollback_stacked)
    return document
