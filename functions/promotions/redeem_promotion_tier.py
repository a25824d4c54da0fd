"""POST /v1/promotions/tiers/{tierId}/redemption: redeem one tier (deprecated by the vendor)."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.redemptions import single_answer, tier_request
from counterfoil.operations.redemptions import redeem_stack

handler = endpoint(
    decode=tier_request, operate=redeem_stack, encode=single_answer, rehearses=True, explains=True
)
