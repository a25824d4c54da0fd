"""DELETE /v1/validation-rules/{id}/assignments/{id}: take a rule away from one thing."""

from counterfoil.api.assignments import named_assignment_request
from counterfoil.api.endpoint import endpoint
from counterfoil.api.response import no_content
from counterfoil.operations.assignments import unassign

handler = endpoint(decode=named_assignment_request, operate=unassign, encode=no_content)
