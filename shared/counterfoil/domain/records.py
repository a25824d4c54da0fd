"""The frozen record of a redemption or a rollback, successful or not.

Source: domain.md §1.11, §1.12; protocol.md §8. A record is written once. Only the first of a call
(`00`) changes, once, when the call is rolled back, and its children's status is its status.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Literal

from pydantic import BaseModel, ConfigDict

from counterfoil.domain import ids
from counterfoil.domain.allocations import NOTHING, Allocation
from counterfoil.domain.assigned_rules import AssignedRule
from counterfoil.domain.availability import Availability
from counterfoil.domain.counters import GiftBalance
from counterfoil.domain.counts import BESIDE, Periods, Share
from counterfoil.domain.discounts import settled
from counterfoil.domain.metadata import Metadata
from counterfoil.domain.orders import OrderStatus
from counterfoil.domain.promotions import PromotionTier
from counterfoil.domain.stacking_rules import RollbackMode
from counterfoil.domain.vouchers import Voucher

if TYPE_CHECKING:
    from counterfoil.domain.candidates import Candidate, Redeemable
    from counterfoil.domain.counters import Counter
    from counterfoil.domain.customers import Customer
    from counterfoil.domain.orders import Order
    from counterfoil.domain.outcomes import Applicable

PARENT_INDEX: Final = 0


class Result(StrEnum):
    """Whether the attempt took effect; it never changes afterwards."""

    SUCCESS = "SUCCESS"
    FAILURE = "FAILURE"


class RecordStatus(StrEnum):
    """What has become of it; only a redemption can be ROLLED_BACK."""

    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    ROLLED_BACK = "ROLLED_BACK"


class OrderSnapshot(BaseModel):
    """An order's identity and amounts at one moment; its lines stay with the order.

    The children of a stack have no metadata of it: their parent has.

    `applied` is what this record's redemption took, order-level and from lines.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    source_id: str | None = None
    status: OrderStatus
    amount: int | None = None
    added_amount: int = 0
    discount_amount: int = 0
    items_discount_amount: int = 0
    applied_discount_amount: int = 0
    items_applied_discount_amount: int = 0
    metadata: Metadata | None = None
    customer_id: str | None = None
    referrer_id: str | None = None
    created_at: datetime
    updated_at: datetime | None = None

    @property
    def total_amount(self) -> int:
        """What was left to pay; 0 of an order whose amount is unknown."""
        discounts = self.discount_amount + self.items_discount_amount
        return max(0, (self.amount or 0) - discounts)


class CustomerSnapshot(BaseModel):
    """A customer as a record keeps them; metadata as in `OrderSnapshot`."""

    model_config = ConfigDict(frozen=True)

    id: str
    source_id: str | None = None
    name: str | None = None
    email: str | None = None
    metadata: Metadata | None = None


class CampaignUse(Availability):
    """The campaign of what was redeemed as it was then, and the bucket of its counter.

    `version` and `generation` as in `Use`; `rule` names the rule that bound it, and its version.
    """

    id: str
    name: str
    category_id: str | None = None
    version: int
    generation: str
    bucket: int = 0
    rule: AssignedRule | None = None


class Use(BaseModel):
    """The voucher or tier as redeemed: `used` counts this redemption in, unless it was refused.

    In a rollback `used` is None, for nobody has read the counter (docs/decisions/0005). `version`
    and `generation` say which definition and which life were used; a rollback gives back to that
    life only, and to the bucket that counted. `credits` left a gift card, or went back to it;
    `gift` is what it had after that, and None where `used` is. `places` are those where it was
    counted beside its own counter and its campaign's.
    """

    model_config = ConfigDict(frozen=True)

    voucher: Voucher | None = None
    tier: PromotionTier | None = None
    used: int | None = None
    version: int
    generation: str
    bucket: int = 0
    credits: int = 0
    gift: GiftBalance | None = None
    campaign: CampaignUse | None = None
    places: str = ""

    @property
    def definition(self) -> Redeemable:
        """The voucher or the tier. Raises ValueError when the record has neither."""
        found = self.voucher or self.tier
        if found is None:
            message = "a use is of a voucher or of a tier"
            raise ValueError(message)
        return found


