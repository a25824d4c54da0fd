"""POST /v1/promotions/tiers/{id}/disable: switch a promotion tier off."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.promotion_changes import named_tier_request
from counterfoil.api.promotions import tier_answer
from counterfoil.operations.promotion_tiers import disable

handler = endpoint(decode=named_tier_request, operate=disable, encode=tier_answer)
