"""POST /v1/campaigns/{campaignId}/disable: keep a campaign from being used."""

from counterfoil.api.campaigns import named_campaign_request, switched_answer
from counterfoil.api.endpoint import endpoint
from counterfoil.operations.campaigns import disable

handler = endpoint(decode=named_campaign_request, operate=disable, encode=switched_answer)
