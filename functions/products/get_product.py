"""GET /v1/products/{productId}: one product with its SKUs, strongly consistent."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.products import known_answer, product_name
from counterfoil.operations.products import get

handler = endpoint(decode=product_name, operate=get, encode=known_answer)
