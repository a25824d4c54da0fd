"""POST /v1/promotions/{campaignId}/stacks: combine tiers of a campaign."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.promotion_changes import stack_request
from counterfoil.api.promotions import stack_answer
from counterfoil.operations.promotion_stacks import create

handler = endpoint(decode=stack_request, operate=create, encode=stack_answer)
