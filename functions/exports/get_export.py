"""GET /v1/exports/{exportId}: one export, and where its file is when it is done."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.exports import export_answer, shown_request, with_addresses
from counterfoil.operations.exports import get

handler = endpoint(decode=shown_request, operate=with_addresses(get), encode=export_answer)
