"""Stacking rules on the management API (domain.md §2.12, §5.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.api.lists import list_answer
from counterfoil.api.response import Response, json_response
from counterfoil.domain.stacking_rule_payloads import StackingRulesPayload
from counterfoil.domain.timestamps import iso
from counterfoil.operations.project_settings import OfProject, RulesChange

if TYPE_CHECKING:
    from counterfoil.api.orders import Document
    from counterfoil.api.request import Request
    from counterfoil.domain.stacking_rules import ProjectRules


def list_request(request: Request) -> OfProject[None]:
    """The project in the path."""
    return OfProject(request.parameter("projectId"), None)


def named_request(request: Request) -> OfProject[str]:
    """The project and the rules in the path."""
    return OfProject(request.parameter("projectId"), request.parameter("stackingRulesId"))


def creation_request(request: Request) -> OfProject[StackingRulesPayload]:
    """The project in the path, and the rules in the body."""
    return OfProject(request.parameter("projectId"), request.payload(StackingRulesPayload))


def change_request(request: Request) -> OfProject[RulesChange]:
    """The project and the rules in the path, and what to change of them."""
    payload = request.payload(StackingRulesPayload)
    change = RulesChange(request.parameter("stackingRulesId"), payload)
    return OfProject(request.parameter("projectId"), change)


def project_rules_answer(project_rules: ProjectRules) -> Response:
    """200 with the rules."""
    return json_response(200, _document(project_rules))


def list_answer_of(project_rules: ProjectRules | None) -> Response:
    """200 with the one set of rules that a project may have."""
    found = [] if project_rules is None else [project_rules]
    return list_answer("data", map(_document, found), len(found))


def _document(project_rules: ProjectRules) -> Document:
    updated = project_rules.updated_at
    return {
        "id": project_rules.id,
        **project_rules.rules.model_dump(mode="json"),
        "created_at": iso(project_rules.created_at),
        "updated_at": None if updated is None else iso(updated),
        "object": "stacking_rules",
    }
