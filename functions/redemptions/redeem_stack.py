"""POST /v1/redemptions: redeem 1 to 30 redeemables on one order, all or none."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.redemptions import stack_answer
from counterfoil.api.validations import stack_request
from counterfoil.operations.redemptions import redeem_stack

handler = endpoint(
    decode=stack_request, operate=redeem_stack, encode=stack_answer, rehearses=True, explains=True
)
