"""What a customer did, on the wire (domain.md §2.9, §3.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from counterfoil.api.orders import order_document
from counterfoil.api.queries import NEWEST_FIRST, one_of, paging, time_of
from counterfoil.api.records import record_document
from counterfoil.api.response import Response, json_response
from counterfoil.domain.activities import ACTION, EFFECT
from counterfoil.domain.campaigns import CampaignType
from counterfoil.domain.timestamps import from_iso, iso
from counterfoil.operations.customer_activity import ActivityWanted

if TYPE_CHECKING:
    from datetime import datetime

    from counterfoil.api.orders import Document
    from counterfoil.api.request import Request
    from counterfoil.domain.activities import Activity
    from counterfoil.domain.customers import Customer
    from counterfoil.operations.customer_activity import Activities


def activity_request(request: Request) -> ActivityWanted:
    """The customer in the path, the page and the filters. Raises InvalidQuery."""
    page = paging(request, ("created_at",), 1)
    return ActivityWanted(
        name=request.parameter("customerId"),
        limit=page.limit,
        newest_first=page.order == NEWEST_FIRST,
        after=request.query_value("starting_after_id"),
        start=_time(request, "start_date"),
        end=_time(request, "end_date"),
        campaign_id=request.query_value("campaign_id"),
        campaign_type=one_of(request, "campaign_type", get_args(CampaignType)),
        category=one_of(request, "category", (ACTION, EFFECT)),
        type=request.query_value("type"),
    )


def activity_answer(found: Activities) -> Response:
    """200 with some of what a customer did, and where the next of it begins."""
    document: Document = {
        "object": "list",
        "data_ref": "data",
        "data": [_activity(each, found.customer) for each in found.entries],
        "has_more": found.has_more,
    }
    if found.has_more:
        document["more_starting_after"] = found.entries[-1].id
    return json_response(200, document)


def _time(request: Request, name: str) -> datetime | None:
    found = time_of(request, name)
    return None if found is None else from_iso(found)


def _activity(entry: Activity, customer: Customer) -> Document:
    return {
        "id": entry.id,
        "type": entry.type,
        "data": {"customer": _customer(customer), **_subject(entry)},
        "created_at": iso(entry.at),
    }


def _subject(entry: Activity) -> Document:
    """The order as the event left it, or the redemption or rollback."""
    if entry.record is not None:
        name = "rollback" if entry.record.is_rollback else "redemption"
        return {name: record_document(entry.record)}
    order = entry.order()
    return {"order": _outline(entry) if order is None else order_document(order)}


def _outline(entry: Activity) -> Document:
    """What an event tells of an order that it does not hold."""
    event, story = entry.event, entry.story
    if event is None or story is None:
        return {}
    told: Document = {"id": story.order.id, "status": event.status, "object": "order"}
    return told if event.total_amount is None else {**told, "total_amount": event.total_amount}


def _customer(customer: Customer) -> Document:
    return {
        "id": customer.id,
        "name": customer.name,
        "email": customer.email,
        "source_id": customer.source_id,
        "metadata": customer.metadata,
        "object": "customer",
    }
