"""PUT /v1/products/{productId}/skus/{skuId}: change what the body names of one SKU."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.skus import sku_answer, update_request
from counterfoil.operations.skus import update

handler = endpoint(decode=update_request, operate=update, encode=sku_answer)
