"""POST /v1/campaigns/{campaignId}/vouchers/{code}: make one under the code in the path."""

from counterfoil.api.campaign_changes import addition_with_code_request, additions_answer
from counterfoil.api.endpoint import endpoint
from counterfoil.operations.campaign_vouchers import add

handler = endpoint(decode=addition_with_code_request, operate=add, encode=additions_answer)
