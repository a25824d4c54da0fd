"""Customers and their segments."""

from typing import Literal, NotRequired

from pydantic import JsonValue
from typing_extensions import TypedDict

from local.reference.wire.common import Count, Date, ListObject, Metadata, Minor, Timestamp


class Address(TypedDict):
    """A postal address."""

    city: str | None
    state: str | None
    line_1: str | None
    line_2: str | None
    country: str | None
    postal_code: str | None


class GiftSummary(TypedDict):
    """What the customer spent of gift cards."""

    redeemed_amount: Minor
    amount_to_go: Minor


class LoyaltySummary(TypedDict):
    """Always zero: there are no loyalty cards here."""

    redeemed_points: Count
    points_to_go: Count


class RedemptionsSummary(TypedDict):
    """How often the customer redeemed, failed to, and rolled back."""

    total_redeemed: int
    total_failed: Count
    total_succeeded: int
    total_rolled_back: Count
    total_rollback_failed: Count
    total_rollback_succeeded: Count
    gift: GiftSummary
    loyalty_card: LoyaltySummary


class OrdersSummary(TypedDict):
    """The customer's orders that are PAID or FULFILLED."""

    total_amount: Minor
    total_count: Count
    average_amount: Minor
    last_order_amount: NotRequired[Minor]
    last_order_date: NotRequired[Timestamp]


class CustomerSummary(TypedDict):
    """Right with the next request after what it counts."""

    redemptions: RedemptionsSummary
    orders: OrdersSummary


class CustomerLoyalty(TypedDict):
    """Always empty: there are no loyalty cards here."""

    points: Count
    referred_customers: Count
    campaigns: dict[str, JsonValue]


class CustomerReferrals(TypedDict):
    """Always empty: there are no referral programs here."""

    total: Count
    campaigns: list[JsonValue]


class Customer(TypedDict):
    """A customer with a summary of what they did."""

    id: str
    source_id: str | None
    name: str | None
    description: str | None
    email: str | None
    phone: str | None
    birthday: Date | None
    birthdate: Date | None
    address: Address | None
    summary: CustomerSummary
    loyalty: CustomerLoyalty
    referrals: CustomerReferrals
    metadata: Metadata
    system_metadata: dict[str, JsonValue]
    created_at: Timestamp
    updated_at: Timestamp | None
    object: Literal["customer"]


class CustomerOfRecord(TypedDict):
    """The customer as a redemption shows them."""

    id: str
    name: str | None
    email: str | None
    source_id: str | None
    metadata: NotRequired[Metadata]
    object: Literal["customer"]


class CustomerList(TypedDict):
    """A page of customers; `total` counts all that match."""

    object: ListObject
    data_ref: Literal["customers"]
    customers: list[Customer]
    total: Count
    has_more: bool
    next_cursor: NotRequired[str]


class Segment(TypedDict):
    """A segment of customers; who is in a static one tells `GET /v1/customers?segment_id=`."""

    id: str
    name: str
    type: Literal["static", "auto-update", "passive"]
    filter: dict[str, JsonValue] | None
    initial_sync_status: Literal["DONE", "IN_PROGRESS"]
    created_at: Timestamp
    updated_at: Timestamp | None
    object: Literal["segment"]


class SegmentList(TypedDict):
    """A page of segments."""

    object: ListObject
    data_ref: Literal["data"]
    data: list[Segment]
    total: Count


class SegmentName(TypedDict):
    """A segment by name."""

    id: str
    name: str
    object: Literal["segment"]


class CustomerSegments(TypedDict):
    """All segments that a customer is in."""

    object: ListObject
    data_ref: Literal["data"]
    data: list[SegmentName]
    total: Count
