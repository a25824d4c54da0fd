"""POST /v1/vouchers/{code}/validate: what one voucher would do (deprecated by the vendor)."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.flat_validations import flat_answer
from counterfoil.api.redemptions import single_request
from counterfoil.operations.validations import validate

handler = endpoint(decode=single_request, operate=validate, encode=flat_answer, explains=True)
