"""GET /v1/validation-rules/{id}: one validation rule, strongly consistent."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.validation_rules import named_rule_request, rule_answer
from counterfoil.operations.named_rules import get

handler = endpoint(decode=named_rule_request, operate=get, encode=rule_answer)
