"""Webhooks and what came of their deliveries."""

from typing import Literal

from typing_extensions import TypedDict

from local.reference.wire.common import Count, ListObject, Timestamp


class Webhook(TypedDict):
    """A URL that is told what happens, by the names in `events`."""

    id: str
    target_url: str
    events: list[str]
    active: bool
    created_at: Timestamp
    updated_at: Timestamp | None
    object: Literal["webhook"]


class NewWebhook(Webhook):
    """A webhook as it was created; no other answer has its secret."""

    secret: str


class WebhookList(TypedDict):
    """All webhooks of the project."""

    object: ListObject
    data_ref: Literal["data"]
    data: list[Webhook]
    total: Count


class Delivery(TypedDict):
    """One thing that a webhook is told of, and how the last try went."""

    id: str
    webhook_id: str
    event_id: str
    event: str
    order_id: str | None
    redemption_id: str | None
    status: Literal["PENDING", "RETRYING", "SUCCEEDED", "FAILED"]
    attempts: Count
    http_status: int | None
    duration_ms: int | None
    error: str | None
    response: str | None
    created_at: Timestamp
    attempted_at: Timestamp | None
    next_attempt_at: Timestamp | None
    object: Literal["webhook_delivery"]


class DeliveryList(TypedDict):
    """Some deliveries, the newest first; `more_starting_after` is the next `starting_after_id`."""

    object: ListObject
    data_ref: Literal["data"]
    data: list[Delivery]
    has_more: bool
    more_starting_after: str | None
