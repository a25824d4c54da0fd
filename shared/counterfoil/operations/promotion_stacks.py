"""Promotion stacks: create, get, update, delete (domain.md §2.8)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterfoil.domain import ids
from counterfoil.domain.errors import NotFound
from counterfoil.domain.promotion_definitions import draft_stack, require_members, updated_stack
from counterfoil.operations.commits import Proposal, commit
from counterfoil.operations.promotions import (
    campaign_keys,
    category_among,
    require_campaign,
    require_category,
)
from counterfoil.operations.snapshots import Snapshot
from counterfoil.storage import keys, promotion_stacks, rosters
from counterfoil.storage.plans import Plan

if TYPE_CHECKING:
    from collections.abc import Mapping

    from counterfoil.domain.categories import Category
    from counterfoil.domain.promotion_payloads import PromotionStackPayload, PromotionStackUpdate
    from counterfoil.domain.promotions import PromotionStack
    from counterfoil.operations.call import Call
    from counterfoil.storage.keys import Key
    from counterfoil.storage.marshal import Attributes
    from counterfoil.storage.promotion_stacks import Stored

KIND: Final = "promotion_stack"


@dataclass(frozen=True, slots=True)
class Creation:
    """A stack for the campaign that `campaign`, an id or a name, stands for."""

    campaign: str
    payload: PromotionStackPayload


@dataclass(frozen=True, slots=True)
class Named:
    """The stack with `stack_id`, if it is the campaign's."""

    campaign: str
    stack_id: str


@dataclass(frozen=True, slots=True)
class Update:
    """What is to change of a stack."""

    named: Named
    payload: PromotionStackUpdate


@dataclass(frozen=True, slots=True)
class Known:
    """A stack with its category."""

    stack: PromotionStack
    category: Category | None = None


def create(call: Call, request: Creation) -> Known:
    """A new stack.

    Raises NotFound for the campaign or the category, InvalidCampaign for a campaign of codes,
    InvalidPayload for what is no tier of the campaign.
    """
    payload = request.payload
    snapshot = _snapshot(call, request.campaign, payload)

    def propose(by: str) -> Proposal[Known]:
        items = snapshot.take()
        campaign = require_campaign(call, request.campaign, items)
        if rosters.roster(items, call.project, campaign.id).closed:
            raise NotFound("campaign", request.campaign)
        stack = draft_stack(payload, call.ids.promotion_stack, campaign.id, call.now)
        call.trace.ids["promotion_stack_id"] = stack.id
        category = require_category(call, payload.category_id, items)
        require_members(stack, _members(call, stack, items))
        plan = Plan()
        plan.add(*promotion_stacks.created(call.project, stack, by))
        return Proposal(plan, Known(stack, category))

    return commit(call, propose)


def get(call: Call, named: Named) -> Known:
    """The stack, strongly consistent. Raises NotFound."""
    wanted = [*_keys_of(call, named), keys.settings(call.project)]
    items = call.store.get_all(wanted)
    stack = _require(call, named, items).stack
    return Known(stack, category_among(call, stack.category_id, items))


def update(call: Call, request: Update) -> Known:
    """The stack with what the payload names changed. Raises NotFound, InvalidPayload."""
    named, payload = request.named, request.payload
    snapshot = _snapshot(call, named.campaign, payload, named.stack_id)

    def propose(by: str) -> Proposal[Known]:
        items = snapshot.take()
        before = _require(call, named, items)
        after = updated_stack(before.stack, payload, call.now)
        require_category(call, payload.category_id, items)
        plan = Plan()
        if after is not before.stack:
            if payload.tiers is not None:
                require_members(after, _members(call, after, items))
            plan.add(*promotion_stacks.changed(call.project, before, after, by))
        return Proposal(plan, Known(after, category_among(call, after.category_id, items)))

    return commit(call, propose)


def delete(call: Call, named: Named) -> None:
    """Take the stack away; its tiers stay. Raises NotFound.

    One that is gone when the plan is made anew was deleted by this request, or by another just now.
    """
    snapshot = Snapshot(call, _keys_of(call, named))
    planned_before = False

    def propose(_: str) -> Proposal[None]:
        nonlocal planned_before
        items = snapshot.take()
        plan = Plan()
        gone = promotion_stacks.stored(items, call.project, named.stack_id) is None
        if planned_before and gone:
            return Proposal(plan, None)
        before = _require(call, named, items)
        planned_before = True
        plan.add(*promotion_stacks.removed(call.project, before))
        return Proposal(plan, None)

    commit(call, propose)


def _snapshot(
    call: Call, campaign: str, payload: PromotionStackUpdate, stack_id: str | None = None
) -> Snapshot:
    """Campaign, settings and the entries of the tiers that are sent, and the stack that is named.

    A campaign is named in two ways, so the entries of both are asked for: in one trip.
    """
    own = [] if stack_id is None else [keys.promotion_stack(call.project, stack_id)]
    sent = [] if payload.tiers is None else payload.tiers.ids
    entries = [
        keys.tier_entry(call.project, each, tier)
        for each in ids.campaign_ids(call.project, campaign)
        for tier in sent
    ]
    settings = keys.settings(call.project)
    return Snapshot(call, [*own, *campaign_keys(call, campaign), settings, *entries])


def _keys_of(call: Call, named: Named) -> list[Key]:
    stack = keys.promotion_stack(call.project, named.stack_id)
    return [stack, *campaign_keys(call, named.campaign)]


def _require(call: Call, named: Named, items: Mapping[Key, Attributes]) -> Stored:
    campaign = require_campaign(call, named.campaign, items)
    found = promotion_stacks.stored(items, call.project, named.stack_id)
    if found is None or found.stack.campaign_id != campaign.id:
        raise NotFound(KIND, named.stack_id)
    call.trace.ids["promotion_stack_id"] = found.stack.id
    return found


def _members(call: Call, stack: PromotionStack, items: Mapping[Key, Attributes]) -> set[str]:
    """Those of the stack's tiers that are its campaign's."""
    campaign = stack.campaign_id
    entry = keys.tier_entry
    return {each for each in stack.tiers if entry(call.project, campaign, each) in items}
