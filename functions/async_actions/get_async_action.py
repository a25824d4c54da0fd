"""GET /v1/async-actions/{asyncActionId}: how far an async action has come."""

from counterfoil.api.async_actions import action_answer, named_action_request
from counterfoil.api.endpoint import endpoint
from counterfoil.operations.async_actions import get

handler = endpoint(decode=named_action_request, operate=get, encode=action_answer)
