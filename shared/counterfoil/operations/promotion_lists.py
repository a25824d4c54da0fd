"""The lists of promotion tiers and stacks (domain.md §2.8).

What a tier's redemptions come to lies in its sixteen buckets: one query of the tier for each that
is shown, which costs an eighth of reading them by key.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.domain.availability import closure_of
from counterfoil.operations.lists import Page, Paging, Times, ids_on, ids_to_look_at, page_of, walk
from counterfoil.operations.promotion_stacks import Known as KnownStack
from counterfoil.operations.promotion_tiers import Known
from counterfoil.operations.promotions import campaign_keys, category_among, require_campaign
from counterfoil.storage import campaigns, keys, promotion_stacks, promotions, rosters

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from counterfoil.domain.campaigns import Campaign
    from counterfoil.domain.promotions import PromotionStack
    from counterfoil.operations.call import Call
    from counterfoil.storage.keys import Key
    from counterfoil.storage.marshal import Attributes


@dataclass(frozen=True, slots=True)
class TiersWanted:
    """Which tiers; `available` are those that can be used now, as can their campaigns."""

    paging: Paging
    available: bool = False


@dataclass(frozen=True, slots=True)
class OfCampaign:
    """One page of what the campaign that `campaign`, an id or a name, stands for has."""

    campaign: str
    paging: Paging


@dataclass(frozen=True, slots=True)
class Tiers:
    """One page of tiers, and whether another follows."""

    page: Page[Known]
    has_more: bool


def list_tiers(call: Call, wanted: TiersWanted) -> Tiers:
    """One page. Available ones are looked for among 10,000 (docs/decisions/0012)."""
    paging = wanted.paging
    if not wanted.available:
        listed = walk(call, "P", paging)
        found = ids_on(listed, paging)
        return _tiers(call, found, listed.total(), paging)
    available = page_of(available_tiers(call, paging), paging)
    return _tiers(call, available.entries, available.total, paging)


def available_tiers(call: Call, paging: Paging) -> list[str]:
    """The ids of all tiers among the 10,000 that can be used now, in the order of `paging`."""
    return _available(call, ids_to_look_at(call, "P", paging, Times()))


def list_campaign_tiers(call: Call, wanted: OfCampaign) -> Tiers:
    """One page of a campaign's tiers in the order of their places, strongly consistent.

    Raises NotFound, InvalidCampaign.
    """
    campaign = _campaign(call, wanted.campaign)
    entries = rosters.tiers_of(call.store, call.project, campaign.id)
    page = page_of([each.tier_id for each in entries], wanted.paging)
    return _tiers(call, page.entries, page.total, wanted.paging)


def list_stacks(call: Call, paging: Paging) -> Page[KnownStack]:
    """One page of all stacks."""
    listed = walk(call, "PS", paging)
    found = _stacks(call, ids_on(listed, paging), consistent=False)
    return Page(tuple(found), listed.total())


def list_campaign_stacks(call: Call, wanted: OfCampaign) -> Page[KnownStack]:
    """One page of a campaign's stacks, strongly consistent. Raises NotFound, InvalidCampaign."""
    campaign = _campaign(call, wanted.campaign)
    paging = wanted.paging
    found = _stacks(call, rosters.stacks_of(call.store, call.project, campaign.id), consistent=True)
    found.sort(key=lambda each: _place(each.stack, paging.sorted_by), reverse=paging.descending)
    return page_of(found, paging)


def _tiers(call: Call, tier_ids: Sequence[str], total: int, paging: Paging) -> Tiers:
    return Tiers(Page(tuple(_shown(call, tier_ids)), total), has_more=paging.stop < total)


def _campaign(call: Call, name: str) -> Campaign:
    return require_campaign(call, name, call.store.get_all(campaign_keys(call, name)))


def _available(call: Call, tier_ids: Sequence[str]) -> list[str]:
    wanted = {each: promotions.place(call.project, each).definition for each in tier_ids}
    items = call.store.get_all([*wanted.values()], consistent=False)
    found = [promotions.stored(items, call.project, each) for each in wanted]
    tiers = [each.tier for each in found if each is not None]
    owners = _campaigns(call, {each.campaign_id for each in tiers})
    return [
        each.id
        for each in tiers
        if each.campaign_id in owners
        and closure_of(each, call.local_now) is None
        and closure_of(owners[each.campaign_id], call.local_now) is None
    ]


def _shown(call: Call, tier_ids: Sequence[str]) -> Iterator[Known]:
    """Those of the tiers that are still there, as their campaigns are."""
    found = [promotions.read(call.store, call.project, each) for each in tier_ids]
    known = [each for each in found if each is not None]
    owners = {stored.tier.campaign_id for stored, _ in known}
    items = _around(call, owners)
    there = _among(call, owners, items)
    for stored, tally in known:
        tier = stored.tier
        if tier.campaign_id in there:
            category = category_among(call, tier.category_id, items)
            yield Known(tier, there[tier.campaign_id], tally, category)


def _campaigns(call: Call, campaign_ids: set[str]) -> dict[str, Campaign]:
    return _among(call, campaign_ids, _around(call, campaign_ids))


def _around(call: Call, campaign_ids: set[str]) -> Mapping[Key, Attributes]:
    """The campaigns of what is shown, and the categories."""
    wanted = [campaigns.place(call.project, each).definition for each in sorted(campaign_ids)]
    if not wanted:
        return {}
    return call.store.get_all([*wanted, keys.settings(call.project)], consistent=False)


def _among(
    call: Call, campaign_ids: set[str], items: Mapping[Key, Attributes]
) -> dict[str, Campaign]:
    found = {each: campaigns.stored(items, call.project, each) for each in campaign_ids}
    return {
        campaign_id: stored.campaign
        for campaign_id, stored in found.items()
        if stored is not None and not stored.deleted
    }


def _stacks(call: Call, stack_ids: Sequence[str], *, consistent: bool) -> list[KnownStack]:
    if not stack_ids:
        return []
    wanted = [keys.promotion_stack(call.project, each) for each in stack_ids]
    items = call.store.get_all([*wanted, keys.settings(call.project)], consistent=consistent)
    found = (promotion_stacks.stored(items, call.project, each) for each in stack_ids)
    return [
        KnownStack(each.stack, category_among(call, each.stack.category_id, items))
        for each in found
        if each is not None
    ]


def _place(stack: PromotionStack, field: str) -> tuple[datetime, str]:
    latest = stack.updated_at or stack.created_at
    return latest if field == "updated_at" else stack.created_at, stack.id
