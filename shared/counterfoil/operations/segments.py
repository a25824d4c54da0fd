"""Segments: create, get, list, delete (domain.md §2.10)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterfoil.domain.async_actions import SegmentWork
from counterfoil.domain.errors import InvalidPayload, NotFound
from counterfoil.domain.segments import MAX_DYNAMIC, draft
from counterfoil.operations import async_actions, named_customers
from counterfoil.operations.commits import Proposal, commit
from counterfoil.operations.snapshots import Snapshot
from counterfoil.storage import async_actions as stored_actions
from counterfoil.storage import segment_keys, segments
from counterfoil.storage.plans import Plan
from counterfoil.storage.segments import AT_ONCE, Stored

if TYPE_CHECKING:
    from collections.abc import Mapping

    from counterfoil.domain.async_actions import AsyncAction
    from counterfoil.domain.segment_payloads import SegmentPayload
    from counterfoil.domain.segments import Segment
    from counterfoil.operations.call import Call
    from counterfoil.storage.keys import Key
    from counterfoil.storage.marshal import Attributes

KIND: Final = "segment"


def create(call: Call, payload: SegmentPayload) -> Stored:
    """A new segment. One that lists many customers is in force when an async action is done.

    Customers must be known: raises NotFound for the first who is not, and nothing is written then.
    Nobody could be added later, so a list that silently lost some would never be whole. Raises
    InvalidPayload for one filter too many, and what `draft` raises.
    """
    segment = draft(payload, call.ids.segment, call.now)
    call.trace.ids["segment_id"] = segment.id
    if not segment.is_static:
        return _create_with_filter(call, segment)
    customers = named_customers.ids_of(call, payload.customers or ())
    up = len(customers) if len(customers) <= AT_ONCE else 0
    made = Stored(segment, version=1, count=len(customers), up=up)
    action = None if made.in_force else _work(call, made)

    def propose(by: str) -> Proposal[Stored]:
        plan = Plan()
        plan.add(*segments.created(call.project, segment, customers, up, by))
        if action is not None:
            plan.add(stored_actions.created(call.project, action, by))
        return Proposal(plan, made)

    return commit(call, propose) if action is None else async_actions.enqueue(call, action, propose)


def get(call: Call, segment_id: str) -> Stored:
    """The segment, strongly consistent. Raises NotFound."""
    items = call.store.get_all(segments.keys_of(call.project, [segment_id]))
    return _require(call, segment_id, items)


def delete(call: Call, segment_id: str) -> None:
    """Take the segment away: nobody belongs to it from now on. Raises NotFound.

    What many customers have of it is taken away by an async action. One that is gone when the plan
    is made anew was deleted by this request, or by another just now.
    """
    wanted = segments.keys_of(call.project, [segment_id])
    snapshot = Snapshot(call, wanted)
    items = snapshot.take()
    snapshot.put_back(items)
    found = _require(call, segment_id, items)
    if found.count > AT_ONCE:
        _delete_many(call, found, snapshot)
        return

    def propose(_: str) -> Proposal[None]:
        before = segments.stored(snapshot.take(), call.project, segment_id)
        plan = Plan()
        if before is not None:
            customers = segments.customers_of(call.store, call.project, before)
            plan.add(*segments.removed(call.project, before, customers))
        return Proposal(plan, None)

    commit(call, propose)


def _create_with_filter(call: Call, segment: Segment) -> Stored:
    snapshot = Snapshot(call, [segment_keys.filters(call.project)])

    def propose(by: str) -> Proposal[Stored]:
        if len(segments.with_filters(snapshot.take(), call.project)) >= MAX_DYNAMIC:
            message = f"A project has at most {MAX_DYNAMIC} segments with a filter"
            raise InvalidPayload(message)
        plan = Plan()
        plan.add(*segments.created(call.project, segment, (), 0, by))
        return Proposal(plan, Stored(segment, version=1))

    return commit(call, propose)


def _delete_many(call: Call, found: Stored, snapshot: Snapshot) -> None:
    """Mark the segment, so that nobody belongs to it, and have its memberships taken away."""
    action = _work(call, found, deletes=True)

    def propose(by: str) -> Proposal[None]:
        before = segments.stored(snapshot.take(), call.project, found.segment.id)
        plan = Plan()
        if before is not None and not before.deleted:
            plan.add(segments.marked(call.project, before, by))
            plan.add(stored_actions.created(call.project, action, by))
        return Proposal(plan, None)

    async_actions.enqueue(call, action, propose)


def _work(call: Call, segment: Stored, *, deletes: bool = False) -> AsyncAction:
    work = SegmentWork(
        type="SEGMENTS.DELETE" if deletes else "SEGMENTS.CREATE", segment_id=segment.segment.id
    )
    return async_actions.new(call, work, segment.count)


def _require(call: Call, segment_id: str, items: Mapping[Key, Attributes]) -> Stored:
    found = segments.stored(items, call.project, segment_id)
    if found is None or found.deleted:
        raise NotFound(KIND, segment_id)
    call.trace.ids["segment_id"] = segment_id
    return found
