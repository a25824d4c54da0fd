"""DELETE …/projects/{projectId}/webhooks/{webhookId}: it is told nothing more."""

from counterfoil.api.auth import MANAGEMENT
from counterfoil.api.endpoint import endpoint
from counterfoil.api.response import no_content
from counterfoil.api.webhooks import named_request
from counterfoil.operations.webhooks import delete

handler = endpoint(decode=named_request, operate=delete, encode=no_content, opened_by=MANAGEMENT)
