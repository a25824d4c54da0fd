"""Promotion tiers and the stacks that combine them (domain.md §1.10, §2.8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from counterfoil.domain.assigned_rules import AssignedRule
from counterfoil.domain.availability import Availability
from counterfoil.domain.discounts import Discount
from counterfoil.domain.metadata import Metadata

MAX_STACKED: Final = 30


class PromotionTier(Availability):
    """A discount without a code; `hierarchy` is its place in its campaign, from 1."""

    id: str
    campaign_id: str
    name: str | None = None
    banner: str | None = None
    discount: Discount
    hierarchy: Annotated[int, Field(ge=0)] = 1
    category_id: str | None = None
    rule: AssignedRule | None = None
    metadata: Metadata = Field(default_factory=dict)
    created_at: datetime
    updated_at: datetime | None = None


class PromotionStack(BaseModel):
    """Up to 30 tiers of one campaign, redeemed together in this order."""

    model_config = ConfigDict(frozen=True)

    id: str
    campaign_id: str
    name: str
    tiers: tuple[str, ...]
    category_id: str | None = None
    created_at: datetime
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """What the live redemptions of a tier come to, in minor units.

    `amount` is what their orders had left to pay right after the tier, `discount` what it took.
    """

    redeemed: int = 0
    amount: int = 0
    discount: int = 0
