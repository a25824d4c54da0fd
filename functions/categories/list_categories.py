"""GET /v1/categories: all categories, in the order of their creation."""

from counterfoil.api.category_changes import categories_answer, no_request
from counterfoil.api.endpoint import endpoint
from counterfoil.operations.project_settings import categories

handler = endpoint(decode=no_request, operate=categories, encode=categories_answer)
