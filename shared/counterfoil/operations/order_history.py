"""An order as it was: at a version, at an instant, event by event (docs/decisions/0032).

The order is read first and its events after it, both strongly consistent: every event up to the
version read is there, and later ones are left alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.domain.errors import HistoryUnknown, NotFound
from counterfoil.domain.order_versions import back, forward, order_of, version_at
from counterfoil.operations import sessions
from counterfoil.storage import order_events

if TYPE_CHECKING:
    from datetime import datetime

    from counterfoil.domain.order_versions import OrderEvent
    from counterfoil.domain.orders import Order
    from counterfoil.operations.call import Call
    from counterfoil.storage.orders import Stored


@dataclass(frozen=True, slots=True)
class EventsWanted:
    """Which events of the order that `name`, an id or source_id, stands for.

    `beyond` is the version after which the page begins, None for its first.
    """

    name: str
    limit: int
    newest_first: bool = False
    beyond: int | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """One page of an order's events; `total` is how many it has in all."""

    order: Order
    events: tuple[OrderEvent, ...]
    total: int
    has_more: bool


def at_version(call: Call, order_id: str, version: int) -> Order:
    """The order with `order_id` as the event of `version` left it.

    Raises NotFound, be it for a version that there is not yet, and HistoryUnknown.
    """
    found = sessions.find_by_id(call, order_id)
    if found is None or not 0 < version <= found.version:
        raise NotFound("order", order_id)
    if version == found.version:
        return found.order
    if found.is_told_from_birth:
        return _told(call, found, _events(call, found, 1, version), version)
    return _told(call, found, _events(call, found, version + 1, found.version), version)


def as_of(call: Call, name: str, instant: datetime) -> Order:
    """The order with the id or source_id `name` as it stood at `instant`.

    Raises NotFound, be it for an order that was not made by then, and HistoryUnknown.
    """
    found = sessions.find_named(call, name)
    events = _events(call, found, 1, found.version)
    version = version_at(events, instant)
    if version == 0:
        raise NotFound("order", name)
    return found.order if version == found.version else _told(call, found, events, version)


def timeline(call: Call, wanted: EventsWanted) -> Timeline:
    """One page of what happened to an order. Raises NotFound."""
    found = sessions.find_named(call, wanted.name)
    first, last = 1, found.version
    if wanted.beyond is not None and wanted.newest_first:
        last = min(last, wanted.beyond - 1)
    elif wanted.beyond is not None:
        first = wanted.beyond + 1
    # Versions follow each other without a gap, so the page's events are known by their keys.
    end = min(last, first + wanted.limit - 1)
    start = max(first, last - wanted.limit + 1)
    page = (start, last) if wanted.newest_first else (first, end)
    events = _events(call, found, *page) if first <= last else []
    shown = tuple(reversed(events)) if wanted.newest_first else tuple(events)
    return Timeline(found.order, shown, found.version, has_more=page != (first, last))


def _events(call: Call, found: Stored, first: int, last: int) -> list[OrderEvent]:
    return order_events.of_order(call.store, call.project, found.order.id, (first, last))


def _told(call: Call, found: Stored, events: list[OrderEvent], version: int) -> Order:
    """The order at `version`, by its events from the first on or back from what is stored."""
    if found.is_told_from_birth:
        document = forward([each for each in events if each.version <= version])
    else:
        document = back(found.order, events, version)
    if document is None:
        raise HistoryUnknown(found.order.id, version)
    call.trace.ids["order_id"] = found.order.id
    return order_of(document, found.order.id)
