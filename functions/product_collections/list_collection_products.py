"""GET /v1/product-collections/{collectionId}/products: one page of what a collection has."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.product_collections import products_answer, products_request
from counterfoil.operations.product_collection_lists import list_members

handler = endpoint(decode=products_request, operate=list_members, encode=products_answer)
