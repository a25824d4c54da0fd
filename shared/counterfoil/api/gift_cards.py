"""The money of gift cards on the wire: balances and transactions (domain.md §2.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.api.queries import paging
from counterfoil.api.response import Response, json_response
from counterfoil.domain.timestamps import iso
from counterfoil.domain.voucher_payloads import BalancePayload
from counterfoil.operations.gift_cards import BalanceChange, TransactionsWanted

if TYPE_CHECKING:
    from counterfoil.api.orders import Document
    from counterfoil.api.request import Request
    from counterfoil.domain.gift_transactions import GiftTransaction
    from counterfoil.operations.gift_cards import Transactions


def balance_request(request: Request) -> BalanceChange:
    """Path and body of `POST /v1/vouchers/{code}/balance`."""
    return BalanceChange(request.parameter("code"), request.payload(BalancePayload))


def balance_answer(done: GiftTransaction) -> Response:
    """200 with what was done and what the card has then."""
    return json_response(200, _balance(done))


def transactions_request(request: Request) -> TransactionsWanted:
    """The voucher in the path, `limit`, `order` by id, which is by time, and the cursor."""
    page = paging(request, ("id",), 1, default="-id")
    after = request.query_value("starting_after_id")
    return TransactionsWanted(request.parameter("code"), page.limit, page.descending, after)


def transactions_answer(found: Transactions) -> Response:
    """200 with some transactions and where the next ones begin."""
    document: Document = {
        "object": "list",
        "data_ref": "data",
        "data": [_transaction(each) for each in found.entries],
        "has_more": found.has_more,
    }
    if found.has_more:
        document["more_starting_after"] = found.entries[-1].id
    return json_response(200, document)


def _transaction(done: GiftTransaction) -> Document:
    return {
        "id": done.id,
        "source_id": done.source_id,
        "voucher_id": done.voucher_id,
        "campaign_id": done.campaign_id,
        "source": done.source,
        "reason": done.reason,
        "type": done.type,
        "details": _details(done),
        "related_transaction_id": done.related_id,
        "created_at": iso(done.created_at),
    }


def _details(done: GiftTransaction) -> Document:
    details: Document = {"balance": _balance(done)}
    if done.order_id is not None:
        details["order"] = {"id": done.order_id, "source_id": done.order_source_id}
    if done.record_id is not None:
        undone = done.type == "CREDITS_REFUND"
        details["rollback" if undone else "redemption"] = {"id": done.record_id}
    return details


def _balance(done: GiftTransaction) -> Document:
    """What moved; what the card had then is left out where nobody looked."""
    then: Document = {} if done.total is None else {"total": done.total, "balance": done.balance}
    return {
        "amount": done.amount,
        **then,
        "type": "gift_voucher",
        "operation_type": "AUTOMATIC" if done.record_id else "MANUAL",
        "object": "balance",
        "related_object": {"type": "voucher", "id": done.voucher_id},
    }
