"""PUT …/projects/{projectId}/stacking-rules/{stackingRulesId}: what the body names is changed."""

from counterfoil.api.auth import MANAGEMENT
from counterfoil.api.endpoint import endpoint
from counterfoil.api.stacking_rule_changes import change_request, project_rules_answer
from counterfoil.operations.project_settings import update_stacking_rules

handler = endpoint(
    decode=change_request,
    operate=update_stacking_rules,
    encode=project_rules_answer,
    opened_by=MANAGEMENT,
)
