"""What clients send and get to read, create, change and delete webhooks (domain.md §3.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.api.lists import list_answer
from counterfoil.api.response import Response, json_response
from counterfoil.domain.timestamps import iso
from counterfoil.domain.webhook_payloads import WebhookPayload, WebhookUpdate
from counterfoil.operations.project_settings import OfProject
from counterfoil.operations.webhooks import WebhookChange

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterfoil.api.orders import Document
    from counterfoil.api.request import Request
    from counterfoil.domain.webhooks import Webhook


def list_request(request: Request) -> OfProject[None]:
    """The project in the path: it has too few webhooks for pages."""
    return OfProject(request.parameter("projectId"), None)


def named_request(request: Request) -> OfProject[str]:
    """The project and the webhook in the path."""
    return OfProject(request.parameter("projectId"), request.parameter("webhookId"))


def creation_request(request: Request) -> OfProject[WebhookPayload]:
    """The project in the path, and the webhook in the body."""
    return OfProject(request.parameter("projectId"), request.payload(WebhookPayload))


def change_request(request: Request) -> OfProject[WebhookChange]:
    """The project and the webhook in the path, and what to change of it."""
    change = WebhookChange(request.parameter("webhookId"), request.payload(WebhookUpdate))
    return OfProject(request.parameter("projectId"), change)


def creation_answer(webhook: Webhook) -> Response:
    """200 with the webhook and, this once, its secret."""
    return json_response(200, {**_document(webhook), "secret": webhook.secret})


def webhook_answer(webhook: Webhook) -> Response:
    """200 with the webhook."""
    return json_response(200, _document(webhook))


def webhooks_answer(webhooks: Sequence[Webhook]) -> Response:
    """200 with all webhooks."""
    return list_answer("data", map(_document, webhooks), len(webhooks))


def _document(webhook: Webhook) -> Document:
    updated = webhook.updated_at
    return {
        "id": webhook.id,
        "target_url": webhook.target_url,
        "events": list(webhook.events),
        "active": webhook.active,
        "created_at": iso(webhook.created_at),
        "updated_at": None if updated is None else iso(updated),
        "object": "webhook",
    }
