"""GET …/webhooks/{webhookId}/deliveries: what came of telling one webhook, the newest first."""

from counterfoil.api.auth import MANAGEMENT
from counterfoil.api.deliveries import deliveries_answer, list_request
from counterfoil.api.endpoint import endpoint
from counterfoil.operations.deliveries import list_deliveries

handler = endpoint(
    decode=list_request, operate=list_deliveries, encode=deliveries_answer, opened_by=MANAGEMENT
)
