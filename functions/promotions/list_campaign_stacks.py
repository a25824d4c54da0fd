"""GET /v1/promotions/{campaignId}/stacks: one page of a campaign's promotion stacks."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.promotion_lists import campaign_stacks_request, stacks_answer
from counterfoil.operations.promotion_lists import list_campaign_stacks

handler = endpoint(
    decode=campaign_stacks_request, operate=list_campaign_stacks, encode=stacks_answer
)
