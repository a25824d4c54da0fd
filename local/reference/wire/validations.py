"""Validations and qualifications."""

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from local.reference.wire.common import Count, ListObject, Metadata, Minor, Timestamp
from local.reference.wire.explanations import Explanation
from local.reference.wire.orders import CalculatedOrder
from local.reference.wire.outcomes import (
    AppliedGift,
    AppliedRedeemable,
    AppliedResult,
    RedeemableObject,
    RefusedRedeemable,
    SkippedRedeemable,
)
from local.reference.wire.refusals import Refusal
from local.reference.wire.settings import Category, StackingRules
from local.reference.wire.vouchers import CoveredEntries, Discount, RuleAssignments


class ValidationSession(TypedDict):
    """The session that holds what was validated, until it ends."""

    key: str
    type: Literal["LOCK"]
    ttl: float | None
    ttl_unit: str | None


class Validation(TypedDict):
    """What a set of redeemables would do to an order; `order` only when it would."""

    id: str
    valid: bool
    redeemables: list[AppliedRedeemable | RefusedRedeemable | SkippedRedeemable]
    inapplicable_redeemables: NotRequired[list[RefusedRedeemable]]
    skipped_redeemables: NotRequired[list[SkippedRedeemable]]
    order: NotRequired[CalculatedOrder]
    stacking_rules: StackingRules
    tracking_id: NotRequired[str]
    session: NotRequired[ValidationSession]
    explanation: NotRequired[Explanation]


class SingleValidation(TypedDict):
    """What one voucher (by `code`) or tier (by `id`) would do; `reason` and `error` when nothing.

    It tells in one level what `POST /v1/validations` tells of a redeemable and of the order.
    """

    valid: bool
    code: NotRequired[str]
    id: NotRequired[str]
    object: NotRequired[Literal["promotion_tier"]]
    metadata: Metadata
    reason: NotRequired[str]
    error: NotRequired[Refusal | None]
    tracking_id: NotRequired[str]
    discount: NotRequired[Discount | None]
    gift: NotRequired[AppliedGift]
    applicable_to: NotRequired[CoveredEntries]
    inapplicable_to: NotRequired[CoveredEntries]
    order: NotRequired[CalculatedOrder]
    session: NotRequired[ValidationSession]
    start_date: NotRequired[Timestamp]
    expiration_date: NotRequired[Timestamp]
    name: NotRequired[str | None]
    banner: NotRequired[str | None]
    discount_amount: NotRequired[Minor]
    campaign: NotRequired[str]
    campaign_id: NotRequired[str]
    explanation: NotRequired[Explanation]


class PromotionsValidation(TypedDict):
    """The tiers that apply to an order."""

    valid: bool
    promotions: list[SingleValidation]
    tracking_id: NotRequired[str]
    explanation: NotRequired[Explanation]


class QualifiedRedeemable(TypedDict):
    """Something that the order qualifies for."""

    id: str
    object: RedeemableObject
    created_at: Timestamp
    result: AppliedResult
    applicable_to: CoveredEntries
    inapplicable_to: CoveredEntries
    metadata: Metadata
    order: NotRequired[CalculatedOrder]
    categories: NotRequired[list[Category]]
    campaign_id: NotRequired[str | None]
    campaign_name: NotRequired[str | None]
    name: NotRequired[str | None]
    banner: NotRequired[str | None]
    validation_rules_assignments: NotRequired[RuleAssignments]


class QualifiedRedeemables(TypedDict):
    """A page; `more_starting_after` is the next `options.starting_after`."""

    object: ListObject
    data_ref: Literal["data"]
    data: list[QualifiedRedeemable]
    total: Count
    has_more: bool
    more_starting_after: NotRequired[Timestamp]


class Qualification(TypedDict):
    """What an order qualifies for."""

    redeemables: QualifiedRedeemables
    order: CalculatedOrder
    stacking_rules: StackingRules
    tracking_id: NotRequired[str]
    explanation: NotRequired[Explanation]
