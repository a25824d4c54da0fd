"""GET /v1/redemptions/{redemptionId}: one redemption or rollback, successful or not."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.records import record_answer, redemption_id_request
from counterfoil.operations.rollbacks import get

handler = endpoint(decode=redemption_id_request, operate=get, encode=record_answer)
