"""POST /v1/customers: create a customer, or upsert the one that id or source_id names."""

from counterfoil.api.customer_changes import upsert_request
from counterfoil.api.customers import customer_answer
from counterfoil.api.endpoint import endpoint
from counterfoil.operations.customers import upsert

handler = endpoint(decode=upsert_request, operate=upsert, encode=customer_answer)
