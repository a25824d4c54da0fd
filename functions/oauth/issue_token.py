"""POST /v1/oauth/token: a bearer token of the caller's key, for fifteen minutes."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.oauth import form_request, grant_request, token_answer
from counterfoil.operations.tokens import issue

handler = endpoint(read=form_request, decode=grant_request, operate=issue, encode=token_answer)
