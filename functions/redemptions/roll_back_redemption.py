"""POST /v1/redemptions/{redemptionId}/rollback: undo one stand-alone redemption."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.rollbacks import rollback_answer, rollback_request
from counterfoil.operations.rollbacks import undo

handler = endpoint(decode=rollback_request, operate=undo, encode=rollback_answer)
