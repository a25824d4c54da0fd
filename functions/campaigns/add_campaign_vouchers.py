"""POST /v1/campaigns/{campaignId}/vouchers: make a voucher, or have several made."""

from counterfoil.api.campaign_changes import additions_answer, additions_request
from counterfoil.api.endpoint import endpoint
from counterfoil.operations.campaign_vouchers import add

handler = endpoint(decode=additions_request, operate=add, encode=additions_answer)
