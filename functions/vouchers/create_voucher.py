"""POST /v1/vouchers: create a voucher, with a code of the client's or of ours."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.vouchers import creation_request, voucher_answer
from counterfoil.operations.vouchers import create

handler = endpoint(decode=creation_request, operate=create, encode=voucher_answer)
