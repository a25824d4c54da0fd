"""POST /v1/validation-rules: create a validation rule."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.validation_rules import rule_answer, rule_request
from counterfoil.operations.validation_rules import create

handler = endpoint(decode=rule_request, operate=create, encode=rule_answer)
