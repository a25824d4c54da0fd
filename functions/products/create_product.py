"""POST /v1/products: create a product, or upsert the one that id or source_id names."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.product_changes import upsert_request
from counterfoil.api.products import product_answer
from counterfoil.operations.products import upsert

handler = endpoint(decode=upsert_request, operate=upsert, encode=product_answer)
