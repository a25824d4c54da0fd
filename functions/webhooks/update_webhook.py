"""PUT …/projects/{projectId}/webhooks/{webhookId}: what the body names is changed."""

from counterfoil.api.auth import MANAGEMENT
from counterfoil.api.endpoint import endpoint
from counterfoil.api.webhooks import change_request, webhook_answer
from counterfoil.operations.webhooks import update

handler = endpoint(
    decode=change_request, operate=update, encode=webhook_answer, opened_by=MANAGEMENT
)
