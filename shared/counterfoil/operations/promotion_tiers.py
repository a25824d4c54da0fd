"""Promotion tiers: create, get, update, switch on and off, delete (domain.md §2.8).

A tier's definition and the sixteen buckets of its counter move in one transaction, and with its
place in the campaign the roster's version, so that no two tiers that are created at once are last.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterfoil.domain.assignments import sole_rule
from counterfoil.domain.errors import NotFound, ResourceInUse
from counterfoil.domain.promotion_definitions import draft, switched, unit_types, updated
from counterfoil.domain.promotions import Tally
from counterfoil.operations import backlogs, catalogue, named_campaigns, named_rules
from counterfoil.operations.commits import Proposal, commit
from counterfoil.operations.first_rules import first_rule, released, rule_keys
from counterfoil.operations.promotions import (
    campaign_keys,
    category_among,
    category_keys,
    require_campaign,
    require_category,
)
from counterfoil.operations.rule_holders import counting_too
from counterfoil.operations.snapshots import Snapshot
from counterfoil.storage import assignments, campaigns, keys, promotions, rosters
from counterfoil.storage.plans import Plan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from counterfoil.domain.assignments import Assignment
    from counterfoil.domain.campaigns import Campaign
    from counterfoil.domain.categories import Category
    from counterfoil.domain.promotion_payloads import TierPayload, TierUpdate
    from counterfoil.domain.promotions import PromotionTier
    from counterfoil.operations.call import Call
    from counterfoil.operations.first_rules import FirstRule
    from counterfoil.storage.keys import Key
    from counterfoil.storage.marshal import Attributes
    from counterfoil.storage.plans import Action
    from counterfoil.storage.promotions import Stored
    from counterfoil.storage.rosters import Roster

KIND: Final = "promotion_tier"


@dataclass(frozen=True, slots=True)
class Creation:
    """A tier for the campaign that `campaign`, an id or a name, stands for."""

    campaign: str
    payload: TierPayload


@dataclass(frozen=True, slots=True)
class Update:
    """What is to change of a tier."""

    tier_id: str
    payload: TierUpdate


@dataclass(frozen=True, slots=True)
class Known:
    """A tier with its campaign and its category, and what its redemptions come to."""

    tier: PromotionTier
    campaign: Campaign
    tally: Tally
    category: Category | None = None


def create(call: Call, request: Creation) -> Known:
    """A new tier, last of its campaign unless the payload gives it a place.

    Raises NotFound for the campaign, the category or the validation rule, InvalidCampaign for a
    campaign of codes, InvalidPayload.
    """
    new = _Creation(call, request)
    known = commit(call, new.propose)
    if new.counting is not None:
        backlogs.remind(call, new.counting)
    return known


class _Creation:
    """A tier on its way; `counting` is its assignment, if there are redemptions to be counted."""

    def __init__(self, call: Call, request: Creation) -> None:
        self._call, self._request, payload = call, request, request.payload
        self._units = unit_types(payload)
        wanted = [*campaign_keys(call, request.campaign), *category_keys(call, payload.category_id)]
        wanted += [*rule_keys(call, payload.validation_rules)]
        wanted += catalogue.unit_keys(call, self._units)
        self._snapshot = Snapshot(call, wanted, self._further)
        self.counting: Assignment | None = None

    def _further(self, items: Mapping[Key, Attributes]) -> list[Key]:
        """What tells of redemptions of the campaign that its first rule would have to count."""
        call = self._call
        rule_id = sole_rule(self._request.payload.validation_rules)
        rule = None if rule_id is None else named_rules.traced(call, rule_id, items)
        owner = named_campaigns.find(call, self._request.campaign, items)
        if rule is None or owner is None:
            return []
        return backlogs.keys_by_new(call, rule.rule.rules, owner.campaign.id)

    def propose(self, by: str) -> Proposal[Known]:
        """What writes it, with its place in the campaign and its first rule."""
        call, payload = self._call, self._request.payload
        items = self._snapshot.take()
        campaign = require_campaign(call, self._request.campaign, items)
        category = require_category(call, payload.category_id, items)
        roster = rosters.roster(items, call.project, campaign.id)
        if roster.closed:
            raise NotFound("campaign", self._request.campaign)
        units = catalogue.units_known(call, self._units, items)
        name, place = call.ids.promotion_tier(), roster.last + 1
        tier = draft(payload, name, campaign.id, place, call.now, units)
        first = first_rule(call, payload.validation_rules, (KIND, tier.id), items, by)
        tier = _traced(call, tier.model_copy(update={"rule": first.copy}))
        plan = Plan()
        plan.add(*creation(call, tier, roster, by))
        plan.add(*self._ruled(first, campaign.id, items, by))
        return Proposal(plan, Known(tier, campaign, Tally(), category))

    def _ruled(
        self, first: FirstRule, campaign_id: str, items: Mapping[Key, Attributes], by: str
    ) -> Iterator[Action]:
        """The first rule, and the campaign counting from now on what that reads of all of it."""
        call, copy, new = self._call, first.copy, first.assignment
        owner = campaigns.stored(items, call.project, campaign_id)
        if copy is None or new is None or owner is None:
            return
        missed = backlogs.found_by_new(call, owner, (copy, new), items)
        if missed.action is not None:
            new = self.counting = new.model_copy(update={"counting": "PENDING"})
        yield from assignments.created(call.project, new, copy.version, by)
        yield from counting_too(call.project, owner, copy, by)
        yield from missed.writes(call, by)


def creation(call: Call, tier: PromotionTier, roster: Roster, by: str) -> Iterator[Action]:
    """What writes a new tier, in its campaign's roster as that stands."""
    yield from promotions.created(call.project, tier, call.ids.generation, by)
    yield from rosters.entered(call.project, roster, tier)


