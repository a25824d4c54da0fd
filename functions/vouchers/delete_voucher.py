"""DELETE /v1/vouchers/{code}: take a voucher away; force frees its code."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.response import no_content
from counterfoil.api.voucher_changes import deletion_request
from counterfoil.operations.vouchers import delete

handler = endpoint(decode=deletion_request, operate=delete, encode=no_content)
