"""POST /v1/promotions/tiers/{id}/enable: switch a promotion tier on."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.promotion_changes import named_tier_request
from counterfoil.api.promotions import tier_answer
from counterfoil.operations.promotion_tiers import enable

handler = endpoint(decode=named_tier_request, operate=enable, encode=tier_answer)
