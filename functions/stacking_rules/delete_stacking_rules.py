"""DELETE …/stacking-rules/{stackingRulesId}: the defaults are in force again."""

from counterfoil.api.auth import MANAGEMENT
from counterfoil.api.endpoint import endpoint
from counterfoil.api.stacking_rule_changes import deletion_answer, named_request
from counterfoil.operations.project_settings import delete_stacking_rules

handler = endpoint(
    decode=named_request,
    operate=delete_stacking_rules,
    encode=deletion_answer,
    opened_by=MANAGEMENT,
)
