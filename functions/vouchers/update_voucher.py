"""PUT /v1/vouchers/{code}: change what the body names of one voucher."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.voucher_changes import update_request
from counterfoil.api.vouchers import voucher_answer
from counterfoil.operations.vouchers import update

handler = endpoint(decode=update_request, operate=update, encode=voucher_answer)
