"""POST /client/v1/redemptions: a browser redeems, where its key may."""

from counterfoil.api.auth import CLIENT
from counterfoil.api.endpoint import endpoint
from counterfoil.api.redemptions import stack_answer
from counterfoil.api.validations import stack_request
from counterfoil.operations.client_side import redeem_for_client

handler = endpoint(
    opened_by=CLIENT,
    decode=stack_request,
    operate=redeem_for_client,
    encode=stack_answer,
)
