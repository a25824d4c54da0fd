"""POST /v1/promotions/{campaignId}/tiers: create a promotion tier in a campaign."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.promotion_changes import tier_request
from counterfoil.api.promotions import tier_answer
from counterfoil.operations.promotion_tiers import create

handler = endpoint(decode=tier_request, operate=create, encode=tier_answer)
