"""GET /client/v1/validate: what one code would do, asked by a browser (deprecated)."""

from counterfoil.api.auth import CLIENT
from counterfoil.api.client_side import code_validation_request
from counterfoil.api.endpoint import endpoint
from counterfoil.api.flat_validations import flat_answer
from counterfoil.operations.client_side import validate_for_client

handler = endpoint(
    opened_by=CLIENT,
    decode=code_validation_request,
    operate=validate_for_client,
    encode=flat_answer,
)
