"""GET /v1/redemptions: one page of redemptions and rollbacks, newest first."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.redemption_lists import redemptions_answer, redemptions_request
from counterfoil.operations.redemption_lists import list_redemptions

handler = endpoint(decode=redemptions_request, operate=list_redemptions, encode=redemptions_answer)
