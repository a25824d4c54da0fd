"""POST /v1/validations: what 1 to 30 redeemables would do; nothing is stored."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.validations import stack_request, validation_answer
from counterfoil.operations.validations import validate

handler = endpoint(decode=stack_request, operate=validate, encode=validation_answer, explains=True)
