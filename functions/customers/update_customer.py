"""PUT /v1/customers/{customerId}: change what the body names of one customer."""

from counterfoil.api.customer_changes import update_request
from counterfoil.api.customers import customer_answer
from counterfoil.api.endpoint import endpoint
from counterfoil.operations.customers import update

handler = endpoint(decode=update_request, operate=update, encode=customer_answer)
