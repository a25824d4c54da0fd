"""GET /v1/product-collections: one page of all collections."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.product_collections import collections_answer, collections_request
from counterfoil.operations.product_collection_lists import list_collections

handler = endpoint(decode=collections_request, operate=list_collections, encode=collections_answer)
