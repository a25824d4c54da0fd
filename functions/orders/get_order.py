"""GET /v1/orders/{orderId}: one order by id or source_id, strongly consistent."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.orders import named_request, order_answer
from counterfoil.operations.orders import get

handler = endpoint(decode=named_request, operate=get, encode=order_answer)
