"""POST /v1/oauth/introspect: what a bearer token is for, and until when."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.oauth import form_request, introspection_answer, token_request
from counterfoil.operations.tokens import introspect

handler = endpoint(
    read=form_request, decode=token_request, operate=introspect, encode=introspection_answer
)
