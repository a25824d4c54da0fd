"""POST /v1/orders: create an order, or upsert the one that its id or source_id names."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.order_changes import upsert_request
from counterfoil.api.orders import order_answer
from counterfoil.operations.orders import upsert

handler = endpoint(decode=upsert_request, operate=upsert, encode=order_answer)
