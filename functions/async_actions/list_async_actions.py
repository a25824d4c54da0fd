"""GET /v1/async-actions: the newest async actions."""

from counterfoil.api.async_actions import actions_answer, actions_request
from counterfoil.api.endpoint import endpoint
from counterfoil.operations.async_action_lists import list_async_actions

handler = endpoint(decode=actions_request, operate=list_async_actions, encode=actions_answer)
