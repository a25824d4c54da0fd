"""GET /v1/products: one page of all products."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.products import products_answer, products_request
from counterfoil.operations.product_lists import list_products

handler = endpoint(decode=products_request, operate=list_products, encode=products_answer)
