"""What a client may send of campaigns: shapes and bounds, no meaning (domain.md §1.10, §2.7)."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field, StrictBool

from counterfoil.domain.campaigns import CampaignType, GrowthType
from counterfoil.domain.metadata import SentMetadata
from counterfoil.domain.numbers import ANY_SPELLING
from counterfoil.domain.payloads import Instant, Payload, Reference, Text
from counterfoil.domain.promotion_payloads import FirstTiersPayload, TierPayload
from counterfoil.domain.validity import Hours, Timeframe, WeekDays
from counterfoil.domain.voucher_payloads import UsesPayload, VoucherPayload

MAX_CODES: Final = 1_000_000
Count = Annotated[int, ANY_SPELLING, Field(strict=True, ge=0, le=MAX_CODES)]


class CampaignUpdate(Payload):
    """The fields that may change in a campaign's life; its name never does."""

    type: GrowthType | None = None
    description: Text | None = None
    category: Text | None = None
    category_id: Reference | None = None
    start_date: Instant | None = None
    expiration_date: Instant | None = None
    validity_timeframe: Timeframe | None = None
    validity_day_of_week: WeekDays | None = None
    validity_hours: Hours | None = None
    activity_duration_after_publishing: Text | None = None
    active: StrictBool | None = None
    auto_join: StrictBool | None = None
    join_once: StrictBool | None = None
    use_voucher_metadata_schema: StrictBool | None = None
    metadata: SentMetadata | None = None


class CampaignPayload(CampaignUpdate):
    """A campaign to be created; `vouchers_count` is how many codes to make at once."""

    name: Annotated[str, Field(min_length=1, max_length=512, pattern=r"^[^\x00-\x1f\x7f]+$")]
    campaign_type: CampaignType | None = None
    voucher: VoucherPayload | None = None
    vouchers_count: Count | None = None
    validation_rules: list[Reference] | None = None
    promotion: FirstTiersPayload | None = None

    @property
    def tiers(self) -> list[TierPayload]:
        """The tiers to create it with."""
        return [] if self.promotion is None else self.promotion.tiers or []


class MemberPayload(Payload):
    """What a voucher that is added to a campaign has otherwise than the campaign's template."""

    category: Text | None = None
    category_id: Reference | None = None
    start_date: Instant | None = None
    expiration_date: Instant | None = None
    active: StrictBool | None = None
    redemption: UsesPayload | None = None
    additional_info: Text | None = None
    metadata: SentMetadata | None = None
