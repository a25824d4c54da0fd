"""Validation sessions in the store: one item per key (protocol.md §10).

What a session holds lies on the counters too, where it takes from the capacity; the item says
which, so that a redemption or a release needs no search. Sessions are listed by their ends. One
that is used up or let go is gone, so what stands after its end has lapsed; a key that is used
again leaves what had lapsed under it beside.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterfoil.domain.timestamps import from_millis, iso
from counterfoil.domain.validation_sessions import ValidationSession
from counterfoil.storage import keys, rollup_keys
from counterfoil.storage.marshal import Attributes, deflate, inflate, number, text
from counterfoil.storage.plans import ABSENT, Action, Guard

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

# So long after their ends reports can count them.
KEPT_SECONDS: Final = 40 * 24 * 3600
KIND: Final = "SS"


@dataclass(frozen=True, slots=True)
class Stored:
    """A session as it stands; `by` is the plan that wrote it, which a change is conditioned on."""

    session: ValidationSession
    by: str
    listed: bool = True


def stored(item: Attributes | None) -> Stored | None:
    """The session of an item, be it over."""
    if item is None:
        return None
    body = {**json.loads(inflate(item["body"])), "ends": number(item["ends"])}
    return Stored(ValidationSession.model_validate(body), text(item["by"]), "g1p" in item)


def ended_at(item: Attributes) -> datetime:
    """When a session, or one that had lapsed before its key was used again, was over."""
    return from_millis(number(item["ends"]))


def written(
    project: str, before: Stored | None, after: ValidationSession, by: str, now: int
) -> Iterator[Action]:
    """`after` in place of `before`, refused when it is no longer what was read.

    A session that holds nothing any more is gone. One that was over by `now` has lapsed, and stays
    in the list of sessions when another takes its key.
    """
    key = keys.validation_session(project, after.key)
    conditions = (ABSENT,) if before is None else ("#by = :seen",)
    values: Attributes = {} if before is None else {"seen": before.by}
    if not after.reservations:
        yield Action(key, Guard.STATE, conditions=conditions, values=values, deletes=True)
        return
    body = after.model_dump_json(exclude={"ends"}, exclude_defaults=True)
    # One that is over from the beginning holds nothing, so nothing of it can lapse.
    listed = _listed(project, after) if after.ends > now else {}
    yield Action(
        key,
        Guard.STATE,
        sets={"body": deflate(body.encode()), "by": by, **_times(after), **listed},
        removes=() if listed else ("g1p", "g1s"),
        conditions=conditions,
        values=values,
    )
    if before is not None and before.listed and before.session.ends <= now:
        yield _lapsed(project, before.session)


def _lapsed(project: str, session: ValidationSession) -> Action:
    """What is left of a session when its key is used again.

    Without a condition: the key's own is that it is as it was read, which is so only once.
    """
    partition = keys.validation_session(project, session.key).pk
    own = rollup_keys.lapsed_session(partition, iso(from_millis(session.ends)))
    return Action(own, Guard.STATE, sets={**_times(session), **_listed(project, session)})


def _times(session: ValidationSession) -> Attributes:
    return {"ends": session.ends, "exp": session.ends // 1000 + KEPT_SECONDS}


def _listed(project: str, session: ValidationSession) -> Attributes:
    """Its place in the list of sessions, which is sorted by their ends."""
    key = keys.validation_session(project, session.key)
    name = key.pk.rpartition("#")[2]
    return {
        "g1p": keys.listing(project, KIND, keys.shard_of(name)),
        "g1s": keys.at(iso(from_millis(session.ends)), name),
    }
