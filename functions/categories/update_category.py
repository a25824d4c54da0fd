"""PUT /v1/categories/{categoryId}: what the body names is changed."""

from counterfoil.api.category_changes import category_answer, change_request
from counterfoil.api.endpoint import endpoint
from counterfoil.operations.project_settings import update_category

handler = endpoint(decode=change_request, operate=update_category, encode=category_answer)
