"""GET /reference/{file}: the reference as a page, as OpenAPI and as a Postman collection."""

from counterfoil.api.open_endpoint import open_endpoint
from counterfoil.api.reference import reference

handler = open_endpoint(reference)
