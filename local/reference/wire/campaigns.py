"""Campaigns, their promotion tiers and stacks, and async actions."""

from typing import Literal, NotRequired

from pydantic import JsonValue
from typing_extensions import TypedDict

from local.reference.wire.common import Count, ListObject, Metadata, Minor, Timestamp
from local.reference.wire.settings import Category
from local.reference.wire.vouchers import (
    Availability,
    Discount,
    RuleAssignments,
    ValidityHours,
    ValidityTimeframe,
)

CampaignType = Literal[
    "DISCOUNT_COUPONS", "GIFT_VOUCHERS", "PROMOTION", "REFERRAL_PROGRAM", "LOYALTY_PROGRAM"
]


class PromotionAction(TypedDict):
    """What a tier does."""

    discount: Discount | None


class TierCampaign(Availability):
    """The campaign of a tier, with when it may be used."""

    id: str
    category_id: str | None
    object: Literal["campaign"]


class PromotionTier(Availability):
    """A promotion tier: a discount without a code. `promotion_id` is its campaign's id."""

    id: str
    created_at: Timestamp
    updated_at: Timestamp | None
    name: str | None
    banner: str | None
    action: PromotionAction
    metadata: Metadata
    hierarchy: Count
    promotion_id: str
    campaign: TierCampaign | None
    campaign_id: str
    validation_rule_assignments: RuleAssignments
    category_id: str | None
    categories: list[Category]
    object: Literal["promotion_tier"]


class TierRedemptions(TypedDict):
    """How often a tier is redeemed."""

    total_redeemed: Count


class TierOrders(TypedDict):
    """What the orders of a tier's redemptions come to."""

    total_amount: Minor
    total_discount_amount: Minor


class TierSummary(TypedDict):
    """What a tier's redemptions come to."""

    redemptions: TierRedemptions
    orders: TierOrders


class KnownTier(PromotionTier):
    """A tier as it stands, with what its redemptions come to."""

    summary: TierSummary


class TierList(TypedDict):
    """A page of tiers."""

    object: ListObject
    data_ref: Literal["tiers"]
    tiers: list[KnownTier]
    total: Count
    has_more: NotRequired[bool]


class StackedTiers(TypedDict):
    """The tiers of a stack in the order of their application."""

    ids: list[str]
    hierarchy_mode: Literal["MANUAL"]


class PromotionStack(TypedDict):
    """Tiers that are redeemed together."""

    id: str
    name: str
    created_at: Timestamp
    updated_at: Timestamp | None
    campaign_id: str
    tiers: StackedTiers
    category_id: str | None
    categories: list[Category]
    object: Literal["promotion_stack"]


class StackList(TypedDict):
    """A page of stacks."""

    object: ListObject
    data_ref: Literal["data"]
    data: list[PromotionStack]
    total: Count


class CampaignPromotion(TypedDict):
    """The tiers of a campaign of promotions."""

    tiers: list[PromotionTier]


class Campaign(TypedDict):
    """A campaign; `voucher` is the template of its vouchers, as it was sent."""

    id: str
    name: str
    description: str | None
    campaign_type: CampaignType
    type: Literal["AUTO_UPDATE", "STATIC", "STANDALONE"]
    voucher: NotRequired[dict[str, JsonValue]]
    auto_join: bool
    join_once: bool
    use_voucher_metadata_schema: bool
    activity_duration_after_publishing: str | None
    active: bool
    metadata: Metadata
    category_id: str | None
    vouchers_count: Count
    validity_timeframe: ValidityTimeframe | None
    validity_day_of_week: list[int] | None
    validity_hours: ValidityHours | None
    start_date: Timestamp | None
    expiration_date: NotRequired[Timestamp]
    category: str | None
    categories: list[Category]
    protected: bool
    creation_status: Literal["DONE", "IN_PROGRESS", "FAILED"]
    vouchers_generation_status: Literal["DONE", "IN_PROGRESS", "FAILED"]
    validation_rules_assignments: NotRequired[RuleAssignments]
    promotion: NotRequired[CampaignPromotion]
    created_at: Timestamp
    updated_at: Timestamp | None
    object: Literal["campaign"]


class CampaignList(TypedDict):
    """A page of campaigns."""

    object: ListObject
    data_ref: Literal["campaigns"]
    campaigns: list[Campaign]
    total: Count


class ActionStarted(TypedDict):
    """Work that goes on after the answer; `GET /v1/async-actions/{asyncActionId}` tells of it."""

    async_action_id: str


class ActionError(TypedDict):
    """Why an action failed."""

    message: str


class FailedRow(TypedDict):
    """A row of an import that was not taken in; rows count from 1."""

    source_id: str | None
    reason: str
    row: Count


class ActionResult(TypedDict):
    """What came of an action that is over; an import tells which rows failed, an export its id."""

    message: NotRequired[str]
    export_id: NotRequired[str]
    failed: NotRequired[list[FailedRow]]
    done_count: Count
    failed_count: Count
    error: NotRequired[ActionError]


class AsyncAction(TypedDict):
    """Work that goes on after its answer: how far it has come."""

    id: str
    type: str
    status: Literal["ENQUEUED", "IN_PROGRESS", "DONE", "FAILED"]
    operation_status: Literal["SUCCESS", "FAILED", "UNKNOWN"]
    progress: Count
    processing_time: Count
    request_id: str | None
    created_at: Timestamp
    updated_at: Timestamp | None
    object: Literal["async_action"]


class AsyncActionWithResult(AsyncAction):
    """An action with what came of it; null while it goes on."""

    result: ActionResult | None


class AsyncActionList(TypedDict):
    """The newest actions."""

    object: ListObject
    data_ref: Literal["async_actions"]
    async_actions: list[AsyncAction]
    has_more: bool
