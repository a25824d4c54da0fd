"""DELETE /v1/vouchers/{code}/sessions/{sessionKey}: let go of what a session holds of a voucher."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.response import no_content
from counterfoil.api.validation_sessions import release_request
from counterfoil.operations.validation_sessions import release

handler = endpoint(decode=release_request, operate=release, encode=no_content)
