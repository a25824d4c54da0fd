"""POST /v1/categories: a new category."""

from counterfoil.api.category_changes import category_answer, creation_request
from counterfoil.api.endpoint import endpoint
from counterfoil.operations.project_settings import create_category

handler = endpoint(decode=creation_request, operate=create_category, encode=category_answer)
