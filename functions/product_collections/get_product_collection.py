"""GET /v1/product-collections/{collectionId}: one collection, strongly consistent."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.product_collections import collection_answer, collection_name
from counterfoil.operations.product_collections import get

handler = endpoint(decode=collection_name, operate=get, encode=collection_answer)
