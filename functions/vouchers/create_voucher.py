"""POST /v1/vouchers: create a voucher, with a code of the client's or of ours."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.voucher_changes import creation_request
from counterfoil.api.vouchers import voucher_answer
from counterfoil.operations.vouchers import create

handler = endpoint(decode=creation_request, operate=create, encode=voucher_answer)