def get(call: Call, tier_id: str) -> Known:
    """The tier, strongly consistent. Raises NotFound, also when its campaign is gone."""
    stored, tally = _require(call, tier_id)
    campaign = campaigns.place(call.project, stored.tier.campaign_id).definition
    items = call.store.get_all([campaign, keys.settings(call.project)])
    return _known(call, stored.tier, tally, items)


def update(call: Call, request: Update) -> Known:
    """The tier with what the payload names changed. Raises NotFound, InvalidPayload."""
    payload = request.payload
    given = unit_types(payload)

    def decide(tier: PromotionTier, items: Mapping[Key, Attributes]) -> PromotionTier:
        return updated(tier, payload, call.now, catalogue.units_known(call, given, items))

    also = catalogue.unit_keys(call, given)
    return _change(call, request.tier_id, decide, payload.category_id, also)


def enable(call: Call, tier_id: str) -> Known:
    """The tier switched on. Raises NotFound."""
    return _change(call, tier_id, lambda tier, _: switched(tier, call.now, active=True))


def disable(call: Call, tier_id: str) -> Known:
    """The tier switched off. Raises NotFound."""
    return _change(call, tier_id, lambda tier, _: switched(tier, call.now, active=False))


def delete(call: Call, tier_id: str) -> None:
    """Take the tier away; its redemptions stay and can be rolled back.

    Raises NotFound, and ResourceInUse while a stack has it. One that is gone when the plan is made
    anew was deleted by this request, or by another just now.
    """
    planned_before = False

    def propose(_: str) -> Proposal[None]:
        nonlocal planned_before
        plan = Plan()
        found = promotions.read(call.store, call.project, tier_id)
        if found is None:
            if not planned_before:
                raise NotFound(KIND, tier_id)
            return Proposal(plan, None)
        planned_before = True
        plan.add(*_removal(call, found[0]))
        return Proposal(plan, None)

    commit(call, propose)


def _removal(call: Call, before: Stored) -> Iterator[Action]:
    tier = _traced(call, before.tier)
    own = keys.tier_entry(call.project, tier.campaign_id, tier.id)
    items = call.store.get_all([keys.roster(call.project, tier.campaign_id), own])
    if own in items and rosters.entry(items[own]).stacks > 0:
        raise ResourceInUse(KIND, tier.id, "promotion stacks")
    roster = rosters.roster(items, call.project, tier.campaign_id)
    yield from promotions.removed(call.project, before)
    yield from rosters.left(call.project, roster, tier, _last_without(call, roster, tier))
    yield from released(call, tier.rule)


def _change(
    call: Call,
    tier_id: str,
    decide: Callable[[PromotionTier, Mapping[Key, Attributes]], PromotionTier],
    category_id: str | None = None,
    also: Sequence[Key] = (),
) -> Known:
    def propose(by: str) -> Proposal[Known]:
        before, tally = _require(call, tier_id)
        owner = before.tier.campaign_id
        campaign = campaigns.place(call.project, owner).definition
        wanted = [campaign, keys.settings(call.project), keys.roster(call.project, owner)]
        items = Snapshot(call, [*wanted, *also]).take()
        require_category(call, category_id, items)
        after = decide(before.tier, items)
        known = _known(call, after, tally, items)
        plan = Plan()
        if after is not before.tier:
            plan.add(*promotions.changed(call.project, before, after, by))
            roster = rosters.roster(items, call.project, owner)
            plan.add(*_moved(call, before.tier, after, roster))
        return Proposal(plan, known)

    return commit(call, propose)


def _moved(
    call: Call, before: PromotionTier, after: PromotionTier, roster: Roster
) -> Iterator[Action]:
    if after.hierarchy != before.hierarchy:
        last = max(_last_without(call, roster, before), after.hierarchy)
        yield from rosters.moved(call.project, roster, after, last)


def _last_without(call: Call, roster: Roster, tier: PromotionTier) -> int:
    """The greatest place of the other tiers; only the last tier's going can change it.

    Read after the roster, whose version has moved when what is read here is newer.
    """
    if tier.hierarchy < roster.last:
        return roster.last
    others = rosters.tiers_of(call.store, call.project, tier.campaign_id)
    return max((each.hierarchy for each in others if each.tier_id != tier.id), default=0)


def _require(call: Call, tier_id: str) -> tuple[Stored, Tally]:
    found = promotions.read(call.store, call.project, tier_id)
    if found is None:
        raise NotFound(KIND, tier_id)
    _traced(call, found[0].tier)
    return found


def _known(call: Call, tier: PromotionTier, tally: Tally, items: Mapping[Key, Attributes]) -> Known:
    campaign = campaigns.stored(items, call.project, tier.campaign_id)
    if campaign is None or campaign.deleted:
        raise NotFound(KIND, tier.id)
    category = category_among(call, tier.category_id, items)
    return Known(tier, campaign.campaign, tally, category)


def _traced(call: Call, tier: PromotionTier) -> PromotionTier:
    call.trace.ids["promotion_tier_id"] = tier.id
    return tier
