"""PUT /v1/products/{productId}: change what the body names of one product."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.product_changes import update_request
from counterfoil.api.products import product_answer
from counterfoil.operations.products import update

handler = endpoint(decode=update_request, operate=update, encode=product_answer)
