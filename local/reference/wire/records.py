"""Redemptions and rollbacks."""

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from local.reference.wire.campaigns import PromotionTier
from local.reference.wire.common import Count, ListObject, Metadata, Minor, Timestamp
from local.reference.wire.customers import CustomerOfRecord
from local.reference.wire.explanations import Explanation
from local.reference.wire.orders import Order, OrderSnapshot
from local.reference.wire.outcomes import RefusedRedeemable, SkippedRedeemable
from local.reference.wire.vouchers import RedeemedVoucher


class Channel(TypedDict):
    """The key that it was done with."""

    channel_id: str
    channel_type: Literal["API"]


class RedeemedGift(TypedDict):
    """Credits taken; negative is what a rollback gave back."""

    amount: Minor


class RecordSession(TypedDict):
    """The validation session that it was redeemed with."""

    key: str


class RelatedRollback(TypedDict):
    """The rollback that undid a redemption."""

    id: str
    date: Timestamp
    rollback_order_mode: Literal["WITH_ORDER", "WITHOUT_ORDER"]


class RelatedRedemption(TypedDict):
    """A redemption that a parent stands for."""

    id: str
    date: Timestamp


class RelatedRedemptions(TypedDict):
    """What belongs to a record."""

    rollbacks: NotRequired[list[RelatedRollback]]
    redemptions: NotRequired[list[RelatedRedemption]]


class DryRunCounter(TypedDict):
    """A counter before and after."""

    object: Literal["voucher", "promotion_tier", "campaign", "customer"]
    id: str
    counter: str
    api_key: NotRequired[str]
    related_object_type: NotRequired[str | None]
    related_object_id: NotRequired[str | None]
    before: int
    after: int


class DryRun(TypedDict):
    """What a call with `?dry_run=true` would have written."""

    counters: list[DryRunCounter]
    write_units: Count
    index_units: Count


class Record(TypedDict):
    """A redemption or a rollback. Its `order` has the amounts of that time.

    `redemption` is the parent of a stack's redemption, or what a rollback undid.
    """

    id: str
    object: Literal["redemption", "redemption_rollback"]
    date: Timestamp
    customer_id: str | None
    tracking_id: str | None
    metadata: Metadata | None
    redemption: str | None
    result: Literal["SUCCESS", "FAILURE"]
    status: Literal["SUCCEEDED", "FAILED", "ROLLED_BACK"]
    order: OrderSnapshot | None
    channel: Channel
    customer: CustomerOfRecord | None
    related_object_type: Literal["voucher", "promotion_tier", "redemption"]
    related_object_id: str
    voucher: RedeemedVoucher | None
    amount: NotRequired[Minor]
    gift: NotRequired[RedeemedGift]
    promotion_tier: NotRequired[PromotionTier]
    reason: NotRequired[str]
    session: NotRequired[RecordSession]
    failure_code: NotRequired[str]
    failure_message: NotRequired[str | None]
    related_redemptions: NotRequired[RelatedRedemptions]


class SingleRedemption(Record):
    """A redemption as the call that made it is answered."""

    explanation: NotRequired[Explanation]
    dry_run: NotRequired[DryRun]


class Redemptions(TypedDict):
    """What a redemption of 1 to 30 redeemables did; several have a parent."""

    redemptions: list[Record]
    parent_redemption: NotRequired[Record]
    order: Order
    inapplicable_redeemables: list[RefusedRedeemable]
    skipped_redeemables: list[SkippedRedeemable]
    explanation: NotRequired[Explanation]
    dry_run: NotRequired[DryRun]


class SingleRollback(Record):
    """A rollback as the call that made it is answered."""

    dry_run: NotRequired[DryRun]


class Rollbacks(TypedDict):
    """What a rollback of a stack did; several have a parent."""

    rollbacks: list[Record]
    parent_rollback: NotRequired[Record]
    order: Order
    dry_run: NotRequired[DryRun]


class RecordList(TypedDict):
    """A page of redemptions and rollbacks."""

    object: ListObject
    data_ref: Literal["redemptions"]
    redemptions: list[Record]
    total: Count
    has_more: bool
    next_cursor: NotRequired[str]


class VoucherRedemptions(TypedDict):
    """A voucher's redemptions, and how often it can be and was redeemed."""

    quantity: int | None
    redeemed_quantity: Count
    object: ListObject
    url: str
    data_ref: Literal["redemption_entries"]
    total: Count
    redemption_entries: list[Record]
    has_more: bool
    next_cursor: NotRequired[str]
