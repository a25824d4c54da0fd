"""GET /v1/orders/{orderId}: one order by id or source_id, as it is or as it was."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.order_reads import order_request
from counterfoil.api.orders import order_answer
from counterfoil.operations.order_reads import get

handler = endpoint(decode=order_request, operate=get, encode=order_answer)
