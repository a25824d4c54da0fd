"""Deliveries of webhooks on the wire: what came of each, and having one sent again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterfoil.api.queries import MAX_LIMIT, number_of
from counterfoil.api.response import Response, json_response
from counterfoil.domain.errors import InvalidQuery
from counterfoil.domain.timestamps import iso
from counterfoil.operations.deliveries import DeliveriesWanted, OfWebhook
from counterfoil.operations.project_settings import OfProject
from counterfoil.storage.webhook_keys import is_delivery

if TYPE_CHECKING:
    from datetime import datetime

    from counterfoil.api.orders import Document
    from counterfoil.api.request import Request
    from counterfoil.domain.deliveries import Delivery
    from counterfoil.operations.deliveries import Listed

_LIMIT: Final = 10


def list_request(request: Request) -> OfProject[DeliveriesWanted]:
    """`limit` and `starting_after_id`, which is the last delivery of the page before."""
    after = request.query_value("starting_after_id")
    if after is not None and not is_delivery(after):
        raise InvalidQuery("Property .starting_after_id must be the id of a delivery")
    limit = number_of(request, "limit", _LIMIT, MAX_LIMIT)
    wanted = DeliveriesWanted(request.parameter("webhookId"), limit, after)
    return OfProject(request.parameter("projectId"), wanted)


def named_request(request: Request) -> OfProject[OfWebhook]:
    """Project, webhook and delivery in the path."""
    of = OfWebhook(request.parameter("webhookId"), request.parameter("deliveryId"))
    return OfProject(request.parameter("projectId"), of)


def delivery_answer(delivery: Delivery) -> Response:
    """202 with the delivery, which waits to be tried."""
    return json_response(202, _document(delivery))


def deliveries_answer(listed: Listed) -> Response:
    """200 with some deliveries, and where the next page starts."""
    last = listed.deliveries[-1].id if listed.has_more else None
    return json_response(
        200,
        {
            "object": "list",
            "data_ref": "data",
            "data": [_document(each) for each in listed.deliveries],
            "has_more": listed.has_more,
            "more_starting_after": last,
        },
    )


def _document(delivery: Delivery) -> Document:
    order, _, name = delivery.subject.partition("#")
    return {
        "id": delivery.id,
        "webhook_id": delivery.webhook_id,
        "event_id": delivery.event_id,
        "event": delivery.name,
        "order_id": name if order == "O" else None,
        "redemption_id": delivery.record_id,
        "status": delivery.status.value,
        "attempts": delivery.attempts,
        "http_status": delivery.http_status,
        "duration_ms": delivery.duration_ms,
        "error": delivery.error,
        "response": delivery.said,
        "created_at": delivery.at,
        "attempted_at": _at(delivery.attempted_at),
        "next_attempt_at": _at(delivery.next_attempt_at),
        "object": "webhook_delivery",
    }


def _at(moment: datetime | None) -> str | None:
    return None if moment is None else iso(moment)