class Record(BaseModel):
    """A redemption (`r_`, `rf_`) or a rollback (`rr_`, `rrf_`).

    `counted_on` are the day and the week that it was counted on, as `Periods` calls them. The first
    of a call tells in `counted_late` where a rule that came later has counted any of them; that is
    among each one's own places.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    object: Literal["redemption", "redemption_rollback"] = "redemption"
    date: datetime
    result: Result = Result.SUCCESS
    status: RecordStatus = RecordStatus.SUCCEEDED
    parent_id: str | None = None
    redemption_id: str | None = None
    customer: CustomerSnapshot | None = None
    tracking_id: str | None = None
    metadata: Metadata | None = None
    related_object_type: Literal["voucher", "promotion_tier", "redemption"] = "voucher"
    related_object_id: str
    stacked: tuple[str, ...] = ()
    order_id: str | None = None
    order: OrderSnapshot | None = None
    use: Use | None = None
    allocation: Allocation = NOTHING
    channel_id: str
    session_key: str | None = None
    reason: str | None = None
    failure_code: str | None = None
    failure_message: str | None = None
    rollback_id: str | None = None
    rollback_date: datetime | None = None
    rollback_order_mode: RollbackMode = "WITH_ORDER"
    counted_on: str = ""
    counted_late: str = ""

    @property
    def customer_id(self) -> str | None:
        """Whose redemption it is."""
        return None if self.customer is None else self.customer.id

    @property
    def root(self) -> str:
        """Names the partition of the call."""
        return self.id.rpartition("_")[2][:16]

    @property
    def index(self) -> int:
        """0 for a stand-alone redemption or a parent, 1 to 30 for a child."""
        return int(self.id[-2:], 16)

    @property
    def periods(self) -> Periods | None:
        """The periods that it was counted in; None when it was refused."""
        return Periods(*self.counted_on.split("/")) if self.counted_on else None

    @property
    def share(self) -> Share:
        """What it added to what is counted."""
        amount = None if self.order is None else self.order.amount
        credits_ = 0 if self.use is None else self.use.credits
        return Share(1, amount or 0, self.allocation.total, credits_)

    @property
    def stands(self) -> bool:
        """Whether it is a redemption that took effect and was not rolled back."""
        return self.status is RecordStatus.SUCCEEDED and not self.is_rollback

    @property
    def is_parent(self) -> bool:
        """Whether this stands for a stack of redemptions."""
        return self.related_object_type == "redemption"

    @property
    def is_rollback(self) -> bool:
        """Whether this undoes a redemption."""
        return self.object == "redemption_rollback"


def kind_of(definition: Redeemable) -> Literal["voucher", "promotion_tier"]:
    """The contract's word for what a redemption is of."""
    return "voucher" if isinstance(definition, Voucher) else "promotion_tier"


def record_id(prefix: str, root: str, index: int) -> str:
    """The id of the record at `index` of the call `root`; it leads to the record's key."""
    return f"{prefix}{root}{index:02x}"


def rollback_id_of(redemption_id: str) -> str:
    """The id that the rollback of `redemption_id` has: at most one can succeed."""
    return ids.ROLLBACK + redemption_id.rpartition("_")[2]


def snapshot(order: Order, applied: Allocation, *, alone: bool = True) -> OrderSnapshot:
    """`order` as a record keeps it, be it alone or, as in `as_child`, beside its parent."""
    return OrderSnapshot(
        id=order.id,
        source_id=order.source_id,
        status=order.status,
        amount=order.amount,
        added_amount=(order.amount or 0) - (order.initial_amount or 0),
        discount_amount=order.discount_amount,
        items_discount_amount=order.items_discount_amount,
        applied_discount_amount=applied.order,
        items_applied_discount_amount=applied.lines_total,
        metadata=order.metadata if alone else None,
        customer_id=order.customer_id,
        referrer_id=order.referrer_id,
        created_at=order.created_at,
        updated_at=order.updated_at,
    )


def portrait(customer: Customer) -> CustomerSnapshot:
    """`customer` as a record keeps them."""
    return CustomerSnapshot(
        id=customer.id,
        source_id=customer.source_id,
        name=customer.name,
        email=customer.email,
        metadata=customer.metadata,
    )


def as_child(record: Record) -> Record:
    """`record` as it is kept beside its parent, which alone repeats metadata.

    Thirty copies would outgrow a transaction.
    """
    bare = {"metadata": None}
    order, customer = record.order, record.customer
    return record.model_copy(
        update={
            "order": order and order.model_copy(update=bare),
            "customer": customer and customer.model_copy(update=bare),
        }
    )


def unused(candidate: Candidate) -> Use | None:
    """What was refused, as it stood; None when it does not exist."""
    definition, counter = candidate.definition, candidate.counter
    if definition is None or counter is None:
        return None
    return _use(candidate, definition, counter, counter.used)


def use_of(outcome: Applicable) -> Use:
    """What `outcome` used, with this use counted in."""
    counter = outcome.counter
    use = _use(outcome.candidate, outcome.definition, counter, counter.used + 1)
    places = "".join(sorted(outcome.candidate.counted & BESIDE))
    gift = None if counter.gift is None else counter.gift.less(outcome.credits)
    return use.model_copy(update={"credits": outcome.credits, "gift": gift, "places": places})


def _use(candidate: Candidate, definition: Redeemable, counter: Counter, used: int) -> Use:
    """A record tells which version of a rule was in force and to what effect, not what it said."""
    rule, discount = definition.rule, definition.discount
    told = definition.model_copy(
        update={
            "rule": None if rule is None else rule.bare,
            "discount": None if discount is None else settled(discount, candidate.products),
        }
    )
    return Use(
        voucher=told if isinstance(told, Voucher) else None,
        tier=None if isinstance(told, Voucher) else told,
        used=used,
        version=counter.version,
        generation=counter.generation,
        bucket=counter.bucket,
        gift=counter.gift,
        campaign=_campaign(candidate),
    )


def _campaign(candidate: Candidate) -> CampaignUse | None:
    campaign, counter = candidate.campaign, candidate.campaign_counter
    if campaign is None or counter is None:
        return None
    return CampaignUse(
        **{field: getattr(campaign, field) for field in Availability.model_fields},
        id=campaign.id,
        name=campaign.name,
        category_id=campaign.category_id,
        version=counter.version,
        generation=counter.generation,
        bucket=counter.bucket,
        rule=None if campaign.rule is None else campaign.rule.bare,
    )
