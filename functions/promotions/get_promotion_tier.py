"""GET /v1/promotions/tiers/{id}: one promotion tier, strongly consistent."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.promotion_changes import named_tier_request
from counterfoil.api.promotions import tier_answer
from counterfoil.operations.promotion_tiers import get

handler = endpoint(decode=named_tier_request, operate=get, encode=tier_answer)
