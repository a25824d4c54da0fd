"""GET /v1/promotions/{campaignId}/tiers: a campaign's tiers in the order of their places."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.promotion_lists import campaign_tiers_request, tiers_answer
from counterfoil.operations.promotion_lists import list_campaign_tiers

handler = endpoint(decode=campaign_tiers_request, operate=list_campaign_tiers, encode=tiers_answer)
