"""What a client may send of promotion tiers and stacks: shapes and bounds, no meaning.

Creation knows more than an update, in which an explicit null clears what can be without a value.
Source: domain.md §1.10, §2.8.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StrictBool

from counterfoil.domain.categories import Hierarchy, Name
from counterfoil.domain.metadata import SentMetadata
from counterfoil.domain.payloads import Instant, Payload, Reference, Text
from counterfoil.domain.promotions import MAX_STACKED
from counterfoil.domain.validity import Hours, Timeframe, WeekDays
from counterfoil.domain.voucher_payloads import DiscountPayload


class ActionPayload(Payload):
    """What a tier does."""

    discount: DiscountPayload | None = None


class TierUpdate(Payload):
    """The fields that may change in a tier's life."""

    name: Text | None = None
    banner: Text | None = None
    action: ActionPayload | None = None
    hierarchy: Hierarchy | None = None
    category_id: Reference | None = None
    start_date: Instant | None = None
    expiration_date: Instant | None = None
    validity_timeframe: Timeframe | None = None
    validity_day_of_week: WeekDays | None = None
    validity_hours: Hours | None = None
    active: StrictBool | None = None
    metadata: SentMetadata | None = None


class TierPayload(TierUpdate):
    """A tier to be created; without `hierarchy` it comes last."""

    validation_rules: list[Reference] | None = None


class FirstTiersPayload(Payload):
    """The tiers that a campaign is created with."""

    tiers: list[TierPayload] | None = None


class StackedPayload(Payload):
    """The tiers of a stack, in the order of their application."""

    ids: Annotated[list[Reference], Field(min_length=1, max_length=MAX_STACKED)]
    hierarchy_mode: Literal["MANUAL"] | None = None


class PromotionStackUpdate(Payload):
    """What may change of a stack."""

    name: Name | None = None
    tiers: StackedPayload | None = None
    category_id: Reference | None = None


class PromotionStackPayload(PromotionStackUpdate):
    """A stack to be created."""

    name: Name
    tiers: StackedPayload
