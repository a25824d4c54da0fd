"""GET …/projects/{projectId}/stacking-rules: the rules, none while the defaults are in force."""

from counterfoil.api.auth import MANAGEMENT
from counterfoil.api.endpoint import endpoint
from counterfoil.api.stacking_rule_changes import list_answer_of, list_request
from counterfoil.operations.project_settings import stacking_rules

handler = endpoint(
    decode=list_request, operate=stacking_rules, encode=list_answer_of, opened_by=MANAGEMENT
)
