"""POST /v1/oauth/token/revoke: end a bearer token at once."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.oauth import form_request, token_request
from counterfoil.api.response import no_content
from counterfoil.operations.tokens import revoke

handler = endpoint(read=form_request, decode=token_request, operate=revoke, encode=no_content)
