"""POST /v1/redemptions/{redemptionId}/rollbacks: roll back a stack as a whole, or a single one."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.rollbacks import rollbacks_answer, rollbacks_request
from counterfoil.operations.rollbacks import roll_back

handler = endpoint(
    decode=rollbacks_request, operate=roll_back, encode=rollbacks_answer, rehearses=True
)
