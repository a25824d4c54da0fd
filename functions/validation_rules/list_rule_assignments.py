"""GET /v1/validation-rules/{id}/assignments: one page of what a rule is assigned to."""

from counterfoil.api.assignments import assignments_answer, rule_assignments_request
from counterfoil.api.endpoint import endpoint
from counterfoil.operations.assignment_lists import list_assignments

handler = endpoint(
    decode=rule_assignments_request, operate=list_assignments, encode=assignments_answer
)
