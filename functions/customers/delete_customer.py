"""DELETE /v1/customers/{customerId}: forget a profile; orders and history stay."""

from counterfoil.api.customers import named_request
from counterfoil.api.endpoint import endpoint
from counterfoil.api.response import no_content
from counterfoil.operations.customers import delete

handler = endpoint(decode=named_request, operate=delete, encode=no_content)
