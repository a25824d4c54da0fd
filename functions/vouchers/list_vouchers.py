"""GET /v1/vouchers: one page of all vouchers."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.voucher_lists import vouchers_answer, vouchers_request
from counterfoil.operations.voucher_lists import list_vouchers

handler = endpoint(decode=vouchers_request, operate=list_vouchers, encode=vouchers_answer)
