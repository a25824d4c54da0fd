"""DELETE /v1/customers/{customerId}: forget a profile; orders and history stay."""

from counterfoil.api.customers import deletion_answer, named_request
from counterfoil.api.endpoint import endpoint
from counterfoil.operations.customers import delete

handler = endpoint(decode=named_request, operate=delete, encode=deletion_answer)
