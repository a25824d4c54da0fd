"""DELETE /v1/promotions/{campaignId}/stacks/{id}: take a promotion stack away."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.promotion_changes import named_stack_request
from counterfoil.api.response import no_content
from counterfoil.operations.promotion_stacks import delete

handler = endpoint(decode=named_stack_request, operate=delete, encode=no_content)
