"""PUT /v1/promotions/{campaignId}/stacks/{id}: change what the body names."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.promotion_changes import stack_update_request
from counterfoil.api.promotions import stack_answer
from counterfoil.operations.promotion_stacks import update

handler = endpoint(decode=stack_update_request, operate=update, encode=stack_answer)
