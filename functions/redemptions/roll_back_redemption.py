"""POST /v1/redemptions/{redemptionId}/rollback: roll back one stand-alone redemption."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.rollbacks import rollback_answer, rollback_request
from counterfoil.operations.rollbacks import roll_back

handler = endpoint(
    decode=rollback_request, operate=roll_back, encode=rollback_answer, rehearses=True
)
