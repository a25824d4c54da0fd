"""The worker's side of async actions: one slice after the other until the work is done."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from counterfoil.domain.async_actions import (
    CampaignWork,
    CountWork,
    ExportWork,
    ImportWork,
    RuleWork,
    SegmentWork,
    is_due,
)
from counterfoil.operations import (
    backlog_work,
    campaign_work,
    export_work,
    import_work,
    rule_work,
    segment_work,
)
from counterfoil.operations.async_actions import SLICE_SECONDS, Next, find, hand_over, promise

if TYPE_CHECKING:
    from counterfoil.operations.call import Call
    from counterfoil.storage.async_actions import Stored


def work(call: Call, action_id: str) -> None:
    """Go on with the action until it is over, or leave the rest to the next worker.

    An action that is unknown was never committed, and one that is over needs nothing, but that the
    next import be told. Raises Unavailable; the queue then delivers the message again.
    """
    found = find(call, action_id)
    while found is not None and not found.action.is_over:
        if call.store.patience.left() < SLICE_SECONDS:
            hand_over(call, action_id)
            return
        if not is_due(found.action, call.now):
            promise(call, action_id)
            return
        following = _go_on(call, found)
        if following is Next.WORKER:
            hand_over(call, action_id)
            return
        if following is Next.LOOK:
            promise(call, action_id)
            return
        found = find(call, action_id)
    if found is not None and isinstance(found.action.work, ImportWork):
        import_work.wake_next(call)


def _go_on(call: Call, found: Stored) -> Next:
    """The next slice."""
    match found.action.work:
        case CampaignWork() as own:
            campaign_work.go_on(call, found, own)
        case RuleWork() as own:
            rule_work.go_on(call, found, own)
        case SegmentWork() as own:
            segment_work.go_on(call, found, own)
        case CountWork() as own:
            backlog_work.go_on(call, found, own)
        case ExportWork() as own:
            return export_work.go_on(call, found, own)
        case ImportWork() as own:
            return import_work.go_on(call, found, own)
        case other:
            assert_never(other)
    return Next.SLICE
