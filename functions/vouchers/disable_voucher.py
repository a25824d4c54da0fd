"""POST /v1/vouchers/{code}/disable: keep a voucher from being used."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.vouchers import named_request, voucher_answer
from counterfoil.operations.vouchers import disable

handler = endpoint(decode=named_request, operate=disable, encode=voucher_answer)
