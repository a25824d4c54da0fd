"""GET /v1/products/{productId}/skus: one page of the SKUs of a product."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.skus import skus_answer, skus_request
from counterfoil.operations.skus import list_skus

handler = endpoint(decode=skus_request, operate=list_skus, encode=skus_answer)
