"""POST /client/v1/redeem?code=…: a browser redeems one code, where its key may (deprecated)."""

from counterfoil.api.auth import CLIENT
from counterfoil.api.client_side import code_redemption_request
from counterfoil.api.endpoint import endpoint
from counterfoil.api.redemptions import single_answer
from counterfoil.operations.client_side import redeem_for_client

handler = endpoint(
    opened_by=CLIENT,
    decode=code_redemption_request,
    operate=redeem_for_client,
    encode=single_answer,
)
