"""DELETE /v1/exports/{exportId}: be rid of an export and its file."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.exports import named_request
from counterfoil.api.response import no_content
from counterfoil.operations.exports import delete

handler = endpoint(decode=named_request, operate=delete, encode=no_content)
