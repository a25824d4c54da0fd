"""Redemptions counted after all, in the store: what is added where, and what must still hold.

Source: protocol.md §9. The mark at a call's first record and the sums are one transaction, so each
redemption is counted once, and its rollback gives back what was added.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from counterfoil.domain.counts import NO_SHARE, Place
from counterfoil.storage import counts, keys, records, uses
from counterfoil.storage.plans import Action, Guard

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from counterfoil.domain.counts import Periods, Share
    from counterfoil.domain.records import Record
    from counterfoil.storage.counts import Tab
    from counterfoil.storage.definitions import Place as Lying

    # Where redemptions are to be counted after all.
    Due = Sequence[tuple[Record, frozenset[Place]]]


def unused(place: Lying) -> Iterator[Action]:
    """What is refused unless no redemption stands of the thing that lies there."""
    for key in place.counters:
        yield Action(key, Guard.STATE, conditions=("#used = :unused",), values={"unused": 0})


def countable(project: str, record: Record, places: Iterable[Place]) -> frozenset[Place]:
    """Those of `places` that `record` has a tab at: without a customer there is none of theirs."""
    counting = uses.counting_of(project, record)
    if counting is None:
        return frozenset()
    return frozenset(each for each in places if counting.tab(each) is not None)


def counter_of(project: str, record: Record) -> keys.Key | None:
    """The counter beside which `record` counts by API key."""
    counting = uses.counting_of(project, record)
    return None if counting is None else counting.counter


def counted(project: str, due: Due, firsts: Mapping[str, Record], now: Periods) -> Iterator[Action]:
    """Each record that is `due` counted at its places; `firsts` are those of their calls, by root.

    Counters of a life that is over are refused.
    """
    places: dict[str, dict[int, frozenset[Place]]] = {}
    for record, at in due:
        places.setdefault(record.root, {})[record.index] = at
    for root, marks in places.items():
        yield records.counted_after_all(project, firsts[root], marks)
    sums: dict[tuple[Tab, Periods, str | None], Share] = {}
    for record, place in ((record, place) for record, at in due for place in at):
        counting = uses.counting_of(project, record)
        tab = None if counting is None else counting.tab(place)
        if tab is not None and record.periods is not None and record.use is not None:
            life = record.use.generation if place is Place.API_KEY else None
            where = tab, record.periods, life
            sums[where] = sums.get(where, NO_SHARE).plus(record.share)
    for (tab, periods, life), share in sums.items():
        added = counts.counted_after(tab, share, periods, now)
        yield added if life is None else _of_life(added, life)


def _of_life(action: Action, generation: str) -> Action:
    return replace(action, conditions=("#gen = :gen",), values={"gen": generation})
