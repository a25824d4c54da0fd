"""DELETE /v1/promotions/tiers/{id}: take a tier away that no stack has."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.promotion_changes import named_tier_request
from counterfoil.api.response import no_content
from counterfoil.operations.promotion_tiers import delete

handler = endpoint(decode=named_tier_request, operate=delete, encode=no_content)
