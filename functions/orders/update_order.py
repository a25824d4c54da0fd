"""PUT /v1/orders/{orderId}: change what the body names of one order."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.order_changes import update_request
from counterfoil.api.orders import order_answer
from counterfoil.operations.orders import update

handler = endpoint(decode=update_request, operate=update, encode=order_answer)
