"""GET …/projects/{projectId}/webhooks: who is told what happens."""

from counterfoil.api.auth import MANAGEMENT
from counterfoil.api.endpoint import endpoint
from counterfoil.api.webhooks import list_request, webhooks_answer
from counterfoil.operations.webhooks import list_webhooks

handler = endpoint(
    decode=list_request, operate=list_webhooks, encode=webhooks_answer, opened_by=MANAGEMENT
)
