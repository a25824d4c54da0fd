"""POST /v1/campaigns/{campaignId}/enable: let a campaign be used again."""

from counterfoil.api.campaigns import named_campaign_request, switched_answer
from counterfoil.api.endpoint import endpoint
from counterfoil.operations.campaigns import enable

handler = endpoint(decode=named_campaign_request, operate=enable, encode=switched_answer)
