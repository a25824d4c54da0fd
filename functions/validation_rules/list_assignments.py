"""GET /v1/validation-rules-assignments: one page of all assignments."""

from counterfoil.api.assignments import assignments_answer, assignments_request
from counterfoil.api.endpoint import endpoint
from counterfoil.operations.assignment_lists import list_assignments

handler = endpoint(decode=assignments_request, operate=list_assignments, encode=assignments_answer)
