"""Customers on the wire (domain.md §1.8, §2.9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.api.response import Response, json_response
from counterfoil.domain.timestamps import iso

if TYPE_CHECKING:
    from counterfoil.api.orders import Document
    from counterfoil.api.request import Request
    from counterfoil.domain.customers import Summary
    from counterfoil.domain.records import CustomerSnapshot
    from counterfoil.operations.customers import Known


def named_request(request: Request) -> str:
    """The id or source_id in the path."""
    return request.parameter("customerId")


def customer_answer(known: Known) -> Response:
    """200 with the customer."""
    return json_response(200, customer_document(known))


def customer_document(known: Known) -> Document:
    """A customer with their summary; loyalty and referrals are empty in this scope."""
    customer = known.customer
    address = None if customer.address is None else customer.address.model_dump()
    birthdate = None if customer.birthdate is None else customer.birthdate.isoformat()
    return {
        "id": customer.id,
        "source_id": customer.source_id,
        "name": customer.name,
        "description": customer.description,
        "email": customer.email,
        "phone": customer.phone,
        "birthday": birthdate,
        "birthdate": birthdate,
        "address": address,
        "summary": _summary(known.summary),
        "loyalty": {"points": 0, "referred_customers": 0, "campaigns": {}},
        "referrals": {"total": 0, "campaigns": []},
        "metadata": customer.metadata,
        "system_metadata": {},
        "created_at": iso(customer.created_at),
        "updated_at": None if customer.updated_at is None else iso(customer.updated_at),
        "object": "customer",
    }


def simple_customer(customer: CustomerSnapshot) -> Document:
    """The customer as a redemption shows them; only a parent of a stack shows their metadata."""
    return {
        "id": customer.id,
        "name": customer.name,
        "email": customer.email,
        "source_id": customer.source_id,
        **({} if customer.metadata is None else {"metadata": customer.metadata}),
        "object": "customer",
    }


def _summary(summary: Summary) -> Document:
    orders: Document = {
        "total_amount": summary.orders_amount,
        "total_count": summary.orders_count,
        "average_amount": summary.average_amount,
    }
    if summary.last_order_amount is not None:
        orders["last_order_amount"] = summary.last_order_amount
    if summary.last_order_date is not None:
        orders["last_order_date"] = summary.last_order_date
    return {"redemptions": _redemptions(summary), "orders": orders}


def _redemptions(summary: Summary) -> Document:
    return {
        "total_redeemed": summary.redemptions_succeeded,
        "total_failed": summary.redemptions_failed,
        "total_succeeded": summary.redemptions_succeeded,
        "total_rolled_back": summary.rollbacks_succeeded,
        "total_rollback_failed": summary.rollbacks_failed,
        "total_rollback_succeeded": summary.rollbacks_succeeded,
        # What is left on a customer's cards would need cards that are published to customers.
        "gift": {"redeemed_amount": summary.gift_credits, "amount_to_go": 0},
        "loyalty_card": {"redeemed_points": 0, "points_to_go": 0},
    }
