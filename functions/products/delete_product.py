"""DELETE /v1/products/{productId}: remove a product and its SKUs."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.products import deletion_request
from counterfoil.api.response import no_content
from counterfoil.operations.products import delete

handler = endpoint(decode=deletion_request, operate=delete, encode=no_content)
