"""POST /client/v1/validations: what 1 to 30 redeemables would do, asked by a browser."""

from counterfoil.api.auth import CLIENT
from counterfoil.api.endpoint import endpoint
from counterfoil.api.validations import stack_request, validation_answer
from counterfoil.operations.client_side import validate_for_client

handler = endpoint(
    opened_by=CLIENT,
    decode=stack_request,
    operate=validate_for_client,
    encode=validation_answer,
)
