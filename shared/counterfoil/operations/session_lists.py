"""Sessions that last, and sessions that ran out: of validations by their ends, and of orders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.domain.timestamps import iso, millis
from counterfoil.operations.lists import Between, Paging, Times, ids_on, walk
from counterfoil.storage import keys, orders, validation_sessions
from counterfoil.storage.lists import key_of

if TYPE_CHECKING:
    from datetime import datetime

    from counterfoil.domain.validation_sessions import ValidationSession
    from counterfoil.operations.call import Call
    from counterfoil.storage.marshal import Attributes
    from counterfoil.storage.orders import Stored


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


def list_order_sessions(call: Call, looked: int) -> list[Stored]:
    """Of the orders that were changed last, those that a request holds now, and those of which a
    session ran out.
    """
    paging = Paging(looked, 1, "-updated_at")
    names = ids_on(walk(call, "O", paging), paging)
    items = call.store.get_all([keys.order(call.project, each) for each in names])
    found = (orders.stored(items.get(keys.order(call.project, each))) for each in names)
    now = millis(call.now)
    return [
        each for each in found if each is not None and (each.is_held(now) or each.lapsed(now) > 0)
    ]


def _held(item: Attributes) -> Held:
    stored = validation_sessions.stored(item) if "body" in item else None
    return Held(validation_sessions.ended_at(item), None if stored is None else stored.session)
