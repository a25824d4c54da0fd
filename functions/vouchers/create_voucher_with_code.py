"""POST /v1/vouchers/{code}: create the voucher with the code in the path."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.voucher_changes import creation_with_code_request
from counterfoil.api.vouchers import voucher_answer
from counterfoil.operations.vouchers import create

handler = endpoint(decode=creation_with_code_request, operate=create, encode=voucher_answer)
