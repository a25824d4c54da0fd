"""What happened: the events of an order, and what a customer did."""

from typing import Literal, NotRequired

from pydantic import JsonValue
from typing_extensions import TypedDict

from local.reference.wire.common import Count, ListObject, Minor, Timestamp
from local.reference.wire.customers import CustomerOfRecord
from local.reference.wire.orders import Order, OrderStatus
from local.reference.wire.records import Record


class OrderEvent(TypedDict):
    """What happened to an order at once; `changes` are the new values, null for what is gone."""

    id: str
    object: Literal["order_event"]
    order_id: str
    version: Count
    types: list[str]
    created_at: Timestamp
    status: OrderStatus
    total_amount: Minor | None
    redemption_id: str | None
    rollback_id: str | None
    actor: str | None
    is_import: bool
    changes: dict[str, JsonValue]


class OrderEventList(TypedDict):
    """Some events of an order; `more_starting_after` is the next `starting_after_id`."""

    object: ListObject
    data_ref: Literal["data"]
    data: list[OrderEvent]
    total: Count
    has_more: bool
    more_starting_after: NotRequired[str]


class OrderOutline(TypedDict):
    """What an event tells of an order that it does not hold."""

    id: NotRequired[str]
    status: NotRequired[OrderStatus]
    total_amount: NotRequired[Minor]
    object: NotRequired[Literal["order"]]


class ActivityData(TypedDict):
    """The order as the event left it, or the redemption or rollback."""

    customer: CustomerOfRecord
    order: NotRequired[Order | OrderOutline]
    redemption: NotRequired[Record]
    rollback: NotRequired[Record]


class Activity(TypedDict):
    """One thing that a customer did, or that was done for them."""

    id: str
    type: str
    data: ActivityData
    created_at: Timestamp


class ActivityList(TypedDict):
    """Some of what a customer did; `more_starting_after` is the next `starting_after_id`."""

    object: ListObject
    data_ref: Literal["data"]
    data: list[Activity]
    has_more: bool
    more_starting_after: NotRequired[str]
