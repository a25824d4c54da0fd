"""Deliveries in the store: one item each, which every try moves on, and which ends after 30 days.

A try is recorded on condition that no other was since the delivery was read.
"""

from __future__ import annotations

import heapq
import json
from itertools import islice
from typing import TYPE_CHECKING

from counterfoil.domain.deliveries import KEPT, Delivery
from counterfoil.domain.timestamps import from_iso, millis
from counterfoil.storage import webhook_keys
from counterfoil.storage.marshal import Attributes, deflate, inflate, number
from counterfoil.storage.plans import ABSENT, Action, Guard
from counterfoil.storage.store import Question

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from counterfoil.storage.keys import Key
    from counterfoil.storage.store import Store


def stored(
    items: Mapping[Key, Attributes], project: str, webhook_id: str, delivery_id: str
) -> Delivery | None:
    """The delivery among `items`."""
    item = items.get(webhook_keys.delivery(project, webhook_id, delivery_id))
    return None if item is None else decoded(item)


def newest(
    store: Store, project: str, webhook_id: str, limit: int, before: str | None, now: datetime
) -> list[Delivery]:
    """The newest `limit` deliveries of a webhook that are older than the one with the id `before`.

    The item of one that has expired may still be there for a while.
    """
    found = []
    for partition in webhook_keys.shards(project, webhook_id):
        between = None if before is None else (" ", before)
        # Both ends are included, the one that is known already too.
        question = Question(partition, between=between, newest_first=True, limit=limit + 1)
        found.append([each for each in store.query(question) if each["sk"] != before])
    merged = heapq.merge(*found, key=lambda item: str(item["sk"]), reverse=True)
    alive = (item for item in merged if number(item["exp"]) * 1000 > millis(now))
    return [decoded(item) for item in islice(alive, limit)]


def written(project: str, before: Delivery | None, after: Delivery, by: str) -> Action:
    """`after` in place of `before`; of a new delivery, refused when it is there already."""
    unseen = {} if before is None else {"seen": before.attempts}
    return Action(
        webhook_keys.delivery(project, after.webhook_id, after.id),
        Guard.STATE,
        sets={
            "n": after.attempts,
            "body": deflate(after.model_dump_json(exclude_defaults=True).encode()),
            "exp": _ends_at(after),
            "by": by,
        },
        conditions=(ABSENT if before is None else "#n = :seen",),
        values={**unseen},
    )


def _ends_at(delivery: Delivery) -> int:
    """In seconds, as the table's time to live has it."""
    latest = delivery.attempted_at or from_iso(delivery.at)
    return millis(latest + KEPT) // 1000


def decoded(item: Attributes) -> Delivery:
    """The delivery of an item."""
    """The delivery of an item."""
    return Delivery.model_validate(json.loads(inflate(item["body"])))
