"""Assign a validation rule, and take it away again (domain.md §2.5; protocol.md §9)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterfoil.domain.assignments import Assignment, copy_of
from counterfoil.domain.errors import AlreadyExists, NotFound
from counterfoil.operations import backlogs, first_rules, named_rules, rule_holders
from counterfoil.operations.commits import Proposal, commit
from counterfoil.operations.snapshots import Snapshot
from counterfoil.storage import assignments, keys
from counterfoil.storage.plans import Plan

if TYPE_CHECKING:
    from collections.abc import Mapping

    from counterfoil.domain.assigned_rules import AssignedRule
    from counterfoil.domain.assignments import HolderKind
    from counterfoil.operations.call import Call
    from counterfoil.operations.rule_holders import Holder
    from counterfoil.storage.keys import Key
    from counterfoil.storage.marshal import Attributes
    from counterfoil.storage.validation_rules import Stored

KIND: Final = "validation_rules_assignment"


@dataclass(frozen=True, slots=True)
class Assigning:
    """What to assign the rule to. With `force` it takes the place of whatever rule is there."""

    rule_id: str
    kind: HolderKind
    name: str
    force: bool = False


@dataclass(frozen=True, slots=True)
class Unassigning:
    """Which assignment of which rule to take away."""

    rule_id: str
    assignment_id: str


def assign(call: Call, request: Assigning) -> Assignment:
    """The new assignment, in force at once; redemptions that stand are counted by the worker.

    Raises NotFound for the rule or the thing, AlreadyExists when that has a rule already.
    """
    wanted = rule_holders.keys_of(call, request.kind, request.name)

    def further(items: Mapping[Key, Attributes]) -> list[Key]:
        return _further_keys(call, request, items)

    snapshot = Snapshot(call, [keys.rule(call.project, request.rule_id), *wanted], further)

    def propose(by: str) -> Proposal[Assignment]:
        items = snapshot.take()
        stored = named_rules.require(call, request.rule_id, items)
        holder = rule_holders.require(call, request.kind, request.name, items)
        if holder.rule is not None and not request.force:
            raise AlreadyExists(KIND, holder.rule.assignment_id)
        return _giving(call, stored, holder, items, by)

    new = commit(call, propose)
    backlogs.remind(call, new)
    return new


def _further_keys(call: Call, request: Assigning, items: Mapping[Key, Attributes]) -> list[Key]:
    """The campaign that the thing belongs to, and what tells of redemptions that came before.

    With `force`, also the assignment that is there: its job may not be over.
    """
    holder = rule_holders.find(call, request.kind, request.name, items)
    rule = named_rules.traced(call, request.rule_id, items)
    if holder is None or rule is None:
        return []
    wanted = backlogs.keys_of(call, rule.rule.rules, holder)
    if holder.owner_id is not None:
        wanted += rule_holders.campaign_keys(call, holder.owner_id)
    if holder.rule is not None and request.force:
        wanted.append(_key_of(call, holder.rule))
    return wanted


def _giving(
    call: Call, stored: Stored, holder: Holder, items: Mapping[Key, Attributes], by: str
) -> Proposal[Assignment]:
    new = Assignment(
        id=call.ids.assignment,
        rule_id=stored.rule.id,
        kind=holder.kind,
        object_id=holder.definition.id,
        created_at=call.now,
    )
    copy = copy_of(stored.rule, stored.version, new)
    owner = rule_holders.owner_of(call, holder, items)
    replaced = (
        None if holder.rule is None else assignments.stored(items.get(_key_of(call, holder.rule)))
    )
    recounts = replaced is not None and replaced.counting == "PENDING"
    missed = backlogs.found(call, holder, owner, (copy, new), items, recounts=recounts)
    if missed.action is not None:
        new = new.model_copy(update={"counting": "PENDING"})
    plan = Plan()
    plan.add(*first_rules.released(call, holder.rule))
    plan.add(*assignments.created(call.project, new, stored.version, by))
    plan.add(*holder.given(copy, by, owner), *missed.writes(call, by))
    return Proposal(plan, new)


def _key_of(call: Call, copy: AssignedRule) -> Key:
    """The assignment that made `copy`."""
    return keys.assignment(call.project, copy.rule_id, copy.assignment_id)


def unassign(call: Call, request: Unassigning) -> None:
    """Take the rule away from what the assignment gave it to. Raises NotFound."""
    key = keys.assignment(call.project, request.rule_id, request.assignment_id)

    def further(items: Mapping[Key, Attributes]) -> list[Key]:
        found = assignments.stored(items.get(key))
        return [] if found is None else rule_holders.keys_of(call, found.kind, found.object_id)

    snapshot = Snapshot(call, [key], further)
    planned_before = False

    def propose(by: str) -> Proposal[None]:
        nonlocal planned_before
        items = snapshot.take()
        found = assignments.stored(items.get(key))
        if found is None and not planned_before:
            raise NotFound(KIND, request.assignment_id)
        planned_before = True
        plan = Plan() if found is None else taking(call, found, items, by)
        return Proposal(plan, None)

    commit(call, propose)


def taking(call: Call, assignment: Assignment, items: Mapping[Key, Attributes], by: str) -> Plan:
    """What takes `assignment` away, and the copy that it made; `items` hold the thing's."""
    plan = Plan()
    plan.add(*assignments.removed(call.project, assignment.rule_id, assignment.id))
    holder = rule_holders.find(call, assignment.kind, assignment.object_id, items)
    if holder is not None and holder.has_by(assignment):
        plan.add(*holder.given(None, by))
    return plan
