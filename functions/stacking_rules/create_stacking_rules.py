"""POST …/stacking-rules: the project's own rules in place of the defaults."""

from counterfoil.api.auth import MANAGEMENT
from counterfoil.api.endpoint import endpoint
from counterfoil.api.stacking_rule_changes import creation_request, project_rules_answer
from counterfoil.operations.project_settings import create_stacking_rules

handler = endpoint(
    decode=creation_request,
    operate=create_stacking_rules,
    encode=project_rules_answer,
    opened_by=MANAGEMENT,
)
