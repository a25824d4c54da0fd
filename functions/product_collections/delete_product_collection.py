"""DELETE /v1/product-collections/{collectionId}: gone, unless a validation rule names it."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.product_collections import collection_name
from counterfoil.api.response import no_content
from counterfoil.operations.product_collections import delete

handler = endpoint(decode=collection_name, operate=delete, encode=no_content)
