"""Campaigns: create, get, update, switch on and off, delete (domain.md §2.7)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from counterfoil.domain import ids
from counterfoil.domain.campaign_definitions import draft, switched, updated
from counterfoil.domain.errors import AlreadyExists
from counterfoil.domain.promotion_definitions import unit_types
from counterfoil.operations import async_actions, campaign_vouchers, catalogue, named_campaigns
from counterfoil.operations.campaign_promotions import closing, first_tiers, opening, tiers_of
from counterfoil.operations.commits import Proposal, SlotTaken, commit
from counterfoil.operations.first_rules import first_rule, released, rule_keys
from counterfoil.operations.project_settings import require_category
from counterfoil.operations.snapshots import Snapshot
from counterfoil.storage import async_actions as stored_actions
from counterfoil.storage import campaigns, keys
from counterfoil.storage.campaigns import Members, Stored, Tally
from counterfoil.storage.plans import Plan

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from counterfoil.domain.assignments import HolderKind
    from counterfoil.domain.async_actions import AsyncAction
    from counterfoil.domain.campaign_payloads import CampaignPayload, CampaignUpdate
    from counterfoil.domain.campaigns import Campaign
    from counterfoil.domain.promotions import PromotionTier
    from counterfoil.operations.call import Call
    from counterfoil.storage.keys import Key
    from counterfoil.storage.marshal import Attributes

KIND: Final = "campaign"


@dataclass(frozen=True, slots=True)
class Counted:
    """A campaign, how many vouchers it has, and its tiers when they were asked for."""

    campaign: Campaign
    tally: Tally
    tiers: tuple[PromotionTier, ...] | None = None


@dataclass(frozen=True, slots=True)
class Update:
    """What is to change of the campaign that `name`, a name or an id, stands for."""

    name: str
    payload: CampaignUpdate


@dataclass(frozen=True, slots=True)
class Deletion:
    """A campaign to be deleted; only with `force` its name and its codes are free again."""

    name: str
    force: bool


def create(call: Call, payload: CampaignPayload) -> Counted:
    """A new campaign. Its codes are made with it, or by an async action when they are many.

    Raises AlreadyExists while its name is taken, be it by a deleted campaign, NotFound for an
    unknown rule or category, and what `draft` raises.
    """
    for each in _categories(payload):
        require_category(call, each)
    creation = _Creation(call, payload)
    try:
        if creation.work is not None:
            return async_actions.enqueue(call, creation.work, creation.propose)
        return commit(call, creation.propose)
    except SlotTaken as taken:
        raise AlreadyExists(KIND, payload.name) from taken


class _Creation:
    """A campaign on its way, with the codes that fit its transaction, or the work of making all."""

    def __init__(self, call: Call, payload: CampaignPayload) -> None:
        given, count = _unit_types(payload), payload.vouchers_count or 0
        needed = rule_keys(call, payload.validation_rules)
        self._call = call
        self._rules = payload.validation_rules
        self._snapshot = Snapshot(call, [*needed, *catalogue.unit_keys(call, given)])
        items = self._snapshot.take()
        self._snapshot.put_back(items)
        self._units = catalogue.units_known(call, given, items)
        name = ids.campaign_id(call.project, payload.name)
        self._campaign = draft(payload, name, call.now, self._units)
        call.trace.ids["campaign_id"] = name
        self._tiers = first_tiers(call, self._campaign, payload.tiers, self._units)
        self._members = Members(count)
        self.work: AsyncAction | None = None
        if count > campaign_vouchers.AT_CREATION:
            self._members = Members(due=count)
            life = call.ids.generation
            self.work = campaign_vouchers.generation(call, self._campaign, life, count)
        self._batch = campaign_vouchers.Batch(call, self._campaign, self._members.count)

    def propose(self, by: str) -> Proposal[Counted]:
        """The campaign, its rule's assignment, its codes or the action that makes them."""
        call, members = self._call, self._members
        holder: tuple[HolderKind, str] = (KIND, self._campaign.id)
        first = first_rule(call, self._rules, holder, self._snapshot.take(), by)
        new = self._campaign.model_copy(update={"rule": first.copy})
        plan = Plan()
        plan.add(*campaigns.created(call.project, new, (call.ids.generation, by), members))
        plan.add(*first.actions, *self._batch.writes(by, self._units))
        plan.add(*opening(call, new, self._tiers, by))
        if self.work is not None:
            plan.add(stored_actions.created(call.project, self.work, by))
        return Proposal(plan, Counted(new, Tally(members.count, members.due), self._tiers))


