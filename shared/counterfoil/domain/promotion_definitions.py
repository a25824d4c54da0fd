"""What payloads make of promotion tiers and stacks (domain.md §1.10, §2.8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterfoil.domain.availability import misfit_of
from counterfoil.domain.changes import changed
from counterfoil.domain.discount_definitions import discount_of, same_type
from counterfoil.domain.errors import InvalidCampaign, InvalidPayload
from counterfoil.domain.metadata import merged
from counterfoil.domain.promotions import PromotionStack, PromotionTier
from counterfoil.domain.unit_discounts import NOTHING_KNOWN

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from counterfoil.domain.campaigns import Campaign
    from counterfoil.domain.discounts import AnyDiscount
    from counterfoil.domain.promotion_payloads import (
        PromotionStackPayload,
        PromotionStackUpdate,
        TierPayload,
        TierUpdate,
    )
    from counterfoil.domain.unit_discounts import KnownUnits

_CLEARABLE: Final = (
    "name",
    "banner",
    "category_id",
    "start_date",
    "expiration_date",
    "validity_timeframe",
    "validity_day_of_week",
    "validity_hours",
)


def require_promotion(campaign: Campaign) -> None:
    """Raises InvalidCampaign for a campaign of codes: it has neither tiers nor stacks."""
    if campaign.campaign_type != "PROMOTION":
        message = f"Campaign {campaign.id} is of type {campaign.campaign_type}, not PROMOTION"
        raise InvalidCampaign(message)


def draft(  # a tier is all of these
    payload: TierPayload,
    tier_id: str,
    campaign_id: str,
    place: int,
    now: datetime,
    units: KnownUnits = NOTHING_KNOWN,
) -> PromotionTier:
    """A new tier as `payload` describes it, at `place` of its campaign unless it says another.

    Its validation rule is the caller's to give. Raises InvalidPayload for what is not supported,
    or lacks.
    """
    discount = _discount(payload, units)
    if discount is None:
        message = "Property .action should have required property 'discount'"
        raise InvalidPayload(message)
    tier = PromotionTier(
        id=tier_id,
        campaign_id=campaign_id,
        discount=discount,
        hierarchy=place if payload.hierarchy is None else payload.hierarchy,
        active=payload.active is not False,
        metadata=payload.metadata or {},
        created_at=now,
    ).model_copy(update={field: getattr(payload, field) for field in _CLEARABLE})
    _require_possible(tier)
    return tier


def updated(
    tier: PromotionTier, payload: TierUpdate, now: datetime, units: KnownUnits = NOTHING_KNOWN
) -> PromotionTier:
    """`tier` with what `payload` names; the same object when nothing changes.

    Raises InvalidPayload, among others for a discount of another type.
    """
    changes: dict[str, object] = {
        field: getattr(payload, field) for field in _CLEARABLE if payload.sent(field)
    }
    for field in ("active", "hierarchy"):
        if getattr(payload, field) is not None:
            changes[field] = getattr(payload, field)
    if payload.metadata:
        changes["metadata"] = merged(tier.metadata, payload.metadata)
    discount = _discount(payload, units)
    if discount is not None:
        named = f"Promotion tier {tier.id}"
        changes["discount"] = same_type(tier.discount, discount, named, InvalidPayload)
    return _changed(tier, changes, now)


def switched(tier: PromotionTier, now: datetime, *, active: bool) -> PromotionTier:
    """`tier` enabled or disabled; the same object when it is that already."""
    return _changed(tier, {"active": active}, now)


def draft_stack(
    payload: PromotionStackPayload, stack_id: str, campaign_id: str, now: datetime
) -> PromotionStack:
    """A new stack. Raises InvalidPayload for a tier named twice."""
    return PromotionStack(
        id=stack_id,
        campaign_id=campaign_id,
        name=payload.name,
        tiers=_distinct(payload.tiers.ids),
        category_id=payload.category_id,
        created_at=now,
    )


def updated_stack(
    stack: PromotionStack, payload: PromotionStackUpdate, now: datetime
) -> PromotionStack:
    """`stack` with what `payload` names; the same object when nothing changes."""
    changes: dict[str, object] = {}
    if payload.name is not None:
        changes["name"] = payload.name
    if payload.tiers is not None:
        changes["tiers"] = _distinct(payload.tiers.ids)
    if payload.sent("category_id"):
        changes["category_id"] = payload.category_id
    return changed(stack, changes, now, stack.updated_at or stack.created_at)


def require_members(stack: PromotionStack, known: Collection[str]) -> None:
    """Raises InvalidPayload unless all tiers of `stack` are `known` in its campaign."""
    for tier in stack.tiers:
        if tier not in known:
            message = f"Property .tiers.ids has {tier}, which is no tier of {stack.campaign_id}"
            raise InvalidPayload(message)


def _distinct(tiers: Sequence[str]) -> tuple[str, ...]:
    if len(set(tiers)) < len(tiers):
        message = "Property .tiers.ids has a tier more than once"
        raise InvalidPayload(message)
    return tuple(tiers)


def _changed(tier: PromotionTier, changes: dict[str, object], now: datetime) -> PromotionTier:
    after = changed(tier, changes, now, tier.updated_at or tier.created_at)
    if after is not tier:
        _require_possible(after)
    return after


def unit_types(payload: TierUpdate) -> list[str]:
    """The products and SKUs that a tier as sent gives units of."""
    action = payload.action
    return [] if action is None or action.discount is None else action.discount.unit_types


def _discount(payload: TierUpdate, units: KnownUnits) -> AnyDiscount | None:
    action = payload.action
    if action is None or action.discount is None:
        return None
    return discount_of(action.discount, InvalidPayload, units)


def _require_possible(tier: PromotionTier) -> None:
    misfit = misfit_of(tier)
    if misfit is not None:
        raise InvalidPayload(misfit)
