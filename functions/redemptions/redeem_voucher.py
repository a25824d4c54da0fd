"""POST /v1/vouchers/{code}/redemption: redeem one voucher."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.redemptions import single_answer, single_request
from counterfoil.operations.redemptions import redeem_stack

handler = endpoint(
    decode=single_request, operate=redeem_stack, encode=single_answer, rehearses=True, explains=True
)
