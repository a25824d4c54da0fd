"""DELETE /v1/campaigns/{campaignId}: take a campaign away; force frees its name and codes."""

from counterfoil.api.campaign_changes import action_id_answer, campaign_deletion_request
from counterfoil.api.endpoint import endpoint
from counterfoil.operations.campaigns import delete

handler = endpoint(decode=campaign_deletion_request, operate=delete, encode=action_id_answer)
