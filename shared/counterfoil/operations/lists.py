"""What all lists have in common: a page, an order, the index that has it (protocol.md §12).

A list follows an index, which lags a moment behind; what it shows is read by key. Totals are exact
for orders, and otherwise counted up to 10,000.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from counterfoil.domain.timestamps import iso
from counterfoil.storage import keys
from counterfoil.storage.lists import BOUND, Stretch, Walk, key_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from counterfoil.operations.call import Call
    from counterfoil.storage.marshal import Attributes

T = TypeVar("T")

_INDEX: Final = {
    "created_at": "g1",
    "updated_at": "g2",
    "code": "g3",
    "name": "g3",
    "source_id": "g3",
    "status": "g3",
}


@dataclass(frozen=True, slots=True)
class Paging:
    """Which page, in which order: a field, descending with a minus.

    A `cursor` says where the page begins, in place of its number.
    """

    limit: int
    page: int
    order: str
    cursor: str | None = None

    @property
    def start(self) -> int:
        """The place of the page's first entry."""
        return (self.page - 1) * self.limit

    @property
    def stop(self) -> int:
        """The place after its last."""
        return self.page * self.limit

    @property
    def sorted_by(self) -> str:
        """The field."""
        return self.order.removeprefix("-")

    @property
    def descending(self) -> bool:
        """Whether the greatest comes first."""
        return self.order.startswith("-")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page, and how many entries all pages have together.

    `next_cursor` goes on after it; None where there is nothing more.
    """

    entries: tuple[T, ...]
    total: int
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Between:
    """Instants between two, both excluded, in ISO form; None is open."""

    after: str | None = None
    before: str | None = None

    def holds(self, at: datetime) -> bool:
        """Whether `at` lies between."""
        text = iso(at)
        return (self.after or "") < text and (self.before is None or text < self.before)


ANY_TIME: Final = Between()


@dataclass(frozen=True, slots=True)
class Times:
    """When a thing was created and last changed; one that never was, when it was created."""

    created: Between = ANY_TIME
    updated: Between = ANY_TIME

    def hold(self, created_at: datetime, updated_at: datetime | None) -> bool:
        """Whether a thing with these times is wanted."""
        return self.created.holds(created_at) and self.updated.holds(updated_at or created_at)

    def along(self, field: str) -> Between:
        """The part that the index sorted by `field` keeps by itself."""
        return {"created_at": self.created, "updated_at": self.updated}.get(field, ANY_TIME)

    def kept_by(self, field: str) -> bool:
        """Whether that part is all of it."""
        return self in (Times(self.along(field)), Times(updated=self.along(field)))


def walk(
    call: Call, kind: str, paging: Paging, times: Times | None = None, stop: int | None = None
) -> Walk:
    """The way along the list of the things of a kind, named as in `keys`.

    Of `times`, the index keeps to what it is sorted by. `stop` is how far the walk will probably
    go, the page's end unless said otherwise.
    """
    return Walk(call.store, stretch_of(call, kind, paging, times or Times()), stop or paging.stop)


def stretch_of(call: Call, kind: str, paging: Paging, times: Times) -> Stretch:
    """The list of the things of a kind in the order of `paging`, as far as its index keeps it."""
    between = times.along(paging.sorted_by)
    return Stretch(
        _INDEX[paging.sorted_by],
        _shards(call, kind),
        newest_first=paging.descending,
        after=between.after,
        before=between.before,
    )


def places_beyond(
    call: Call, kind: str, created: Between, beyond: str | None, count: int
) -> list[str]:
    """The sort keys of the first `count` things of a kind that were created then, oldest first.

    `beyond` is the sort key of the last one that was seen before. See `id_at`.
    """
    stretch = Stretch(
        _INDEX["created_at"],
        _shards(call, kind),
        newest_first=False,
        after=created.after,
        before=created.before,
        beyond=beyond,
    )
    entries = Walk(call.store, stretch, count).entries(0, count)
    return [str(entry[f"{stretch.index}s"]) for entry in entries]


def id_at(place: str) -> str:
    """The id of the thing whose sort key in order of time `place` is."""
    return place.partition("#")[2]


def id_of(entry: Attributes) -> str:
    """The id of the thing that an entry stands for."""
    return key_of(entry).pk.rpartition("#")[2]


def ids_on(page: Walk, paging: Paging) -> list[str]:
    """The ids of the things on the page."""
    return _ids(page.entries(paging.start, paging.stop))


def ids_to_look_at(call: Call, kind: str, paging: Paging, times: Times) -> list[str]:
    """The ids of all things that a filter looks at, in the list's order: 10,000 at most."""
    return _ids(walk(call, kind, paging, times, BOUND).entries(0, BOUND))


def page_of(found: Sequence[T], paging: Paging) -> Page[T]:
    """The page of what filters have `found`."""
    return Page(tuple(found[paging.start : paging.stop]), len(found))


def _shards(call: Call, kind: str) -> tuple[str, ...]:
    return tuple(keys.listing(call.project, kind, shard) for shard in range(keys.SHARDS))


def _ids(entries: Iterable[Attributes]) -> list[str]:
    return [id_of(entry) for entry in entries]
