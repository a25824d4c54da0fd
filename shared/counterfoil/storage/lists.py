"""Lists: the shards of an index walked as one, in the order of their sort keys (protocol.md §12).

An index holds keys only and lags a moment behind; what is shown is read by those keys. Nothing
that decides reads an index.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, replace
from itertools import groupby, islice
from operator import itemgetter
from typing import TYPE_CHECKING, Final, NamedTuple

from counterfoil.storage.keys import Key
from counterfoil.storage.marshal import Attributes, text
from counterfoil.storage.store import Question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from counterfoil.storage.store import Store

# Totals that are not kept are counted this far, and filters look this far.
BOUND: Final = 10_000
_MARGIN: Final = 5
_GROWTH: Final = 4
# Sort keys in time order are printable ASCII: no time and no id lies outside of these.
_FIRST: Final = " "
_LAST: Final = "\x7f"
# Names may be anything; the store compares their bytes, which is to compare their characters.
_LOWEST: Final = "\0"
_HIGHEST: Final = "\U0010ffff"


class Place(NamedTuple):
    """Where a thing stands in a list: its sort key, and what tells things of one sort key apart.

    It says nothing of shards, so it means the same when there are more of them.
    """

    sort: str
    pk: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """Part of a list: index, its partitions, the direction, and the times it lies between.

    `after` and `before` are times as in the sort key, both excluded. `beyond` is a sort key that
    was walked to already, the oldest first: it and what is older are left out. `since` is the place
    that a walk in the stretch's own direction has come to.
    """

    index: str
    partitions: tuple[str, ...]
    newest_first: bool = True
    after: str | None = None
    before: str | None = None
    beyond: str | None = None
    since: Place | None = None

    @property
    def between(self) -> tuple[str, str] | None:
        """The sort keys that the times stand for: `<time>#<id>` lies after `<time>` itself."""
        if {self.after, self.before, self.beyond, self.since} == {None}:
            return None
        first = _LOWEST if self.after is None else f"{self.after}#{_LAST}"
        # Nothing printable comes before a space, so this is the next that there can be.
        beyond = "" if self.beyond is None else f"{self.beyond}{_FIRST}"
        first, last = max(first, beyond), self.before or _HIGHEST
        if self.since is None:
            return first, last
        # What has the very sort key of the place may still lie before or behind it.
        if self.newest_first:
            return first, min(last, self.since.sort)
        return max(first, self.since.sort), last

    @property
    def questions(self) -> tuple[Question, ...]:
        """One for each partition; none when no time can lie between the two."""
        between = self.between
        if between is not None and between[0] > between[1]:
            return ()
        return tuple(
            Question(each, self.index, between=between, newest_first=self.newest_first)
            for each in self.partitions
        )


class Walk:
    """One way along a stretch: entries are asked for as they are needed, shard by shard."""

    def __init__(self, store: Store, stretch: Stretch, expected: int) -> None:
        chunk = min(expected // len(stretch.partitions) + _MARGIN, BOUND)
        self._sort_key = f"{stretch.index}s"
        self._newest_first = stretch.newest_first
        self._since = stretch.since
        self._shards = [_Shard(store, each, chunk) for each in stretch.questions]

    def entries(self, start: int, stop: int) -> tuple[Attributes, ...]:
        """The entries from `start` up to before `stop`, with keys only; ties by id."""
        return tuple(islice(self.following(), start, stop))

    def following(self) -> Iterator[Attributes]:
        """All entries, read as they are asked for; of a thing with several at one place the last.

        The store has those of one sort key in no order of its own.
        """
        merged = heapq.merge(
            *(shard.entries() for shard in self._shards),
            key=itemgetter(self._sort_key),
            reverse=self._newest_first,
        )
        for _, alike in groupby(merged, key=itemgetter(self._sort_key)):
            by_place = {self.place_of(entry): entry for entry in alike}
            for place in sorted(by_place, reverse=self._newest_first):
                if self._is_ahead(place):
                    yield by_place[place]

    def place_of(self, entry: Attributes) -> Place:
        """Where an entry of this walk stands."""
        return Place(text(entry[self._sort_key]), text(entry["pk"]))

    def _is_ahead(self, place: Place) -> bool:
        if self._since is None:
            return True
        return place < self._since if self._newest_first else place > self._since

    def total(self, bound: int = BOUND) -> int:
        """How many entries there are, counted up to `bound`; what was walked is known already."""
        counted = sum(shard.known for shard in self._shards)
        for shard in self._shards:
            if counted >= bound:
                break
            counted += shard.unknown(bound - counted)
        return min(counted, bound)


class _Shard:
    """One partition, read in chunks, each longer than the one before."""

    def __init__(self, store: Store, question: Question, chunk: int) -> None:
        self._store = store
        self._question = question
        self._chunk = chunk
        self._ended = False
        self.known = 0

    def entries(self) -> Iterator[Attributes]:
        while not self._ended:
            found = self._store.query(replace(self._question, limit=self._chunk))
            self.known += len(found)
            self._ended = len(found) < self._chunk
            # Who reads on will read far.
            self._chunk = min(self._chunk * _GROWTH, BOUND)
            if found:
                self._question = replace(self._question, beyond=found[-1])
            yield from found

    def unknown(self, limit: int) -> int:
        """How many entries lie beyond those that were read, counted up to `limit`."""
        if self._ended:
            return 0
        return self._store.count(replace(self._question, limit=limit))


def key_of(entry: Attributes) -> Key:
    """The item that an entry stands for."""
    return Key(text(entry["pk"]), text(entry["sk"]))
