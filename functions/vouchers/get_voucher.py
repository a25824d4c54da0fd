"""GET /v1/vouchers/{code}: one voucher by code or id, strongly consistent."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.vouchers import named_request, voucher_answer
from counterfoil.operations.named_vouchers import get

handler = endpoint(decode=named_request, operate=get, encode=voucher_answer)
