"""The worker's side of a campaign's async actions.

A slice is one transaction that also moves the action on, conditioned on the version that it began
with. So whoever is killed has done a slice or has not, the next one goes on from there, and two at
one action do no slice twice. Codes come from the action's seed: what was made is never drawn again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterfoil.domain.async_actions import advanced, failed, finished
from counterfoil.domain.campaign_definitions import code_config_of, member_payload
from counterfoil.domain.errors import Invalid
from counterfoil.operations.campaign_promotions import removals
from counterfoil.operations.campaign_vouchers import AT_ONCE, units_of
from counterfoil.operations.commits import Proposal, commit
from counterfoil.operations.free_codes import Series, next_codes
from counterfoil.operations.new_vouchers import deleted, drafted, written
from counterfoil.storage import async_actions, campaigns, keys, vouchers
from counterfoil.storage.campaigns import Members
from counterfoil.storage.plans import Plan

if TYPE_CHECKING:
    from counterfoil.domain.async_actions import AsyncAction, CampaignWork
    from counterfoil.operations.call import Call
    from counterfoil.storage.async_actions import Stored
    from counterfoil.storage.campaigns import Stored as StoredCampaign
    from counterfoil.storage.plans import Action
    from counterfoil.storage.vouchers import Stored as StoredVoucher

# A voucher with a rule of its own is six items.
_DELETED_AT_ONCE: Final = 15


@dataclass(frozen=True, slots=True)
class _Task:
    """An action, its work, and the campaign that this is about while it is there."""

    action: AsyncAction
    work: CampaignWork
    campaign: StoredCampaign | None


@dataclass(frozen=True, slots=True)
class _Slice:
    """What a slice does: its writes but for the action's own, and the action after it."""

    writes: tuple[Action, ...]
    after: AsyncAction


def go_on(call: Call, found: Stored, work: CampaignWork) -> None:
    """Commit the next slice of the action, unless another worker does.

    What was read is read anew for every plan.
    """
    plans = 0

    def propose(by: str) -> Proposal[None]:
        nonlocal plans
        plans += 1
        plan = Plan()
        own = keys.async_action(call.project, found.action.id)
        items = call.store.get_all([own, keys.campaign(call.project, work.campaign_id)])
        if not async_actions.stands(items, call.project, found):
            return Proposal(plan, None)
        campaign = campaigns.stored(items, call.project, work.campaign_id)
        if campaign is not None and campaign.life.generation != work.generation:
            campaign = None
        done = _next(call, _Task(found.action, work, campaign), by, looking=plans > 1)
        plan.add(*done.writes)
        plan.add(async_actions.changed(call.project, found, done.after, by))
        return Proposal(plan, None)

    commit(call, propose)


def _next(call: Call, task: _Task, by: str, *, looking: bool) -> _Slice:
    action, campaign = task.action, task.campaign
    if task.work.type == "CAMPAIGN.VOUCHERS_DELETE":
        return _deletion(call, task, by)
    if campaign is None or campaign.deleted:
        return _Slice((), failed(action, call.now, "The campaign was deleted"))
    try:
        return _generation(call, task, campaign, by, looking=looking)
    except Invalid as error:
        return _given_up(call, action, campaign, error.details)


def _generation(
    call: Call, task: _Task, campaign: StoredCampaign, by: str, *, looking: bool
) -> _Slice:
    """The next vouchers, of which fewer come where many codes are taken."""
    action, work = task.action, task.work
    wanted = min(AT_ONCE, action.total - action.done)
    series = Series(code_config_of(campaign.campaign), bytes.fromhex(work.seed))
    taken = next_codes(call, series, work.position, wanted, looking=looking)
    if taken.position == work.position:
        return _given_up(call, action, campaign, "The code_config has no more free codes")
    payload = member_payload(campaign.campaign, work.overrides)
    own, units = campaign.campaign, units_of(call, campaign.campaign)
    made = [written(call, drafted(call, payload, code, units, own), by) for code in taken.codes]
    count = len(made)
    tally = campaigns.counted(call.project, campaign, Members(count, -count))
    moved = work.model_copy(update={"position": taken.position})
    after = advanced(action, call.now, count, moved)
    if after.done == after.total:
        after = finished(after, call.now)
    return _Slice((*(one for each in made for one in each.actions), tally), after)


def _given_up(call: Call, action: AsyncAction, campaign: StoredCampaign, error: str) -> _Slice:
    """The vouchers that cannot be made are not due any more."""
    members = Members(due=action.done - action.total, failed=True)
    tally = campaigns.counted(call.project, campaign, members)
    return _Slice((tally,), failed(action, call.now, error))


def _deletion(call: Call, task: _Task, by: str) -> _Slice:
    """The next vouchers gone; with the last of them, a campaign whose name is to be free."""
    action, work, campaign = task.action, task.work, task.campaign
    over = finished(action, call.now)
    if campaign is None:  # another deletion has freed the name
        return _Slice((), over)
    found = _members(call, work)
    if found:
        living = sum(not each.deleted for each in found)
        writes = [one for each in found for one in deleted(call, each, by, force=work.force)]
        tally = campaigns.emptied(call.project, campaign, living)
        return _Slice((*writes, tally), advanced(action, call.now, len(found)))
    promotions = removals(call, campaign.campaign)
    if promotions:
        return _Slice(promotions, advanced(action, call.now, 0))
    gone = campaigns.removed(call.project, campaign) if work.force else ()
    return _Slice(tuple(gone), over)


def _members(call: Call, work: CampaignWork) -> list[StoredVoucher]:
    """Some vouchers of the campaign that are there to be deleted, the oldest first.

    They are listed before they are read. When all of them were deleted in between, others may still
    be there, and the list, which is strongly consistent, is asked once more.
    """
    for binned in (False, True) if work.force else (False,):
        while listed := campaigns.members_of(
            call.store,
            call.project,
            work.campaign_id,
            _DELETED_AT_ONCE,
            newest=False,
            binned=binned,
        ):
            items = call.store.get_all(vouchers.keys_of(call.project, listed))
            known = (vouchers.stored(items, call.project, each) for each in listed)
            # One that was binned meanwhile stays so, and its campaign remembers it.
            found = [each for each in known if each and (work.force or not each.deleted)]
            if found:
                return found
    return []
