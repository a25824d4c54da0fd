"""The worker's side of segments' async actions: memberships written or taken away.

A slice is one transaction that moves both the action and the segment on, each conditioned on the
version that it began with. So whoever is killed has done a slice or has not, and the next one goes
on from there, whatever a deletion has done to a segment that was still being filled.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.domain.async_actions import advanced, failed, finished
from counterfoil.operations.commits import Proposal, commit
from counterfoil.storage import async_actions, keys, segments
from counterfoil.storage.plans import Plan

if TYPE_CHECKING:
    from collections.abc import Iterable

    from counterfoil.domain.async_actions import AsyncAction, SegmentWork
    from counterfoil.operations.call import Call
    from counterfoil.storage.async_actions import Stored
    from counterfoil.storage.plans import Action
    from counterfoil.storage.segments import Stored as StoredSegment


@dataclass(frozen=True, slots=True)
class _Slice:
    """What a slice does: its writes but for the action's own, and the action after it."""

    writes: Iterable[Action]
    after: AsyncAction


def go_on(call: Call, found: Stored, work: SegmentWork) -> None:
    """Commit the next slice of the action, unless another worker does."""
    wanted = [
        keys.async_action(call.project, found.action.id),
        *segments.keys_of(call.project, [work.segment_id]),
    ]

    def propose(by: str) -> Proposal[None]:
        items = call.store.get_all(wanted)
        plan = Plan()
        if not async_actions.stands(items, call.project, found):
            return Proposal(plan, None)
        segment = segments.stored(items, call.project, work.segment_id)
        next_of = _filling if work.type == "SEGMENTS.CREATE" else _emptying
        done = next_of(call, found.action, segment, by)
        plan.add(*done.writes, async_actions.changed(call.project, found, done.after, by))
        return Proposal(plan, None)

    commit(call, propose)


def _filling(call: Call, action: AsyncAction, segment: StoredSegment | None, by: str) -> _Slice:
    if segment is None or segment.deleted:
        return _Slice((), failed(action, call.now, "The segment was deleted"))
    some = segments.next_to_join(call.store, call.project, segment)
    is_over = segment.up + len(some) == segment.count
    after = (finished if is_over else advanced)(action, call.now, len(some))
    return _Slice(segments.filled(call.project, segment, some, by), after)


def _emptying(call: Call, action: AsyncAction, segment: StoredSegment | None, by: str) -> _Slice:
    """The definition goes when nothing is left of it."""
    if segment is None:
        return _Slice((), finished(action, call.now))
    some = segments.next_to_leave(call.store, call.project, segment)
    if some:
        after = advanced(action, call.now, len(some))
        return _Slice(segments.emptied(call.project, segment, some, by), after)
    return _Slice(segments.removed(call.project, segment, ()), finished(action, call.now))
