"""GET /v1/vouchers/{code}/redemption: one voucher's redemptions and rollbacks."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.redemption_lists import voucher_redemptions_answer, voucher_redemptions_request
from counterfoil.operations.redemption_lists import list_voucher_redemptions

handler = endpoint(
    decode=voucher_redemptions_request,
    operate=list_voucher_redemptions,
    encode=voucher_redemptions_answer,
)
