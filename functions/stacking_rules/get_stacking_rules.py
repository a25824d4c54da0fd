"""GET /management/v1/projects/{projectId}/stacking-rules/{stackingRulesId}: the rules."""

from counterfoil.api.auth import MANAGEMENT
from counterfoil.api.endpoint import endpoint
from counterfoil.api.stacking_rule_changes import named_request, project_rules_answer
from counterfoil.operations.project_settings import one_of_stacking_rules

handler = endpoint(
    decode=named_request,
    operate=one_of_stacking_rules,
    encode=project_rules_answer,
    opened_by=MANAGEMENT,
)
