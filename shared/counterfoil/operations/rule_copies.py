"""A rule's change on its way into its copies (protocol.md §9).

The rule's own version moves first. From then on nothing can be assigned by the older one, so the
assignments found by a strongly consistent query are all that have it. Each copy is replaced in a
transaction of its own, guarded by what it lies in, and only by a newer version: of two changes at
once the later one wins everywhere. Whoever repeats a request that was cut off goes on from there.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from counterfoil.domain.assignments import copy_of
from counterfoil.domain.errors import InvalidValidationRules, Unavailable
from counterfoil.operations import assignments as assigning
from counterfoil.operations import rule_holders
from counterfoil.operations.commits import Proposal, commit
from counterfoil.operations.snapshots import Snapshot
from counterfoil.storage import assignments, keys
from counterfoil.storage.plans import Plan

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from counterfoil.domain.assignments import Assignment
    from counterfoil.operations.call import Call
    from counterfoil.storage.keys import Key
    from counterfoil.storage.marshal import Attributes
    from counterfoil.storage.validation_rules import Stored

    Decision = Callable[[Call, Assignment, Mapping[Key, Attributes], str], Plan]

# Each is a transaction, and a request has some nine seconds for all of them.
MOST: Final = 100


def require_few(stored: Stored) -> None:
    """Raises InvalidValidationRules for a rule with more copies than one request can reach."""
    if stored.assignments > MOST:
        message = f"Validation rule {stored.rule.id} has {stored.assignments} assignments"
        raise InvalidValidationRules(
            f"{message}; its conditions can be changed and it can be deleted up to {MOST}"
        )


def refresh(call: Call, stored: Stored) -> None:
    """Replace every older copy of the rule by the one that `stored` makes."""

    def decide(
        call: Call, assignment: Assignment, items: Mapping[Key, Attributes], by: str
    ) -> Plan:
        plan = Plan()
        holder = rule_holders.find(call, assignment.kind, assignment.object_id, items)
        if holder is None or holder.rule is None or holder.assignment != assignment:
            return plan
        if holder.rule.version < stored.version:
            plan.add(*holder.given(copy_of(stored.rule, stored.version, assignment), by))
        return plan

    _for_each(call, stored.rule.id, decide)


def take_away(call: Call, rule_id: str) -> None:
    """Take the rule away from everything that has it."""

    def decide(
        call: Call, assignment: Assignment, items: Mapping[Key, Attributes], by: str
    ) -> Plan:
        key = keys.assignment(call.project, rule_id, assignment.id)
        return assigning.taking(call, assignment, items, by) if key in items else Plan()

    _for_each(call, rule_id, decide)


def _for_each(call: Call, rule_id: str, decide: Decision) -> None:
    """Commit what `decide` makes of each assignment.

    What is read for the first plans is read at once. Nothing is remembered under the request's
    Idempotency-Key before all is done. Raises Unavailable, as one that is not over yet.
    """
    quiet = replace(call, memory=None)
    try:
        found = assignments.of_rule(quiet.store, quiet.project, rule_id)
        wanted = {each: _keys(quiet, each) for each in found}
        items = quiet.store.get_all([key for each in wanted.values() for key in each])
        for assignment, own in wanted.items():
            snapshot = Snapshot(quiet, own)
            snapshot.put_back({key: items[key] for key in own if key in items})
            _commit(quiet, assignment, snapshot, decide)
    except Unavailable as error:
        raise Unavailable(unknown=True) from error


def _commit(call: Call, assignment: Assignment, snapshot: Snapshot, decide: Decision) -> None:
    commit(call, lambda by: Proposal(decide(call, assignment, snapshot.take(), by), None))


def _keys(call: Call, assignment: Assignment) -> list[Key]:
    own = keys.assignment(call.project, assignment.rule_id, assignment.id)
    return [own, *rule_holders.keys_of(call, assignment.kind, assignment.object_id)]
