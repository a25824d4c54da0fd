"""Marking hours whose sums have moved, by what the table's stream tells.

A mark says that an hour is to be counted again and nothing else, so it does not matter how often a
change comes, nor which of two comes first. Marked are the hour of an order's creation and that of
each redemption or rollback; and, when an order begins or ends to count in its customer's history,
the hour of the order that follows it there, for that one tells whether its customer is new.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from counterfoil.domain.report_periods import utc_hour
from counterfoil.domain.timestamps import from_iso, local
from counterfoil.storage import history, keys, orders, projects, rollups
from counterfoil.storage.marshal import number
from counterfoil.storage.store import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime, tzinfo

    from counterfoil.domain.stream_changes import Change
    from counterfoil.storage.store import Store

_EVENTS: Final = "E"


def mark(store: Store, changes: Iterable[Change], now: datetime, zone: tzinfo) -> int:
    """Mark every hour that `changes` move; how many there were. Raises Unavailable.

    One write per hour, whatever number of changes moves it, and one more for an hour whose day is
    over: its reports are to be built again.
    """
    moved: dict[str, set[datetime]] = defaultdict(set)
    for change in changes:
        moved[change.project].update(map(utc_hour, _moments(store, change)))
    for project, hours in moved.items():
        for hour in sorted(hours):
            version = number(store.write(rollups.marked(project, hour, now))["v"])
            if version == 1:  # once an hour is often enough
                projects.enter(store, project, now)
            if local(hour, zone).date() < local(now, zone).date():
                _late(store, project, hour, version)
    return sum(map(len, moved.values()))


def _late(store: Store, project: str, hour: datetime, version: int) -> None:
    try:
        store.write(rollups.late(project, hour, version))
    except Refused:
        return  # a later mark was there first


def _moments(store: Store, change: Change) -> Iterator[datetime]:
    """The instants whose hours a change moves; nothing of what has no part in reports."""
    match change.collection:
        case "O" if change.sk.startswith(_EVENTS):
            yield from _of_order(store, change)
        case "R" if change.sk == _EVENTS:
            yield from _at(change, "at")
        case "C" if change.sk.startswith(keys.MARKERS):
            yield from_iso(change.sk.split("#")[1])
            following = history.following(store, keys.Key(change.pk, change.sk))
            if following is not None:
                yield from_iso(following.created_at)
        case _:
            return


def _of_order(store: Store, change: Change) -> Iterator[datetime]:
    """When the order was created, and when something was redeemed or rolled back on it."""
    if change.text("ca") is not None:
        yield from _at(change, "ca")
    else:
        # An event from before events told it.
        stored = orders.stored(store.get(keys.Key(change.pk, "#")))
        yield from () if stored is None else (stored.order.created_at,)
    if change.text("red") is not None:
        yield from _at(change, "at")


def _at(change: Change, name: str) -> Iterator[datetime]:
    known = change.text(name)
    if known is not None:
        yield from_iso(known)
