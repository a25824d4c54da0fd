"""DELETE /v1/vouchers/{code}: take a voucher away; force frees its code."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.voucher_changes import deletion_answer, deletion_request
from counterfoil.operations.vouchers import delete

handler = endpoint(decode=deletion_request, operate=delete, encode=deletion_answer)
