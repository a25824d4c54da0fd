"""GET /v1/vouchers/{code}/transactions: what moved the money of a gift card."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.gift_cards import transactions_answer, transactions_request
from counterfoil.operations.gift_cards import list_transactions

handler = endpoint(
    decode=transactions_request, operate=list_transactions, encode=transactions_answer
)
