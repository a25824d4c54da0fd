"""DELETE /v1/promotions/{campaignId}/stacks/{id}: take a promotion stack away."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.promotion_changes import deletion_answer, named_stack_request
from counterfoil.operations.promotion_stacks import delete

handler = endpoint(decode=named_stack_request, operate=delete, encode=deletion_answer)
