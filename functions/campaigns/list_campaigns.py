"""GET /v1/campaigns: one page of all campaigns."""

from counterfoil.api.campaign_lists import campaigns_answer, campaigns_request
from counterfoil.api.endpoint import endpoint
from counterfoil.operations.campaign_lists import list_campaigns

handler = endpoint(decode=campaigns_request, operate=list_campaigns, encode=campaigns_answer)
