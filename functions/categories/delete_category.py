"""DELETE /v1/categories/{categoryId}: gone, and with a flag from the stacking rules too."""

from counterfoil.api.category_changes import deletion_request
from counterfoil.api.endpoint import endpoint
from counterfoil.api.response import no_content
from counterfoil.operations.project_settings import delete_category

handler = endpoint(decode=deletion_request, operate=delete_category, encode=no_content)
