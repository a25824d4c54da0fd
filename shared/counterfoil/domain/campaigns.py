"""A campaign: what its vouchers and promotion tiers have in common (domain.md §1.10, §2.7)."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from counterfoil.domain.assigned_rules import AssignedRule
from counterfoil.domain.availability import Availability
from counterfoil.domain.metadata import Metadata

CampaignType = Literal[
    "DISCOUNT_COUPONS", "GIFT_VOUCHERS", "PROMOTION", "REFERRAL_PROGRAM", "LOYALTY_PROGRAM"
]


class Campaign(Availability):
    """A campaign's definition; its flag, dates and rule bind its vouchers and tiers."""

    id: str
    name: str
    campaign_type: CampaignType = "DISCOUNT_COUPONS"
    category_id: str | None = None
    rule: AssignedRule | None = None
    metadata: Metadata = Field(default_factory=dict)
    created_at: datetime
    updated_at: datetime | None = None
