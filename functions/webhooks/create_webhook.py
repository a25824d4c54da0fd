"""POST …/projects/{projectId}/webhooks: somebody more to be told what happens."""

from counterfoil.api.auth import MANAGEMENT
from counterfoil.api.endpoint import endpoint
from counterfoil.api.webhooks import creation_answer, creation_request
from counterfoil.operations.webhooks import create

handler = endpoint(
    decode=creation_request, operate=create, encode=creation_answer, opened_by=MANAGEMENT
)
