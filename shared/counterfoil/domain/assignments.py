"""Assignments: which voucher, promotion tier or campaign a validation rule is assigned to.

Source: domain.md §1.13, §2.5.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final, Literal, get_args

from pydantic import BaseModel, ConfigDict

from counterfoil.domain.assigned_rules import AssignedRule
from counterfoil.domain.errors import InvalidPayload, InvalidValidationRules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterfoil.domain.rule_payloads import AssignmentPayload
    from counterfoil.domain.validation_rules import ValidationRule

HolderKind = Literal["voucher", "promotion_tier", "campaign"]
Counting = Literal["PENDING", "DONE"]
KINDS: Final[tuple[HolderKind, ...]] = get_args(HolderKind)


class Assignment(BaseModel):
    """One assignment; a thing has at most one at a time.

    `counting` tells whether redemptions that came before it are counted by now (`backlogs`); None
    when there were none, or nothing that its rule reads of them was not counted anyway.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    rule_id: str
    kind: HolderKind
    object_id: str
    created_at: datetime
    counting: Counting | None = None


def copy_of(rule: ValidationRule, version: int, assignment: Assignment) -> AssignedRule:
    """What `assignment` puts into the thing that the rule is assigned to."""
    return AssignedRule(
        assignment_id=assignment.id,
        rule_id=rule.id,
        version=version,
        created_at=assignment.created_at,
        applicable_to=rule.applicable_to,
        rules=rule.rules,
        error_message=rule.error_message,
    )


def assignment_of(kind: HolderKind, object_id: str, copy: AssignedRule) -> Assignment:
    """The assignment that made `copy`, which is all that it needs to be told."""
    return Assignment(
        id=copy.assignment_id,
        rule_id=copy.rule_id,
        kind=kind,
        object_id=object_id,
        created_at=copy.created_at,
    )


def sole_rule(named: Sequence[str] | None) -> str | None:
    """The rule that a thing is to be created with. Raises InvalidValidationRules for several."""
    distinct = list(dict.fromkeys(named or ()))
    if len(distinct) > 1:
        message = "Property .validation_rules must name at most one rule"
        raise InvalidValidationRules(f"{message}; it names {len(distinct)}")
    return distinct[0] if distinct else None


def target_of(payload: AssignmentPayload) -> tuple[HolderKind, str]:
    """What `payload` assigns to, in the contract's form or its older ones.

    Raises InvalidPayload when it names nothing, InvalidValidationRules for a kind that is not
    supported.
    """
    for kind in KINDS:
        named = getattr(payload, kind)
        if named is not None and payload.related_object_id is None:
            return kind, named
    if payload.related_object_id is None:
        raise InvalidPayload("Property . should have required property 'related_object_id'")
    for kind in KINDS:
        if kind == (payload.related_object_type or "voucher"):
            return kind, payload.related_object_id
    message = f"Property .related_object_type cannot be {payload.related_object_type} yet"
    raise InvalidValidationRules(f"{message}; supported are {', '.join(KINDS)}")
