"""GET /v1/skus/{skuId}: one SKU by id or source_id, strongly consistent."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.skus import sku_answer, sku_name
from counterfoil.operations.skus import get

handler = endpoint(decode=sku_name, operate=get, encode=sku_answer)
