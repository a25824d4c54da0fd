"""POST /v1/promotions/tiers/{tierId}/validation: what one tier would do (deprecated)."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.flat_validations import flat_answer
from counterfoil.api.redemptions import tier_request
from counterfoil.operations.validations import validate

handler = endpoint(decode=tier_request, operate=validate, encode=flat_answer, explains=True)
