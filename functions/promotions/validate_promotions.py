"""POST /v1/promotions/validation: the tiers that an order qualifies for (deprecated)."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.promotion_validations import promotions_answer, promotions_request
from counterfoil.operations.promotion_validations import validate_promotions

handler = endpoint(
    decode=promotions_request, operate=validate_promotions, encode=promotions_answer, explains=True
)
