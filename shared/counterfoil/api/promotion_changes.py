"""What clients send to create, change and delete promotion tiers and stacks (domain.md §2.8).

Apart from `promotions.py`, which redemptions show tiers by, so that they do not load this.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.domain.promotion_payloads import (
    PromotionStackPayload,
    PromotionStackUpdate,
    TierPayload,
    TierUpdate,
)
from counterfoil.operations import promotion_stacks as stacks
from counterfoil.operations import promotion_tiers as tiers

if TYPE_CHECKING:
    from counterfoil.api.request import Request


def named_tier_request(request: Request) -> str:
    """The id in the path."""
    return request.parameter("tierId")


def tier_request(request: Request) -> tiers.Creation:
    """Path and body of `POST /v1/promotions/{campaignId}/tiers`."""
    return tiers.Creation(request.parameter("campaignId"), request.payload(TierPayload))


def tier_update_request(request: Request) -> tiers.Update:
    """Path and body of `PUT /v1/promotions/tiers/{tierId}`."""
    return tiers.Update(named_tier_request(request), request.payload(TierUpdate))


def named_stack_request(request: Request) -> stacks.Named:
    """The campaign and the stack in the path."""
    return stacks.Named(request.parameter("campaignId"), request.parameter("stackId"))


def stack_request(request: Request) -> stacks.Creation:
    """Path and body of `POST /v1/promotions/{campaignId}/stacks`."""
    campaign = request.parameter("campaignId")
    return stacks.Creation(campaign, request.payload(PromotionStackPayload))


def stack_update_request(request: Request) -> stacks.Update:
    """Path and body of `PUT /v1/promotions/{campaignId}/stacks/{stackId}`."""
    return stacks.Update(named_stack_request(request), request.payload(PromotionStackUpdate))
