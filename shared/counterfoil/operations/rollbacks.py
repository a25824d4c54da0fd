"""Rollbacks of one redemption, or of a stack as a whole, exact (domain.md §7; protocol.md §8)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.domain import events, ids
from counterfoil.domain import rollbacks as decisions
from counterfoil.domain.errors import AlreadyRolledBack, InvalidCustomer, NotFound
from counterfoil.domain.orders import require_same_order
from counterfoil.domain.records import Record, RecordStatus
from counterfoil.domain.rollbacks import (
    RolledBack,
    Target,
    refused_again,
    require_recent,
    target_of,
)
from counterfoil.operations import orders as order_plans
from counterfoil.operations import people, sessions
from counterfoil.operations.commits import Proposal, commit
from counterfoil.storage import history, keys, orders, records, settings, uses
from counterfoil.storage.order_events import Facts
from counterfoil.storage.plans import Plan

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from counterfoil.domain.rollback_payloads import RollbackPayload
    from counterfoil.domain.stacking_rules import RollbackMode
    from counterfoil.operations.call import Call
    from counterfoil.operations.people import Person
    from counterfoil.storage.orders import Stored
    from counterfoil.storage.plans import Action


@dataclass(frozen=True, slots=True)
class Rollback:
    """Which redemption to roll back; `stacks` is false on the endpoint for single ones."""

    redemption_id: str
    payload: RollbackPayload
    stacks: bool


def roll_back(call: Call, request: Rollback) -> RolledBack:
    """The redemption rolled back: its order, counters and history as if it had not been.

    No counter is read: every write is a sum with a floor, or guarded by the order's fence.
    Raises NotFound, InvalidRedemption, InvalidRedemptionParent, InvalidOrder, InvalidCustomer,
    OrderBusy, and AlreadyRolledBack once that is recorded.
    """
    attempt = _Attempt(call, request)
    target = attempt.target()
    if target.first.status is RecordStatus.ROLLED_BACK:
        return commit(call, lambda by: _again(call, target, None, by))
    require_recent(target.first, call.now)
    person = attempt.person(target)
    opened = sessions.open_by_id(call, target.first.order_id or "")
    if opened is None:
        raise NotFound("order", target.first.order_id or "")
    return commit(call, lambda by: attempt.propose(by, target, opened, person), opened)


def get(call: Call, record_id: str) -> Record:
    """The redemption or rollback with `record_id`, successful or not. Raises NotFound."""
    root = ids.record_root(record_id)
    found = () if root is None else records.of_call(call.store, call.project, root)
    for record in found:
        if record.id == record_id:
            call.trace.ids["redemption_id"] = record.id
            return record
    raise NotFound("redemption", record_id)


class _Attempt:
    """A rollback on its way; from its second plan on it looks again at what it is to roll back."""

    def __init__(self, call: Call, request: Rollback) -> None:
        self._call = call
        self._request = request
        self._plans = 0
        self._mode: RollbackMode = "WITH_ORDER"

    def target(self) -> Target:
        """What the id stands for now; the project's mode is read along (docs/decisions/0019)."""
        wanted = self._request.redemption_id
        root = ids.record_root(wanted)
        if root is None:
            raise NotFound("redemption", wanted)
        call, stacks = self._call, self._request.stacks
        own = keys.settings(call.project)
        items = records.leading(call.store, call.project, wanted, own)
        rules = settings.stored(items, call.project).settings.rules
        self._mode = rules.redeemables_rollback_order_mode
        target = target_of(wanted, records.decoded(items.values()), stacks=stacks)
        if not target.first.is_parent or target.first.status is RecordStatus.ROLLED_BACK:
            return target
        return target_of(wanted, records.of_call(call.store, call.project, root), stacks=stacks)

    def person(self, target: Target) -> Person | None:
        """The customer whom the payload names, who must be the redemption's."""
        call, payload = self._call, self._request.payload.customer
        if payload is None or (payload.id is None and payload.source_id is None):
            return None
        items = call.store.get_all(people.keys_of(call, payload))
        person = people.person(call, payload, items, "customer")
        if person is None or person.after.id != target.first.customer_id:
            message = "Customer is not related with redemption."
            raise InvalidCustomer(message)
        return person

    def propose(
        self, by: str, target: Target, opened: Stored, person: Person | None
    ) -> Proposal[RolledBack]:
        """What a rollback writes. A voucher that is gone has no counter left to give back to."""
        call, payload = self._call, self._request.payload
        require_same_order(opened.order, payload.order)
        self._plans += 1
        again = self._plans > 1
        if again:
            target = self.target()
            if target.first.status is RecordStatus.ROLLED_BACK:
                return _again(call, target, opened, by)
        result = decisions.roll_back(
            target, opened.order, payload, call.ids, call.app_id, self._mode
        )
        plan = self._plan(result, opened, by)
        given_back = _given_back(call, target)
        plan.add(*(_still_there(call, target, given_back) if again else given_back))
        plan.add(*people.writes(call, (person,), by))
        return Proposal(plan, result, target.undone)

    def _plan(self, result: RolledBack, opened: Stored, by: str) -> Plan:
        call, target = self._call, result.target
        first = result.records[0]
        call.trace.ids["rollback_id"] = first.id
        kinds = (events.ROLLED_BACK,)
        plan = order_plans.change(call, opened, result.order, by, kinds, first.id)
        plan.add(records.rolled_back(call.project, target.first, first, self._mode, by))
        plan.add(*(records.written(call.project, each, by) for each in result.records))
        counts = {
            "rollbacks_succeeded": len(result.rollbacks),
            "gift_credits": -sum(each.use.credits for each in target.undone if each.use),
        }
        plan.add(*history.summarised(call.project, target.first.customer_id, **counts))
        return plan


def _again(call: Call, target: Target, opened: Stored | None, by: str) -> Proposal[RolledBack]:
    """A second rollback is refused, and that is recorded before it is answered."""
    failed = refused_again(target, call.ids, call.app_id)
    plan = Plan()
    plan.add(
        records.written(call.project, failed, by),
        records.event(
            call.project, failed, (events.ROLLBACK_FAILED,), Facts(call.now, by, actor=call.actor)
        ),
        *history.summarised(call.project, failed.customer_id, rollbacks_failed=1),
        *_release(call, opened, by),
    )
    return Proposal(plan, AlreadyRolledBack(failed.id))


def _release(call: Call, opened: Stored | None, by: str) -> Iterator[Action]:
    if opened is not None:
        yield orders.released(call.project, opened, (call.ids.holder, by))


def _given_back(call: Call, target: Target) -> list[Action]:
    return list(uses.counted_down(call.project, target.undone, call.periods))


def _still_there(call: Call, target: Target, given_back: Sequence[Action]) -> Iterator[Action]:
    """What still stands there of it, where a counter lives the life that it was counted in."""
    items = call.store.get_all([action.key for action in given_back])
    gone = {
        action.key
        for action in given_back
        if "gen" in action.values and items.get(action.key, {}).get("gen") != action.values["gen"]
    }
    for action in uses.counted_down(call.project, target.undone, call.periods, items):
        if action.key not in gone:
            yield action
