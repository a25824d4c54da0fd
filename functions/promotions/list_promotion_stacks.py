"""GET /v1/promotions/stacks: one page of all promotion stacks."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.promotion_lists import stacks_answer, stacks_request
from counterfoil.operations.promotion_lists import list_stacks

handler = endpoint(decode=stacks_request, operate=list_stacks, encode=stacks_answer)
