"""PUT /v1/validation-rules/{id}: change a rule, and every copy of it."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.validation_rules import rule_answer, rule_update_request
from counterfoil.operations.validation_rules import update

handler = endpoint(decode=rule_update_request, operate=update, encode=rule_answer)
