"""DELETE /v1/validation-rules/{id}: take a rule away from all that it is assigned to."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.response import no_content
from counterfoil.api.validation_rules import named_rule_request
from counterfoil.operations.validation_rules import delete

handler = endpoint(decode=named_rule_request, operate=delete, encode=no_content)
