"""POST /v1/validation-rules/{id}/assignments: assign a rule to a voucher, tier or campaign."""

from counterfoil.api.assignments import assignment_answer, assignment_request
from counterfoil.api.endpoint import endpoint
from counterfoil.operations.assignments import assign

handler = endpoint(decode=assignment_request, operate=assign, encode=assignment_answer)
