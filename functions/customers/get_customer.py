"""GET /v1/customers/{customerId}: one customer by id or source_id, strongly consistent."""

from counterfoil.api.customers import customer_answer, named_request
from counterfoil.api.endpoint import endpoint
from counterfoil.operations.customers import get

handler = endpoint(decode=named_request, operate=get, encode=customer_answer)
