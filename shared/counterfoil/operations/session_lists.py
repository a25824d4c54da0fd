"""Validation sessions in the order of their ends: those that last, and those that ran out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.domain.timestamps import iso
from counterfoil.operations.lists import Between, Paging, Times, walk
from counterfoil.storage import validation_sessions
from counterfoil.storage.lists import key_of

if TYPE_CHECKING:
    from datetime import datetime

    from counterfoil.domain.validation_sessions import ValidationSession
    from counterfoil.operations.call import Call
    from counterfoil.storage.marshal import Attributes


@dataclass(frozen=True, slots=True)
class SessionsWanted:
    """The next to end of those that are `live`, or the last that ran out."""

    limit: int
    live: bool


@dataclass(frozen=True, slots=True)
class Held:
    """A session; None where its key was used again since, so that only its end is known."""

    ends_at: datetime
    session: ValidationSession | None


@dataclass(frozen=True, slots=True)
class Listed:
    """Some sessions, and whether there are more."""

    sessions: tuple[Held, ...]
    has_more: bool


def list_sessions(call: Call, wanted: SessionsWanted) -> Listed:
    """Those that still hold what nobody redeemed or let go."""
    now = iso(call.now)
    ends = Between(after=now) if wanted.live else Between(before=now)
    paging = Paging(wanted.limit, 1, "created_at" if wanted.live else "-created_at")
    found = walk(call, validation_sessions.KIND, paging, Times(created=ends))
    entries = found.entries(0, wanted.limit + 1)
    in_order = [key_of(entry) for entry in entries[: wanted.limit]]
    items = call.store.get_all(in_order)
    return Listed(
        tuple(_held(items[key]) for key in in_order if key in items),
        len(entries) > wanted.limit,
    )


def _held(item: Attributes) -> Held:
    stored = validation_sessions.stored(item) if "body" in item else None
    return Held(validation_sessions.ended_at(item), None if stored is None else stored.session)
