"""Validation sessions in the store: one item per key (protocol.md §10).

What a session holds lies on the counters too, where it takes from the capacity; the item says
which, so that a redemption or a release needs no search.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from counterfoil.domain.validation_sessions import ValidationSession
from counterfoil.storage import keys
from counterfoil.storage.marshal import Attributes, deflate, inflate, number, text
from counterfoil.storage.plans import ABSENT, Action, Guard

_KEPT_SECONDS: Final = 24 * 3600


@dataclass(frozen=True, slots=True)
class Stored:
    """A session as it stands; `by` is the plan that wrote it, which a change is conditioned on."""

    session: ValidationSession
    by: str


def stored(item: Attributes | None) -> Stored | None:
    """The session of an item, be it over."""
    if item is None:
        return None
    body = {**json.loads(inflate(item["body"])), "ends": number(item["ends"])}
    return Stored(ValidationSession.model_validate(body), text(item["by"]))


def written(project: str, before: Stored | None, after: ValidationSession, by: str) -> Action:
    """`after` in place of `before`, refused when it is no longer what was read.

    A session that holds nothing any more is gone.
    """
    key = keys.validation_session(project, after.key)
    conditions = (ABSENT,) if before is None else ("#by = :seen",)
    values: Attributes = {} if before is None else {"seen": before.by}
    if not after.reservations:
        return Action(key, Guard.STATE, conditions=conditions, values=values, deletes=True)
    body = after.model_dump_json(exclude={"ends"}, exclude_defaults=True)
    return Action(
        key,
        Guard.STATE,
        sets={
            "body": deflate(body.encode()),
            "ends": after.ends,
            "exp": after.ends // 1000 + _KEPT_SECONDS,
            "by": by,
        },
        conditions=conditions,
        values=values,
    )
