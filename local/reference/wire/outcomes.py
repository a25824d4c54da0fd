"""What became of each redeemable of a call, in validations, redemptions and qualifications."""

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from local.reference.wire.common import Metadata, Minor, Nothing
from local.reference.wire.orders import CalculatedOrder
from local.reference.wire.refusals import Refusal
from local.reference.wire.settings import Category
from local.reference.wire.vouchers import CoveredEntries, Discount

RedeemableObject = Literal["voucher", "promotion_tier", "promotion_stack"]


class Reason(TypedDict):
    """Why a redeemable does not apply."""

    key: str
    message: str


class AppliedGift(TypedDict):
    """Credits that a gift card gives, of the balance that it still has."""

    balance: Minor
    credits: Minor
    locked_credits: NotRequired[Minor]


class AppliedResult(TypedDict):
    """What a redeemable gives: a discount, or credits of a gift card."""

    discount: NotRequired[Discount | None]
    gift: NotRequired[AppliedGift]


class RefusedResult(TypedDict):
    """The error that it alone would have been answered with, and its reason."""

    error: Refusal
    details: Reason


class SkippedResult(TypedDict):
    """Why it was passed over."""

    details: Reason


class AppliedRedeemable(TypedDict):
    """One that applies, with what it covers and makes of the order."""

    status: Literal["APPLICABLE"]
    id: str
    object: RedeemableObject
    applicable_to: CoveredEntries
    inapplicable_to: CoveredEntries
    result: AppliedResult
    metadata: Metadata
    categories: list[Category]
    order: NotRequired[CalculatedOrder]
    campaign_id: NotRequired[str | None]
    campaign_name: NotRequired[str | None]
    name: NotRequired[str | None]


class RefusedRedeemable(TypedDict):
    """One that does not apply."""

    status: Literal["INAPPLICABLE"]
    id: str
    object: RedeemableObject
    result: RefusedResult
    metadata: Nothing
    categories: list[Category]


class SkippedRedeemable(TypedDict):
    """One that was passed over."""

    status: Literal["SKIPPED"]
    id: str
    object: RedeemableObject
    result: SkippedResult
    metadata: Nothing
    categories: list[Category]
