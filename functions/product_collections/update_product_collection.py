"""PUT /v1/product-collections/{collectionId}: what the body names is changed."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.product_collections import collection_answer, update_request
from counterfoil.operations.product_collections import update

handler = endpoint(decode=update_request, operate=update, encode=collection_answer)
