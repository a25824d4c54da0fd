"""GET /v1/orders/{orderId}/events: what happened to an order, and what each event changed."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.order_history import events_answer, events_request
from counterfoil.operations.order_history import timeline

handler = endpoint(decode=events_request, operate=timeline, encode=events_answer)
