"""Assignments of validation rules on the wire (domain.md §1.13, §2.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.api.assignment_documents import assignment_document
from counterfoil.api.lists import PAGES, list_answer
from counterfoil.api.queries import paging
from counterfoil.api.response import Response, json_response
from counterfoil.domain.assignments import target_of
from counterfoil.domain.rule_payloads import AssignmentPayload
from counterfoil.operations.assignment_lists import AssignmentsWanted
from counterfoil.operations.assignments import Assigning, Unassigning

if TYPE_CHECKING:
    from counterfoil.api.request import Request
    from counterfoil.domain.assignments import Assignment
    from counterfoil.operations.lists import Page


def assignment_request(request: Request) -> Assigning:
    """Path, body and `force` of `POST /v1/validation-rules/{id}/assignments`."""
    kind, name = target_of(request.payload(AssignmentPayload))
    rule_id = request.parameter("validationRuleId")
    return Assigning(rule_id, kind, name, force=request.flag("force"))


def named_assignment_request(request: Request) -> Unassigning:
    """The two ids in the path."""
    return Unassigning(request.parameter("validationRuleId"), request.parameter("assignmentId"))


def rule_assignments_request(request: Request) -> AssignmentsWanted:
    """The page of `GET /v1/validation-rules/{id}/assignments`."""
    page = paging(request, ("created_at",), PAGES)
    return AssignmentsWanted(page, rule_id=request.path_parameters["validationRuleId"])


def assignments_request(request: Request) -> AssignmentsWanted:
    """The page and the filters of `GET /v1/validation-rules-assignments`."""
    return AssignmentsWanted(
        paging(request, ("created_at",), PAGES),
        rule_id=request.query_value("rule"),
        object_id=request.query_value("related_object_id"),
    )


def assignment_answer(assignment: Assignment) -> Response:
    """200 with the assignment."""
    return json_response(200, assignment_document(assignment))


def assignments_answer(page: Page[Assignment]) -> Response:
    """200 with a page of assignments."""
    return list_answer("data", map(assignment_document, page.entries), page.total)
