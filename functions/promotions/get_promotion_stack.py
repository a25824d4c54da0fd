"""GET /v1/promotions/{campaignId}/stacks/{id}: one promotion stack, strongly consistent."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.promotion_changes import named_stack_request
from counterfoil.api.promotions import stack_answer
from counterfoil.operations.promotion_stacks import get

handler = endpoint(decode=named_stack_request, operate=get, encode=stack_answer)
