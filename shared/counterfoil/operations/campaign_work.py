"""The worker's side of a campaign's async actions: one slice after the other.

A slice is one transaction that also moves the action on, conditioned on the version that it began
with. So whoever is killed has done a slice or has not, the next one goes on from there, and two at
one action do no slice twice. Codes come from the action's seed: what was made is never drawn again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterfoil.domain.async_actions import AsyncAction, advanced, failed
from counterfoil.domain.campaign_definitions import code_config_of, member_payload
from counterfoil.domain.errors import Invalid
from counterfoil.operations.async_actions import queue_of
from counterfoil.operations.campaign_promotions import removals
from counterfoil.operations.campaign_vouchers import AT_ONCE, units_of
from counterfoil.operations.commits import Proposal, commit
from counterfoil.operations.free_codes import Series, next_codes
from counterfoil.operations.new_vouchers import deleted, drafted, written
from counterfoil.storage import async_actions, campaigns, keys, vouchers
from counterfoil.storage.campaigns import Members
from counterfoil.storage.plans import Plan
from counterfoil.storage.queue import Message

if TYPE_CHECKING:
    from counterfoil.operations.call import Call
    from counterfoil.storage.async_actions import Stored
    from counterfoil.storage.campaigns import Stored as StoredCampaign
    from counterfoil.storage.plans import Action
    from counterfoil.storage.vouchers import Stored as StoredVoucher

# What a commit wants to have left when it begins, and a little more.
_SLICE_SECONDS: Final = 6.0
# A voucher with a rule of its own is six items.
_DELETED_AT_ONCE: Final = 15


def work(call: Call, action_id: str) -> None:
    """Go on with the action until it is over, or leave the rest to the next worker.

    An action that is unknown was never committed, and one that is over needs nothing. Raises
    Unavailable; the queue then delivers the message again.
    """
    call.trace.ids["async_action_id"] = action_id
    found = _stored(call, action_id)
    while found is not None and not found.action.is_over:
        if call.store.patience.left() < _SLICE_SECONDS:
            queue_of(call).hand_over(Message(call.project, action_id))
            return
        _slice(call, found.action)
        found = _stored(call, action_id)


def _stored(call: Call, action_id: str) -> Stored | None:
    items = call.store.get_all([keys.async_action(call.project, action_id)])
    return async_actions.stored(items, call.project, action_id)


@dataclass(frozen=True, slots=True)
class _Slice:
    """What a slice does: its writes but for the action's own, and the action after it."""

    writes: tuple[Action, ...]
    after: AsyncAction


def _slice(call: Call, action: AsyncAction) -> None:
    """Commit the next slice. What was read is read anew for every plan."""
    plans = 0

    def propose(by: str) -> Proposal[None]:
        nonlocal plans
        plans += 1
        plan = Plan()
        own = keys.async_action(call.project, action.id)
        campaign_key = keys.campaign(call.project, action.campaign_id)
        items = call.store.get_all([own, campaign_key])
        before = async_actions.stored(items, call.project, action.id)
        if before is None or before.action.is_over:
            return Proposal(plan, None)
        campaign = campaigns.stored(items, call.project, action.campaign_id)
        if campaign is not None and campaign.life.generation != action.generation:
            campaign = None
        done = _next(call, before.action, campaign, by, looking=plans > 1)
        plan.add(*done.writes)
        plan.add(async_actions.changed(call.project, before, done.after, by))
        return Proposal(plan, None)

    commit(call, propose)


def _next(
    call: Call, action: AsyncAction, campaign: StoredCampaign | None, by: str, *, looking: bool
) -> _Slice:
    if action.type == "CAMPAIGN.VOUCHERS_DELETE":
        return _deletion(call, action, campaign, by)
    if campaign is None or campaign.deleted:
        return _Slice((), failed(action, call.now, "The campaign was deleted"))
    try:
        return _generation(call, action, campaign, by, looking=looking)
    except Invalid as error:
        return _given_up(call, action, campaign, error.details)


def _generation(
    call: Call, action: AsyncAction, campaign: StoredCampaign, by: str, *, looking: bool
) -> _Slice:
    """The next vouchers, of which fewer come where many codes are taken."""
    wanted = min(AT_ONCE, action.total - action.done)
    series = Series(code_config_of(campaign.campaign), bytes.fromhex(action.seed))
    taken = next_codes(call, series, action.position, wanted, looking=looking)
    if taken.position == action.position:
        return _given_up(call, action, campaign, "The code_config has no more free codes")
    payload = member_payload(campaign.campaign, action.overrides)
    own, units = campaign.campaign, units_of(call, campaign.campaign)
    made = [written(call, drafted(call, payload, code, units, own), by) for code in taken.codes]
    count = len(made)
    tally = campaigns.counted(call.project, campaign, Members(count, -count))
    is_over = action.done + count == action.total
    after = advanced(action, call.now, count, taken.position, is_over=is_over)
    return _Slice((*(one for each in made for one in each.actions), tally), after)


def _given_up(call: Call, action: AsyncAction, campaign: StoredCampaign, error: str) -> _Slice:
    """The vouchers that cannot be made are not due any more."""
    members = Members(due=action.done - action.total, failed=True)
    tally = campaigns.counted(call.project, campaign, members)
    return _Slice((tally,), failed(action, call.now, error))


def _deletion(call: Call, action: AsyncAction, campaign: StoredCampaign | None, by: str) -> _Slice:
    """The next vouchers gone; with the last of them, a campaign whose name is to be free."""
    over = advanced(action, call.now, 0, 0, is_over=True)
    if campaign is None:  # another deletion has freed the name
        return _Slice((), over)
    found = _members(call, action)
    if found:
        living = sum(not each.deleted for each in found)
        writes = [one for each in found for one in deleted(call, each, by, force=action.force)]
        tally = campaigns.emptied(call.project, campaign, living)
        after = advanced(action, call.now, len(found), 0, is_over=False)
        return _Slice((*writes, tally), after)
    promotions = removals(call, campaign.campaign)
    if promotions:
        return _Slice(promotions, advanced(action, call.now, 0, 0, is_over=False))
    gone = campaigns.removed(call.project, campaign) if action.force else ()
    return _Slice(tuple(gone), over)


def _members(call: Call, action: AsyncAction) -> list[StoredVoucher]:
    """Some vouchers of the campaign that are there to be deleted, the oldest first.

    They are listed before they are read. When all of them were deleted in between, others may still
    be there, and the list, which is strongly consistent, is asked once more.
    """
    for binned in (False, True) if action.force else (False,):
        while listed := campaigns.members_of(
            call.store,
            call.project,
            action.campaign_id,
            _DELETED_AT_ONCE,
            newest=False,
            binned=binned,
        ):
            items = call.store.get_all(vouchers.keys_of(call.project, listed))
            known = (vouchers.stored(items, call.project, each) for each in listed)
            # One that was binned meanwhile stays so, and its campaign remembers it.
            found = [each for each in known if each and (action.force or not each.deleted)]
            if found:
                return found
    return []
