"""PUT /v1/campaigns/{campaignId}: change what the body names of one campaign."""

from counterfoil.api.campaign_changes import campaign_update_request
from counterfoil.api.campaigns import campaign_answer
from counterfoil.api.endpoint import endpoint
from counterfoil.operations.campaigns import update

handler = endpoint(decode=campaign_update_request, operate=update, encode=campaign_answer)
