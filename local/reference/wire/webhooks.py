"""Webhooks and what came of their deliveries."""

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from counterfoil.domain.occurrences import NAMES, TEST
from local.reference.wire.common import Count, ListObject, Timestamp
from local.reference.wire.customers import CustomerOfRecord
from local.reference.wire.orders import Order
from local.reference.wire.records import Record

EventName = Annotated[str, Field(json_schema_extra={"enum": [*NAMES, TEST]})]


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


class MessageData(TypedDict):
    """Who and what it is about, as far as there is such: the order as that write left it."""

    customer: CustomerOfRecord | None
    referrer: CustomerOfRecord | None
    order: Order | None
    redemption: Record | None


class WebhookMessage(TypedDict):
    """What a webhook is told. The same event has the same id, however often it is told."""

    id: str
    object: Literal["event"]
    type: EventName
    created_at: Timestamp
    data: MessageData
