"""A campaign's tiers and stacks as they come and go with it (domain.md §2.7, §2.8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterfoil.domain.errors import InvalidCampaign
from counterfoil.domain.promotion_definitions import draft, require_promotion
from counterfoil.operations.first_rules import released
from counterfoil.storage import keys, promotion_stacks, promotions, rosters

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from counterfoil.domain.campaigns import Campaign
    from counterfoil.domain.promotion_payloads import TierPayload
    from counterfoil.domain.promotions import PromotionTier
    from counterfoil.domain.unit_discounts import KnownUnits
    from counterfoil.operations.call import Call
    from counterfoil.storage.plans import Action

# A tier is 18 items and its rule two more, a stack 33 at most; a transaction takes a hundred.
AT_CREATION: Final = 4
_TIERS_AT_ONCE: Final = 4
_STACKS_AT_ONCE: Final = 2


def first_tiers(
    call: Call, campaign: Campaign, payloads: Sequence[TierPayload], units: KnownUnits
) -> tuple[PromotionTier, ...]:
    """The tiers that a new campaign is created with, in the order in which they were sent.

    `units` are those that their discounts may give.

    Raises InvalidCampaign for a campaign of codes, for more than its transaction can hold, and for
    validation rules, which are assigned afterwards; InvalidPayload for what can be no tier.
    """
    if payloads:
        require_promotion(campaign)
    if len(payloads) > AT_CREATION:
        message = f"A campaign is created with at most {AT_CREATION} tiers; it can have more"
        raise InvalidCampaign(message)
    if any(each.validation_rules for each in payloads):
        message = "Property .promotion.tiers.validation_rules is not supported"
        raise InvalidCampaign(f"{message}; assign the rule to the tier")
    found: list[PromotionTier] = []
    for number, payload in enumerate(payloads):
        place = max((each.hierarchy for each in found), default=0) + 1
        tier_id = call.ids.promotion_tier(number)
        found.append(draft(payload, tier_id, campaign.id, place, call.now, units))
    return tuple(found)


def opening(
    call: Call, campaign: Campaign, tiers: Sequence[PromotionTier], by: str
) -> Iterator[Action]:
    """What a new campaign of promotions writes beside itself; nothing for one of codes."""
    if campaign.campaign_type != "PROMOTION":
        return
    yield rosters.opened(call.project, campaign.id)
    last = max((each.hierarchy for each in tiers), default=0)
    for tier in tiers:
        yield from promotions.created(call.project, tier, call.ids.generation, by)
        yield from rosters.founded(call.project, tier, last)


def closing(call: Call, campaign: Campaign) -> Iterator[Action]:
    """What a campaign of promotions that is to be deleted writes: nothing comes to it any more."""
    if campaign.campaign_type == "PROMOTION":
        yield rosters.closed(call.project, campaign.id)


def tiers_of(call: Call, campaign: Campaign) -> tuple[PromotionTier, ...]:
    """The tiers of a campaign of promotions in the order of their places, strongly consistent."""
    if campaign.campaign_type != "PROMOTION":
        return ()
    entries = rosters.tiers_of(call.store, call.project, campaign.id)
    names = [each.tier_id for each in entries]
    items = call.store.get_all([promotions.place(call.project, each).definition for each in names])
    found = (promotions.stored(items, call.project, each) for each in names)
    return tuple(each.tier for each in found if each is not None)


def removals(call: Call, campaign: Campaign) -> tuple[Action, ...]:
    """What takes some of a closed campaign's stacks away, and then of its tiers; () at the end."""
    if campaign.campaign_type != "PROMOTION":
        return ()
    campaign_id = campaign.id
    stacks = rosters.stacks_of(call.store, call.project, campaign_id)[:_STACKS_AT_ONCE]
    if stacks:
        wanted = [keys.promotion_stack(call.project, each) for each in stacks]
        items = call.store.get_all(wanted)
        found = (promotion_stacks.stored(items, call.project, each) for each in stacks)
        gone = (promotion_stacks.removed(call.project, each) for each in found if each is not None)
        return tuple(action for each in gone for action in each)
    return tuple(_tiers_removed(call, campaign_id))


def _tiers_removed(call: Call, campaign_id: str) -> Iterator[Action]:
    """The last tiers first, so that the place of the last one is always known."""
    key = keys.roster(call.project, campaign_id)
    roster = rosters.roster(call.store.get_all([key]), call.project, campaign_id)
    entries = rosters.tiers_of(call.store, call.project, campaign_id)
    left, going = entries[:-_TIERS_AT_ONCE], entries[-_TIERS_AT_ONCE:]
    last = left[-1].hierarchy if left else 0
    places = [promotions.place(call.project, each.tier_id).definition for each in going]
    items = call.store.get_all(places)
    for each in going:
        found = promotions.stored(items, call.project, each.tier_id)
        if found is not None:
            yield from promotions.removed(call.project, found)
            yield from rosters.left(call.project, roster, found.tier, last)
            yield from released(call, found.tier.rule)
