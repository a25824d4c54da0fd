"""GET /v1/customers: one page of all customers."""

from counterfoil.api.customer_lists import customers_answer, customers_request
from counterfoil.api.endpoint import endpoint
from counterfoil.operations.customer_lists import list_customers

handler = endpoint(decode=customers_request, operate=list_customers, encode=customers_answer)
