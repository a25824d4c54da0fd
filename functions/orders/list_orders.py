"""GET /v1/orders: one page of all orders, of a customer's, of a voucher's, of what filters fit."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.order_lists import orders_answer, orders_request
from counterfoil.operations.order_lists import list_orders

handler = endpoint(decode=orders_request, operate=list_orders, encode=orders_answer)
