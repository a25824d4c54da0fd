"""DELETE /v1/products/{productId}/skus/{skuId}: remove a SKU."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.response import no_content
from counterfoil.api.skus import deletion_request
from counterfoil.operations.skus import delete

handler = endpoint(decode=deletion_request, operate=delete, encode=no_content)
