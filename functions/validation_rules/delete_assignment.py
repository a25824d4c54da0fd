"""DELETE /v1/validation-rules/{id}/assignments/{id}: take a rule away from one thing."""

from counterfoil.api.assignments import named_assignment_request, unassignment_answer
from counterfoil.api.endpoint import endpoint
from counterfoil.operations.assignments import unassign

handler = endpoint(decode=named_assignment_request, operate=unassign, encode=unassignment_answer)
