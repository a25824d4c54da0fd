"""The webhooks of a project in the store: one item, changed only over the version that was read.

Secrets lie there as they are, for every delivery is signed with one; no answer but that of the
creation shows it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.domain.webhooks import Webhooks
from counterfoil.storage import webhook_keys
from counterfoil.storage.marshal import Attributes, deflate, inflate, number
from counterfoil.storage.plans import ABSENT, Action, Guard

if TYPE_CHECKING:
    from collections.abc import Mapping

    from counterfoil.storage.keys import Key
    from counterfoil.storage.store import Store


@dataclass(frozen=True, slots=True)
class Stored:
    """The webhooks as they stand; version 0 when there never were any."""

    webhooks: Webhooks
    version: int


def get(store: Store, project: str) -> Webhooks:
    """The webhooks of `project`, strongly consistent."""
    return _stored(store.get(webhook_keys.webhooks(project))).webhooks


def stored(items: Mapping[Key, Attributes], project: str) -> Stored:
    """The webhooks among `items`."""
    return _stored(items.get(webhook_keys.webhooks(project)))


def changed(project: str, before: Stored, after: Webhooks, by: str) -> Action:
    """`after` in place of `before`, refused when that is no longer what stands there."""
    made = before.version > 0
    body = deflate(after.model_dump_json(exclude_defaults=True).encode())
    return Action(
        webhook_keys.webhooks(project),
        Guard.STATE,
        sets={"ver": before.version + 1, "body": body, "by": by},
        conditions=("#ver = :before" if made else ABSENT,),
        values={"before": before.version} if made else {},
    )


def _stored(item: Attributes | None) -> Stored:
    if item is None:
        return Stored(Webhooks(), 0)
    known = Webhooks.model_validate(json.loads(inflate(item["body"])))
    return Stored(known, number(item["ver"]))
