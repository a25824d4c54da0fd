"""Counting hours: the lists of an hour walked, and what they name read by key."""

from __future__ import annotations

from bisect import bisect_right
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from counterfoil.domain.rollups import Tally
from counterfoil.domain.timestamps import from_iso, iso, millis
from counterfoil.storage import history, keys, orders, records, validation_sessions
from counterfoil.storage.lists import Stretch, Walk, key_of
from counterfoil.storage.marshal import number, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from counterfoil.domain.report_periods import Hour
    from counterfoil.domain.rollups import Calendar, Rollup
    from counterfoil.operations.call import Call
    from counterfoil.storage.marshal import Attributes
    from counterfoil.storage.orders import Stored

_CHUNK: Final = 500
_MOMENT: Final = timedelta(milliseconds=1)
# Longer than any list lags; well before the items of sessions that ran out are gone.
_SESSIONS_KNOWN: Final = timedelta(seconds=validation_sessions.KEPT_SECONDS) - timedelta(days=1)


def count(call: Call, hours: Sequence[Hour], calendar: Calendar) -> list[Rollup]:
    """What each of `hours`, which follow one another, adds up to now."""
    counting = _Counting(call, hours, calendar)
    counting.orders()
    counting.records()
    counting.sessions()
    return [tally.rollup() for tally in counting.tallies]


def has_more_orders(call: Call, hours: Sequence[Hour], limit: int) -> bool:
    """Whether more than `limit` orders were created in `hours`."""
    walk = Walk(call.store, _stretch(call, "O", hours, None), limit)
    return len(walk.entries(0, limit + 1)) > limit


def are_sessions_known(call: Call, hour: Hour) -> bool:
    """Whether the sessions that ran out in the hour still have their items."""
    return call.now - hour.end < _SESSIONS_KNOWN


class _Counting:
    def __init__(self, call: Call, hours: Sequence[Hour], calendar: Calendar) -> None:
        self._call = call
        self._hours = hours
        self._calendar = calendar
        self._starts = [hour.start for hour in hours]
        self.tallies = [Tally() for _ in hours]

    def orders(self) -> None:
        """The orders that were created, as they stand now, and their customers."""
        for entries in self._entries("O"):
            found = self._call.store.get_all([key_of(each) for each in entries])
            stored = [orders.stored(item) for item in found.values()]
            known = [each for each in stored if each is not None]
            for each in known:
                lapsed = each.lapsed(millis(self._call.now))
                self._tally(each.order.created_at).add_order(each.order, lapsed)
            self._customers(known)

    def _customers(self, found: Sequence[Stored]) -> None:
        """Who is new and who has returned, among those whose orders count."""
        counted = [each for each in found if each.counted is not None]
        names = {each.counted.customer_id for each in counted if each.counted}
        wanted = [keys.lifetime(self._call.project, name) for name in sorted(names)]
        lifetimes = self._call.store.get_all(wanted)
        for each in counted:
            contribution = each.counted
            if contribution is None:
                continue
            own = lifetimes.get(keys.lifetime(self._call.project, contribution.customer_id), {})
            # Who has one counted order at all has this one.
            alone = number(own.get("n", 0)) == 1
            before = (
                None
                if alone
                else history.previous(self._call.store, self._call.project, contribution)
            )
            at = each.order.created_at
            then = None if before is None else from_iso(before.created_at)
            self._tally(at).add_customer(at, then, self._calendar)

    def records(self) -> None:
        """The redemptions and rollbacks that were made; a call's first record tells of the rest."""
        for entries in self._entries("R"):
            wanted = [key_of(each) for each in entries]
            items = self._call.store.get_all(wanted)
            for record in records.decoded(items.values()):
                self._tally(record.date).add_record(record)

    def sessions(self) -> None:
        """The sessions that ran out and still hold what nobody redeemed or let go."""
        for entries in self._entries("SS"):
            found = self._call.store.get_all([key_of(each) for each in entries])
            for item in found.values():
                at = validation_sessions.ended_at(item)
                if at <= self._call.now and self._starts[0] <= at < self._hours[-1].end:
                    self._lapsed(at)

    def _lapsed(self, at: datetime) -> None:
        tally = self._tally(at)
        tally.lapsed = (tally.lapsed or 0) + 1

    def _tally(self, at: datetime) -> Tally:
        return self.tallies[bisect_right(self._starts, at) - 1]

    def _entries(self, kind: str) -> Iterator[tuple[Attributes, ...]]:
        """The entries of a list that lie in the hours, the oldest first, in chunks."""
        beyond: str | None = None
        while True:
            walk = Walk(self._call.store, _stretch(self._call, kind, self._hours, beyond), _CHUNK)
            entries = walk.entries(0, _CHUNK)
            if entries:
                yield entries
                beyond = text(entries[-1]["g1s"])
            if len(entries) < _CHUNK:
                return


def _stretch(call: Call, kind: str, hours: Sequence[Hour], beyond: str | None) -> Stretch:
    shards = tuple(keys.listing(call.project, kind, shard) for shard in range(keys.SHARDS))
    return Stretch(
        "g1",
        shards,
        newest_first=False,
        after=iso(hours[0].start - _MOMENT),
        before=iso(hours[-1].end),
        beyond=beyond,
    )
