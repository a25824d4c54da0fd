"""POST /v1/orders/export: have a file made of orders."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.exports import order_export_request, scheduled_answer
from counterfoil.operations.exports import create

handler = endpoint(decode=order_export_request, operate=create, encode=scheduled_answer)
