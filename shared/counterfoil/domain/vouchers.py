"""A voucher's definition (domain.md §1.9). How often it was used is its counter's to say."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from counterfoil.domain.assigned_rules import AssignedRule
from counterfoil.domain.availability import Availability
from counterfoil.domain.discounts import Discount
from counterfoil.domain.metadata import Metadata


class Gift(BaseModel):
    """How a gift card's credits are spent; how many there are is its counter's to say."""

    model_config = ConfigDict(frozen=True)

    effect: Literal["APPLY_TO_ORDER", "APPLY_TO_ITEMS"] = "APPLY_TO_ORDER"


class Voucher(Availability):
    """A discount or a gift card under a code. `quantity` None is unlimited.

    `campaign` is the name of its campaign, which never changes.
    """

    id: str
    code: str
    type: Literal["DISCOUNT_VOUCHER", "GIFT_VOUCHER"] = "DISCOUNT_VOUCHER"
    discount: Discount | None = None
    gift: Gift | None = None
    campaign: str | None = None
    campaign_id: str | None = None
    category_id: str | None = None
    rule: AssignedRule | None = None
    quantity: Annotated[int, Field(ge=0)] | None = None
    category: str | None = None
    additional_info: str | None = None
    metadata: Metadata = Field(default_factory=dict)
    created_at: datetime
    updated_at: datetime | None = None
