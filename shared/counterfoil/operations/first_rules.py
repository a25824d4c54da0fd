"""The validation rule that a thing is created with: assigned in the transaction that creates it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.domain.assignments import (
    Assignment,
    copy_of,
    sole_rule,
)
from counterfoil.operations import named_rules
from counterfoil.storage import assignments, keys

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from counterfoil.domain.assigned_rules import AssignedRule
    from counterfoil.domain.assignments import HolderKind
    from counterfoil.operations.call import Call
    from counterfoil.storage.keys import Key
    from counterfoil.storage.marshal import Attributes
    from counterfoil.storage.plans import Action


@dataclass(frozen=True, slots=True)
class FirstRule:
    """The copy for the new thing, the assignment that makes it, and what to write beside it."""

    copy: AssignedRule | None = None
    assignment: Assignment | None = None
    actions: tuple[Action, ...] = ()


def rule_keys(call: Call, named: Sequence[str] | None) -> list[Key]:
    """What `first_rule` needs. Raises InvalidValidationRules when several rules are named."""
    rule_id = sole_rule(named)
    return [] if rule_id is None else [keys.rule(call.project, rule_id)]


def first_rule(
    call: Call,
    named: Sequence[str] | None,
    holder: tuple[HolderKind, str],
    items: Mapping[Key, Attributes],
    by: str,
) -> FirstRule:
    """What the rule that is named, if any, gives to the new thing `holder`. Raises NotFound."""
    rule_id = sole_rule(named)
    if rule_id is None:
        return FirstRule()
    stored = named_rules.require(call, rule_id, items)
    kind, object_id = holder
    new = Assignment(
        id=call.ids.assignment,
        rule_id=rule_id,
        kind=kind,
        object_id=object_id,
        created_at=call.now,
    )
    writes = assignments.created(call.project, new, stored.version, by)
    return FirstRule(copy_of(stored.rule, stored.version, new), new, writes)


def released(call: Call, rule: AssignedRule | None) -> tuple[Action, ...]:
    """What takes the assignment away of a thing that is deleted."""
    if rule is None:
        return ()
    return assignments.removed(call.project, rule.rule_id, rule.assignment_id)
