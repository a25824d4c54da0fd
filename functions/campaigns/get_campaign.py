"""GET /v1/campaigns/{campaignId}: one campaign by name or id, strongly consistent."""

from counterfoil.api.campaigns import campaign_answer, named_campaign_request
from counterfoil.api.endpoint import endpoint
from counterfoil.operations.campaigns import get

handler = endpoint(decode=named_campaign_request, operate=get, encode=campaign_answer)
