"""A campaign: what its vouchers and promotion tiers have in common (domain.md §1.10, §2.7)."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field, JsonValue

from counterfoil.domain.assigned_rules import AssignedRule
from counterfoil.domain.availability import Availability
from counterfoil.domain.counts import Place
from counterfoil.domain.metadata import Metadata

CampaignType = Literal[
    "DISCOUNT_COUPONS", "GIFT_VOUCHERS", "PROMOTION", "REFERRAL_PROGRAM", "LOYALTY_PROGRAM"
]
GrowthType = Literal["AUTO_UPDATE", "STATIC", "STANDALONE"]


class Campaign(Availability):
    """A campaign's definition; its flag, dates and rule bind its vouchers and tiers.

    `voucher` is the template of its vouchers, as it was sent; a promotion has none. `counted` are
    the places where some rule, its own or one of theirs, reads what their redemptions add up to.
    """

    id: str
    name: str
    campaign_type: CampaignType = "DISCOUNT_COUPONS"
    type: GrowthType = "AUTO_UPDATE"
    voucher: dict[str, JsonValue] | None = None
    description: str | None = None
    category: str | None = None
    category_id: str | None = None
    auto_join: bool = False
    join_once: bool = False
    use_voucher_metadata_schema: bool = False
    activity_duration_after_publishing: str | None = None
    rule: AssignedRule | None = None
    counted: frozenset[Place] = frozenset()
    metadata: Metadata = Field(default_factory=dict)
    created_at: datetime
    updated_at: datetime | None = None
