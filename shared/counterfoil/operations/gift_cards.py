"""The money of a gift card: put on it and taken off by hand, and what moved it (domain.md §2.6)."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from itertools import groupby, islice
from typing import TYPE_CHECKING, Final

from counterfoil.domain.errors import InvalidQuery, NotFound
from counterfoil.domain.gift_definitions import credited
from counterfoil.domain.gift_transactions import GiftTransaction, origin_of, transaction_of
from counterfoil.domain.holds import seen_at
from counterfoil.domain.timestamps import millis
from counterfoil.operations import named_vouchers
from counterfoil.operations.commits import Proposal, commit
from counterfoil.operations.snapshots import Snapshot
from counterfoil.storage import gift_transactions, keys, records, vouchers
from counterfoil.storage.gift_transactions import Card, Way
from counterfoil.storage.plans import Plan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from counterfoil.domain.counters import GiftBalance
    from counterfoil.domain.voucher_payloads import BalancePayload
    from counterfoil.operations.call import Call
    from counterfoil.storage.vouchers import Stored

_CHUNK: Final = 100


@dataclass(frozen=True, slots=True)
class BalanceChange:
    """What is to be added to the card that `name`, a code or an id, stands for."""

    name: str
    payload: BalancePayload


@dataclass(frozen=True, slots=True)
class TransactionsWanted:
    """Which transactions of the card: so many, from which end, after which."""

    name: str
    limit: int
    newest_first: bool
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Transactions:
    """Some transactions of a card, in their order, and whether there are more."""

    entries: tuple[GiftTransaction, ...]
    has_more: bool


def change_balance(call: Call, request: BalanceChange) -> GiftTransaction:
    """Credits put on a gift card, or taken off it. Raises NotFound, InvalidAddBalance.

    The transaction's key is drawn once for the request, so it cannot be done twice.
    """
    payload = request.payload
    names = named_vouchers.names(call, request.name)
    snapshot = Snapshot(call, vouchers.keys_of(call.project, names))

    def propose(by: str) -> Proposal[GiftTransaction]:
        found = named_vouchers.find(call, request.name, snapshot.take())
        if found is None:
            raise NotFound("voucher", request.name)
        call.trace.ids["voucher_id"] = found.voucher.id
        counter = seen_at(found.counter, millis(call.now))
        after = credited(found.voucher, counter.gift, payload.amount)
        done = _by_hand(call, found, payload, after)
        plan = Plan()
        plan.add(*vouchers.credited(call.project, found.voucher.id, counter, payload.amount))
        plan.add(gift_transactions.written(_card(call, found), done, by))
        return Proposal(plan, done)

    return commit(call, propose)


def list_transactions(call: Call, wanted: TransactionsWanted) -> Transactions:
    """What moved the card's money in this life of it. Raises NotFound, InvalidQuery.

    What it began with is no transaction; a voucher that is no gift card has none.
    """
    found = named_vouchers.get(call, wanted.name)
    card = _card(call, found)
    last = None if wanted.after is None else _transaction(call, card, wanted.after)
    start = None if last is None else last.created_at
    way = Way(wanted.newest_first, start, wanted.limit + 2)
    entries = islice(_beyond(last, _in_order(call, card, way), way), wanted.limit + 1)
    shown = tuple(entries)
    return Transactions(shown[: wanted.limit], len(shown) > wanted.limit)


def all_of(call: Call, found: Stored) -> Iterator[GiftTransaction]:
    """Everything that moved the money of a card in this life of it, the oldest first."""
    return _in_order(call, _card(call, found), Way(newest_first=False, start=None, chunk=_CHUNK))


def _by_hand(
    call: Call, found: Stored, payload: BalancePayload, after: GiftBalance
) -> GiftTransaction:
    return GiftTransaction(
        id=call.ids.transaction,
        voucher_id=found.voucher.id,
        campaign_id=found.voucher.campaign_id,
        type="CREDITS_ADDITION" if payload.amount > 0 else "CREDITS_REMOVAL",
        amount=payload.amount,
        total=after.loaded,
        balance=after.balance,
        source_id=payload.source_id,
        source="API",
        reason=payload.reason,
        created_at=call.now,
    )


def _card(call: Call, found: Stored) -> Card:
    return Card(call.project, found.voucher.id, found.counter.generation)


def _in_order(call: Call, card: Card, way: Way) -> Iterator[GiftTransaction]:
    """All from the start of `way` on; those of one moment by id."""
    merged = heapq.merge(
        gift_transactions.by_hand(call.store, card, way),
        gift_transactions.by_redemption(call.store, card, way),
        key=lambda each: each.created_at,
        reverse=way.newest_first,
    )
    for _, together in groupby(merged, key=lambda each: each.created_at):
        yield from sorted(together, key=lambda each: each.id, reverse=way.newest_first)


def _beyond(
    last: GiftTransaction | None, entries: Iterator[GiftTransaction], way: Way
) -> Iterator[GiftTransaction]:
    for each in entries:
        if last is None or (
            each.place < last.place if way.newest_first else each.place > last.place
        ):
            yield each


def _transaction(call: Call, card: Card, transaction_id: str) -> GiftTransaction:
    """The card's transaction with this id. Raises InvalidQuery."""
    origin = origin_of(transaction_id)
    found = None
    if origin is not None and origin.by_hand_at is not None:
        way = Way(newest_first=False, start=origin.by_hand_at, chunk=10)
        done = gift_transactions.by_hand(call.store, card, way)
        found = next((each for each in done if each.id >= transaction_id), None)
    elif origin is not None:
        key = keys.record_at(call.project, origin.root, origin.index, undoes=origin.is_rollback)
        for record in records.decoded(call.store.get_all([key]).values()):
            found = transaction_of(record, card.generation)
    if found is None or (found.id, found.voucher_id) != (transaction_id, card.voucher_id):
        message = f"Property .starting_after_id is no transaction of this voucher: {transaction_id}"
        raise InvalidQuery(message)
    return found
