"""POST /v1/products/{productId}/skus: create a SKU, or upsert the one that is named."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.skus import sku_answer, upsert_request
from counterfoil.operations.skus import upsert

handler = endpoint(decode=upsert_request, operate=upsert, encode=sku_answer)
