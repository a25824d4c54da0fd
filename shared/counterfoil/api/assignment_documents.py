"""What is told of a thing's validation rule wherever the thing is told of (domain.md §1.13)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.domain.assignments import Assignment, assignment_of
from counterfoil.domain.timestamps import iso

if TYPE_CHECKING:
    from counterfoil.api.orders import Document
    from counterfoil.domain.assigned_rules import AssignedRule
    from counterfoil.domain.assignments import HolderKind


def assignment_document(assignment: Assignment) -> Document:
    """One assignment; `counting_status` is ours, where there was anything to count."""
    counting: Document = {"counting_status": assignment.counting} if assignment.counting else {}
    return {
        "id": assignment.id,
        "rule_id": assignment.rule_id,
        "related_object_id": assignment.object_id,
        "related_object_type": assignment.kind,
        "created_at": iso(assignment.created_at),
        **counting,
        "object": "validation_rules_assignment",
    }


def assignments_document(kind: HolderKind, object_id: str, rule: AssignedRule | None) -> Document:
    """`validation_rules_assignments` of a thing: a list of one or none."""
    own = [] if rule is None else [assignment_document(assignment_of(kind, object_id, rule))]
    return {"object": "list", "data_ref": "data", "data": own, "total": len(own)}
