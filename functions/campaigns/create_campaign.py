"""POST /v1/campaigns: create a campaign, and its first codes."""

from counterfoil.api.campaign_changes import campaign_request
from counterfoil.api.campaigns import campaign_answer
from counterfoil.api.endpoint import endpoint
from counterfoil.operations.campaigns import create

handler = endpoint(decode=campaign_request, operate=create, encode=campaign_answer)
