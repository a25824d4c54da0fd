"""DELETE …/stacking-rules/{stackingRulesId}: the defaults are in force again."""

from counterfoil.api.auth import MANAGEMENT
from counterfoil.api.endpoint import endpoint
from counterfoil.api.response import no_content
from counterfoil.api.stacking_rule_changes import named_request
from counterfoil.operations.project_settings import delete_stacking_rules

handler = endpoint(
    decode=named_request,
    operate=delete_stacking_rules,
    encode=no_content,
    opened_by=MANAGEMENT,
)
