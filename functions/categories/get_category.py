"""GET /v1/categories/{categoryId}: one category."""

from counterfoil.api.category_changes import category_answer, named_request
from counterfoil.api.endpoint import endpoint
from counterfoil.operations.project_settings import category

handler = endpoint(decode=named_request, operate=category, encode=category_answer)
