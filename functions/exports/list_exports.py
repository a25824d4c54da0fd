"""GET /v1/exports: one page of all exports."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.exports import exports_answer, exports_request, with_addresses
from counterfoil.operations.exports import list_exports

handler = endpoint(
    decode=exports_request, operate=with_addresses(list_exports), encode=exports_answer
)
