"""POST /v1/vouchers/{code}/balance: put credits on a gift card, or take them off it."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.gift_cards import balance_answer, balance_request
from counterfoil.operations.gift_cards import change_balance

handler = endpoint(decode=balance_request, operate=change_balance, encode=balance_answer)
