"""GET /v1/promotions/tiers: one page of all promotion tiers, or of those that can be used now."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.promotion_lists import tiers_answer, tiers_request
from counterfoil.operations.promotion_lists import list_tiers

handler = endpoint(decode=tiers_request, operate=list_tiers, encode=tiers_answer)
