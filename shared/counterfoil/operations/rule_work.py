"""The worker's side of a rule's async actions: its copies, some assignments after the others.

Each copy is a transaction of its own, which does nothing where it was made before; then one more
moves the action on. So whoever is killed leaves nothing out, and two at one action only do twice
what is done once. The last transaction settles or removes the rule with the end of the action. A
rule that has another version by now is another action's, or a request's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterfoil.domain.async_actions import RuleWork, advanced, finished
from counterfoil.operations import async_actions, rule_copies
from counterfoil.operations.commits import Proposal, commit
from counterfoil.operations.named_rules import traced
from counterfoil.storage import assignments, keys, validation_rules
from counterfoil.storage import async_actions as stored_actions
from counterfoil.storage.plans import Plan

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from counterfoil.domain.assignments import Assignment
    from counterfoil.domain.async_actions import AsyncAction
    from counterfoil.operations.call import Call
    from counterfoil.storage.async_actions import Stored
    from counterfoil.storage.keys import Key
    from counterfoil.storage.marshal import Attributes
    from counterfoil.storage.plans import Action
    from counterfoil.storage.validation_rules import Stored as StoredRule

AT_ONCE: Final = 30
_DELETION: Final = "VALIDATION_RULES.DELETE"


def action_on(call: Call, rule: StoredRule) -> AsyncAction:
    """The work of bringing `rule` to its copies, or of taking them away when it is deleted."""
    work = RuleWork(
        type=_DELETION if rule.deleted else "VALIDATION_RULES.UPDATE",
        rule_id=rule.rule.id,
        version=rule.version,
    )
    return async_actions.new(call, work, rule.assignments)


def go_on(call: Call, found: Stored, work: RuleWork) -> None:
    """The next slice of the action: some copies, and then how far that has come."""
    items = call.store.get_all([keys.rule(call.project, work.rule_id)])
    rule = _due(call, work, items)
    some = [] if rule is None else _next(call, work)
    if rule is None or not some:
        _move(call, found, work, finished(found.action, call.now, _missed(found.action)))
        return
    count = _reach(call, rule, some)
    moved = work.model_copy(update={"reached": some[count - 1].id})
    _move(call, found, moved, advanced(found.action, call.now, count, moved))


def _due(call: Call, work: RuleWork, items: Mapping[Key, Attributes]) -> StoredRule | None:
    """The rule, while it is of the version that the work is about."""
    rule = traced(call, work.rule_id, items)
    return rule if rule is not None and rule.version == work.version else None


def _next(call: Call, work: RuleWork) -> list[Assignment]:
    """The assignments of the next slice. One that comes meanwhile, even behind it, is not older."""
    return assignments.of_rule(
        call.store, call.project, work.rule_id, limit=AT_ONCE, beyond=work.reached
    )


def _reach(call: Call, rule: StoredRule, some: Sequence[Assignment]) -> int:
    """To how many of `some` there was time to come; to one at least."""
    if rule.deleted:
        return rule_copies.take_away(call, rule.rule.id, some)
    return rule_copies.refresh(call, rule, some)


def _missed(action: AsyncAction) -> int:
    """What a killed worker took away and could not count: at the end nothing has a deleted rule."""
    return max(0, action.total - action.done) if action.work.type == _DELETION else 0


def _move(call: Call, found: Stored, work: RuleWork, after: AsyncAction) -> None:
    """`after` in place of what was found, unless another worker has gone on from there.

    When it is over, so is the change of the rule, unless a newer one has overtaken it.
    """
    wanted = [
        keys.async_action(call.project, after.id),
        keys.rule(call.project, work.rule_id),
    ]

    def propose(by: str) -> Proposal[None]:
        plan = Plan()
        items = call.store.get_all(wanted)
        if stored_actions.stands(items, call.project, found):
            plan.add(stored_actions.changed(call.project, found, after, by))
            rule = _due(call, work, items) if after.is_over else None
            plan.add(*_ending(call, rule))
        return Proposal(plan, None)

    commit(call, propose)


def _ending(call: Call, rule: StoredRule | None) -> Iterable[Action]:
    if rule is None:
        return ()
    if rule.deleted:
        return validation_rules.removed(call.project, rule)
    return validation_rules.settled(call.project, rule)
