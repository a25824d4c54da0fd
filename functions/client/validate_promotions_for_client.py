"""GET /client/v1/promotions/validation: the tiers that a browser's order qualifies for."""

from counterfoil.api.auth import CLIENT
from counterfoil.api.endpoint import endpoint
from counterfoil.api.promotion_validations import promotions_answer, promotions_query
from counterfoil.operations.client_side import validate_promotions_for_client

handler = endpoint(
    opened_by=CLIENT,
    decode=promotions_query,
    operate=validate_promotions_for_client,
    encode=promotions_answer,
)
