"""GET …/projects/{projectId}/webhooks/{webhookId}: one webhook, without its secret."""

from counterfoil.api.auth import MANAGEMENT
from counterfoil.api.endpoint import endpoint
from counterfoil.api.webhooks import named_request, webhook_answer
from counterfoil.operations.webhooks import get

handler = endpoint(decode=named_request, operate=get, encode=webhook_answer, opened_by=MANAGEMENT)
