"""POST /v1/product-collections: a new list of products, or a filter for them."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.product_collections import collection_answer, creation_request
from counterfoil.operations.product_collections import create

handler = endpoint(decode=creation_request, operate=create, encode=collection_answer)
