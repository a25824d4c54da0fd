"""GET /v1/validation-rules: one page of all validation rules."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.validation_rules import rules_answer, rules_request
from counterfoil.operations.rule_lists import list_rules

handler = endpoint(decode=rules_request, operate=list_rules, encode=rules_answer)
