"""GET /v1/customers/{customerId}/activity: what became of a customer's orders and redemptions."""

from counterfoil.api.customer_activity import activity_answer, activity_request
from counterfoil.api.endpoint import endpoint
from counterfoil.operations.customer_activity import list_activity

handler = endpoint(decode=activity_request, operate=list_activity, encode=activity_answer)
