"""POST /v1/vouchers/{code}/enable: let a voucher be used again."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.vouchers import named_request, voucher_answer
from counterfoil.operations.vouchers import enable

handler = endpoint(decode=named_request, operate=enable, encode=voucher_answer)
