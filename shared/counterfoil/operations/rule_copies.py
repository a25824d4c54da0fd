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
from counterfoil.domain.errors import Unavailable
from counterfoil.operations import assignments as assigning
from counterfoil.operations import async_actions, backlogs, rule_holders
from counterfoil.operations.commits import Proposal, commit
from counterfoil.operations.snapshots import Snapshot, completed
from counterfoil.storage import assignments, keys
from counterfoil.storage.plans import Plan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from counterfoil.domain.assigned_rules import AssignedRule
    from counterfoil.domain.assignments import Assignment
    from counterfoil.operations.call import Call
    from counterfoil.operations.rule_holders import Holder
    from counterfoil.storage.keys import Key
    from counterfoil.storage.marshal import Attributes
    from counterfoil.storage.validation_rules import Stored

    Items = Mapping[Key, Attributes]
    # What is written for an assignment, and the action that this begins.
    Decision = Callable[[Call, Assignment, Items, str], Proposal[str | None]]

# Each is a transaction, and a request has some nine seconds for all of them.
MOST: Final = 100
# What the last of some copies leaves to whoever then notes how far it has come.
_COPY_SECONDS: Final = 4.5


def are_many(stored: Stored) -> bool:
    """Whether the rule has more copies than one request can reach."""
    return stored.assignments > MOST


def refresh(call: Call, stored: Stored, some: Sequence[Assignment] | None = None) -> int:
    """Replace older copies of the rule by the one that `stored` makes.

    All of them, or those of `some` assignments while there is time; to how many that came.
    """

    def decide(call: Call, assignment: Assignment, items: Items, by: str) -> Proposal[str | None]:
        holder = rule_holders.find(call, assignment.kind, assignment.object_id, items)
        if holder is None or holder.rule is None or not holder.has_by(assignment):
            return Proposal(Plan(), None)
        if holder.rule.version >= stored.version:
            return Proposal(Plan(), None)
        copy = copy_of(stored.rule, stored.version, assignment)
        return _replacing(call, (holder, copy, assignment), items, by)

    return _for_each(call, stored.rule.id, some, decide, stored.rule.rules)


def _replacing(
    call: Call, change: tuple[Holder, AssignedRule, Assignment], items: Items, by: str
) -> Proposal[str | None]:
    """The copy in the place of the older one, and the job of counting what came before it."""
    holder, copy, assignment = change
    owner = rule_holders.owner_of(call, holder, items)
    missed = backlogs.found(call, holder, owner, (copy, assignment), items)
    plan = Plan()
    plan.add(*holder.given(copy, by, owner), *missed.writes(call, by))
    if missed.action is None:
        return Proposal(plan, None)
    plan.add(assignments.counting(call.project, assignment.rule_id, assignment.id, 1))
    return Proposal(plan, missed.action.id)


def take_away(call: Call, rule_id: str, some: Sequence[Assignment] | None = None) -> int:
    """Take the rule away from everything that has it.

    Or from what `some` assignments name while there is time; from how much that was.
    """

    def decide(call: Call, assignment: Assignment, items: Items, by: str) -> Proposal[str | None]:
        key = keys.assignment(call.project, rule_id, assignment.id)
        plan = assigning.taking(call, assignment, items, by) if key in items else Plan()
        return Proposal(plan, None)

    return _for_each(call, rule_id, some, decide)


def _for_each(
    call: Call,
    rule_id: str,
    some: Sequence[Assignment] | None,
    decide: Decision,
    rules: str = "",
) -> int:
    """Commit what `decide` makes of each assignment; how many that were.

    What is read for the first plans is read at once, and what `rules` that come need to be counted.
    Nothing is remembered under the request's Idempotency-Key before all is done. Raises
    Unavailable, as one that is not over yet.
    """
    quiet = replace(call, memory=None)
    try:
        found = assignments.of_rule(quiet.store, quiet.project, rule_id) if some is None else some
        wanted = {each: _keys(quiet, each) for each in found}
        named = [key for each in wanted.values() for key in each]
        read = quiet.store.get_all(named)
        items = completed(quiet, read, lambda known: _further(quiet, wanted, rules, known), named)
        for count, (assignment, own) in enumerate(wanted.items()):
            if some and count and quiet.store.patience.left() < _COPY_SECONDS:
                return count
            snapshot = _snapshot(quiet, (assignment, own), rules, items)
            _commit(quiet, assignment, snapshot, decide)
    except Unavailable as error:
        raise Unavailable(unknown=True) from error
    return len(wanted)


def _snapshot(
    call: Call, wanted: tuple[Assignment, Sequence[Key]], rules: str, items: Items
) -> Snapshot:
    """What was read for one assignment, to be read anew for its second plan."""
    assignment, own = wanted
    snapshot = Snapshot(call, own, lambda known: _further(call, [assignment], rules, known))
    ours = [*own, *_further(call, [assignment], rules, items)]
    snapshot.put_back({key: items[key] for key in ours if key in items})
    return snapshot


def _further(call: Call, wanted: Iterable[Assignment], rules: str, items: Items) -> list[Key]:
    """The campaigns that what has the rule belongs to, and what tells of earlier redemptions."""
    found: list[Key] = []
    for each in wanted:
        holder = rule_holders.find(call, each.kind, each.object_id, items)
        if holder is None:
            continue
        if holder.owner_id is not None:
            found += rule_holders.campaign_keys(call, holder.owner_id)
        found += backlogs.keys_of(call, rules, holder)
    return found


def _commit(call: Call, assignment: Assignment, snapshot: Snapshot, decide: Decision) -> None:
    begun = commit(call, lambda by: decide(call, assignment, snapshot.take(), by))
    if begun is not None:
        async_actions.remind(call, begun)


def _keys(call: Call, assignment: Assignment) -> list[Key]:
    own = keys.assignment(call.project, assignment.rule_id, assignment.id)
    return [own, *rule_holders.keys_of(call, assignment.kind, assignment.object_id)]
