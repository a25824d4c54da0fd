"""POST /v1/redemptions/{redemptionId}/rollbacks: undo a stack as a whole, or a single one."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.rollbacks import rollbacks_answer, rollbacks_request
from counterfoil.operations.rollbacks import undo

handler = endpoint(decode=rollbacks_request, operate=undo, encode=rollbacks_answer)
