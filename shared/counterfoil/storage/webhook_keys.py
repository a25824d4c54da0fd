"""The keys of webhooks; `keys` has all others.

| collection | pk / sk                          | the question it answers                        |
|------------|----------------------------------|------------------------------------------------|
| webhooks   | `<p>#W` / `#`                    | whom the project's events are told             |
| deliveries | `<p>#WD#<webhook>#<0-7>` / `<id>`| what came of telling one webhook, oldest first |
"""

from __future__ import annotations

import re
from typing import Final

from counterfoil.storage.keys import SHARDS, Key, shard_of

_WEBHOOK: Final = re.compile(r"wh_[A-Za-z0-9]{24}")
_DELIVERY: Final = re.compile(r"whd_[0-9a-f]{24}")


def webhooks(project: str) -> Key:
    """All webhooks of the project."""
    return Key(f"{project}#W", "#")


def delivery(project: str, webhook_id: str, delivery_id: str) -> Key:
    """One delivery of a webhook. Only what `is_delivery` names may be asked for."""
    return Key(_shard(project, webhook_id, shard_of(delivery_id)), delivery_id)


def shards(project: str, webhook_id: str) -> tuple[str, ...]:
    """The partitions of a webhook's deliveries."""
    return tuple(_shard(project, webhook_id, each) for each in range(SHARDS))


def is_webhook(name: str) -> bool:
    """Whether `name` could be a webhook's id; what could not is never asked of the store."""
    return _WEBHOOK.fullmatch(name) is not None


def is_delivery(name: str) -> bool:
    """Whether `name` could be a delivery's id, likewise."""
    return _DELIVERY.fullmatch(name) is not None


def _shard(project: str, webhook_id: str, shard: int) -> str:
    return f"{project}#WD#{webhook_id}#{shard}"
