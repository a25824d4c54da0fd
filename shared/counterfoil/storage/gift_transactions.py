"""Gift transactions in the store: those done by hand as items, the others as records.

Source: protocol.md §8. An item lies with its voucher, by time, and outlives it; the life that it
belongs to tells whose it is.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from counterfoil.domain.gift_transactions import GiftTransaction, transaction_of
from counterfoil.domain.timestamps import iso
from counterfoil.storage import keys, records
from counterfoil.storage.lists import Stretch, key_of
from counterfoil.storage.marshal import deflate, inflate
from counterfoil.storage.plans import Action, Guard, put
from counterfoil.storage.store import Question

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from counterfoil.storage.marshal import Attributes
    from counterfoil.storage.store import Store

_MOMENT: Final = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Card:
    """Whose transactions: a voucher in one of its lives."""

    project: str
    voucher_id: str
    generation: str


@dataclass(frozen=True, slots=True)
class Way:
    """Which way along them, from which moment on, itself included, and how many to read at once."""

    newest_first: bool
    start: datetime | None
    chunk: int


def written(card: Card, transaction: GiftTransaction, by: str) -> Action:
    """A transaction done by hand; its key is drawn once per request."""
    body = transaction.model_dump_json(exclude={"voucher_id"}, exclude_defaults=True)
    key = keys.gift_transaction(card.project, card.voucher_id, *transaction.place)
    attributes: Attributes = {"body": deflate(body.encode()), "gen": card.generation, "by": by}
    return put(key, Guard.STATE, attributes)


def by_hand(store: Store, card: Card, way: Way) -> Iterator[GiftTransaction]:
    """Those done by hand, in the order of time."""
    prefix = keys.GIFT_TRANSACTIONS
    first, last = prefix, f"{prefix}~"
    if way.start is not None and way.newest_first:
        last = f"{prefix}{iso(way.start)}~"
    elif way.start is not None:
        first = f"{prefix}{iso(way.start)}"
    partition = keys.voucher(card.project, card.voucher_id).pk
    question = Question(partition, between=(first, last), newest_first=way.newest_first)
    for found in _chunks(store, question, way.chunk):
        for item in found:
            if item["gen"] == card.generation:
                body = json.loads(inflate(item["body"]))
                yield GiftTransaction.model_validate({**body, "voucher_id": card.voucher_id})


def by_redemption(store: Store, card: Card, way: Way) -> Iterator[GiftTransaction]:
    """Those of redemptions and rollbacks, in the order of time; the index lags a moment behind."""
    stretch = Stretch(
        "g2",
        (keys.voucher_redemptions(card.project, card.voucher_id),),
        newest_first=way.newest_first,
        after=None if way.start is None or way.newest_first else iso(way.start - _MOMENT),
        before=None if way.start is None or not way.newest_first else iso(way.start + _MOMENT),
    )
    for question in stretch.questions:
        for found in _chunks(store, question, way.chunk):
            wanted = [key_of(entry) for entry in found]
            items = store.get_all(wanted)
            known = (items[key] for key in wanted if key in items)
            for record in records.decoded(known):
                moved = transaction_of(record, card.generation)
                if moved is not None:
                    yield moved


def _chunks(store: Store, question: Question, size: int) -> Iterator[Sequence[Attributes]]:
    while True:
        found = store.query(replace(question, limit=size))
        yield found
        if len(found) < size:
            return
        question = replace(question, beyond=found[-1])