def get(call: Call, name: str) -> Counted:
    """The campaign with the name or id `name`, strongly consistent. Raises NotFound."""
    items = call.store.get_all(_keys_of(call, name))
    found = named_campaigns.require(call, name, items).campaign
    return replace(_counted(call, found, items), tiers=tiers_of(call, found))


def update(call: Call, request: Update) -> Counted:
    """The campaign with what the payload names changed. Raises NotFound, InvalidCampaign."""
    require_category(call, request.payload.category_id)

    def decide(campaign: Campaign) -> Campaign:
        return updated(campaign, request.payload, call.now)

    return _change(call, request.name, decide)


def enable(call: Call, name: str) -> Counted:
    """The campaign switched on. Raises NotFound."""
    return _change(call, name, lambda campaign: switched(campaign, call.now, active=True))


def disable(call: Call, name: str) -> Counted:
    """The campaign switched off, and with it all that belongs to it. Raises NotFound."""
    return _change(call, name, lambda campaign: switched(campaign, call.now, active=False))


def delete(call: Call, request: Deletion) -> str:
    """Take the campaign away; the id of the action that then takes its vouchers away.

    From now on the campaign is unknown and none of its vouchers can be redeemed. Deleting again is
    NotFound, except with `force`, which then frees the name and the codes.
    """
    snapshot = Snapshot(call, _keys_of(call, request.name))
    items = snapshot.take()
    snapshot.put_back(items)
    found = named_campaigns.require(call, request.name, items, deleted_too=request.force)
    count = campaigns.tally(items, call.project, found.campaign.id).count
    work = campaign_vouchers.deletion(call, found, count, force=request.force)

    def propose(by: str) -> Proposal[str]:
        found = named_campaigns.require(
            call, request.name, snapshot.take(), deleted_too=request.force
        )
        plan = Plan()
        if not found.deleted:
            plan.add(*campaigns.closed(call.project, _bare(found), by))
            plan.add(*released(call, found.campaign.rule), *closing(call, found.campaign))
        plan.add(stored_actions.created(call.project, work, by))
        return Proposal(plan, work.id)

    return async_actions.enqueue(call, work, propose)


def _bare(found: Stored) -> Stored:
    """Without the rule, which is assigned to nothing that is deleted."""
    campaign = found.campaign.model_copy(update={"rule": None})
    return Stored(campaign, found.life, found.deleted)


def _change(call: Call, name: str, decide: Callable[[Campaign], Campaign]) -> Counted:
    snapshot = Snapshot(call, _keys_of(call, name))

    def propose(by: str) -> Proposal[Counted]:
        items = snapshot.take()
        before = named_campaigns.require(call, name, items)
        after = decide(before.campaign)
        plan = Plan()
        if after is not before.campaign:
            plan.add(*campaigns.changed(call.project, before, after, by))
        return Proposal(plan, _counted(call, after, items))

    return commit(call, propose)


def _keys_of(call: Call, name: str) -> list[Key]:
    """The campaign and its tally."""
    meant = ids.campaign_ids(call.project, name)
    tallies = [keys.tally(call.project, each) for each in meant]
    return [*named_campaigns.keys_of(call, name), *tallies]


def _counted(call: Call, campaign: Campaign, items: Mapping[Key, Attributes]) -> Counted:
    return Counted(campaign, campaigns.tally(items, call.project, campaign.id))


def _categories(payload: CampaignPayload) -> list[str]:
    """Those of the campaign, of its template and of its tiers."""
    named = [payload.category_id, *(each.category_id for each in payload.tiers)]
    if payload.voucher is not None:
        named.append(payload.voucher.category_id)
    return list(dict.fromkeys(each for each in named if each is not None))


def _unit_types(payload: CampaignPayload) -> list[str]:
    """The products and SKUs that the discounts of the template and of the tiers give units of."""
    own = [] if payload.voucher is None else catalogue.unit_types(payload.voucher.discount)
    return [*own, *(each for tier in payload.tiers for each in unit_types(tier))]
