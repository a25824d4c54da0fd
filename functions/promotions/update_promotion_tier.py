"""PUT /v1/promotions/tiers/{id}: change what the body names."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.promotion_changes import tier_update_request
from counterfoil.api.promotions import tier_answer
from counterfoil.operations.promotion_tiers import update

handler = endpoint(decode=tier_update_request, operate=update, encode=tier_answer)
