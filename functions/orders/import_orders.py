"""POST /v1/orders/import: take in up to 2,000 orders, which a worker then writes."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.order_imports import MAX_BYTES, import_request, started_answer
from counterfoil.operations.order_imports import start

handler = endpoint(
    decode=import_request, operate=start, encode=started_answer, body_limit=MAX_BYTES
)
