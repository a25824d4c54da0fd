"""POST /v1/exports: have a file made of orders, redemptions, vouchers, customers or others."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.exports import export_request, scheduled_answer
from counterfoil.operations.exports import create

handler = endpoint(decode=export_request, operate=create, encode=scheduled_answer)
