"""Pages of lists that go on by a cursor: along an index, through a filter, of what is at hand.

A page costs what it shows. A filter that no index keeps is asked of 1,000 things a request at most:
what it has found by then is a short page, and its cursor goes on from there (docs/decisions/0031).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from operator import gt, lt
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from counterfoil.domain.list_cursors import Cursor, Listing
from counterfoil.operations.lists import Page
from counterfoil.storage.lists import BOUND, Place, Walk

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from counterfoil.operations.call import Call
    from counterfoil.operations.lists import Paging
    from counterfoil.storage.lists import Stretch
    from counterfoil.storage.marshal import Attributes

T = TypeVar("T")

LOOKED: Final = 1_000
# As many things as one BatchGet reads.
_CHUNK: Final = 100


def listing(call: Call, name: str, paging: Paging, filters: object = "") -> Listing:
    """What the cursors of a list are signed with; `filters` must tell itself apart as text."""
    return Listing(call.project, name, paging.order, repr(filters))


@dataclass(frozen=True, slots=True)
class _Found(Generic[T]):
    """What a filter let through, with its places; `ahead` is where to look on, None at the end."""

    fitting: list[tuple[Place, T]]
    ahead: Place | None


@dataclass(frozen=True, slots=True)
class Course(Generic[T]):
    """One list on its way: along `stretch`, whose entries `read` turns into things.

    `read` answers each entry with its thing, or with None when that is not to be shown; a search
    asks it of `looked` entries at most, a page by number of those up to `bound`.
    """

    call: Call
    listing: Listing
    paging: Paging
    stretch: Stretch
    read: Callable[[Sequence[Attributes]], Sequence[T | None]]
    looked: int = LOOKED
    bound: int = BOUND

    def page(self, count: Callable[[Walk], int] = Walk.total) -> Page[T]:
        """The page of a list that its index keeps by itself; `count` tells its total.

        Raises InvalidCursor.
        """
        limit, cursor = self.paging.limit, self._cursor()
        start = self.paging.start if cursor is None else 0
        walk = self._walk(cursor, start + limit + 1)
        entries = walk.entries(start, start + limit + 1)
        shown = [each for each in self.read(entries[:limit]) if each is not None]
        total = count(walk) if cursor is None else cursor.total
        place = walk.place_of(entries[limit - 1]) if len(entries) > limit else None
        return self._told(shown, total, place)

    def search(self) -> Page[T]:
        """The next of those that `read` lets through; the total is of what was found so far.

        Raises InvalidCursor.
        """
        cursor = self._cursor()
        known = 0 if cursor is None else cursor.total
        shown, place = self._found_from(cursor)
        return self._told(shown, known + len(shown), place)

    def look_through(self) -> Page[T]:
        """The same by pages: 10,000 are looked at, and the total is of what was found in these.

        With a cursor it goes on beyond them. Raises InvalidCursor.
        """
        cursor = self._cursor()
        if cursor is not None:
            shown, place = self._found_from(cursor)
            return self._told(shown, cursor.total, place)
        found = self._looked(self._walk(None, self.bound), self.bound, self.bound)
        shown, place = self._cut(found, self.paging.start)
        return self._told(shown, len(found.fitting), place)

    def _found_from(self, cursor: Cursor | None) -> tuple[list[T], Place | None]:
        walk = self._walk(cursor, min(_CHUNK, self.looked))
        return self._cut(self._looked(walk, self.looked, self.paging.limit + 1), 0)

    def _cursor(self) -> Cursor | None:
        return None if self.paging.cursor is None else self.listing.read(self.paging.cursor)

    def _walk(self, cursor: Cursor | None, expected: int) -> Walk:
        stretch = self.stretch
        if cursor is not None:
            place = Place(cursor.sort, f"{self.call.project}#{cursor.id}")
            stretch = replace(stretch, since=place)
        return Walk(self.call.store, stretch, expected)

    def _looked(self, walk: Walk, most: int, enough: int) -> _Found[T]:
        """What is found among `most` entries, or until there is `enough`."""
        fitting: list[tuple[Place, T]] = []
        entries, looked, last = walk.following(), 0, None
        while looked < most and len(fitting) < enough:
            # Where nearly all fit, no more is read than is shown.
            size = _CHUNK if looked else min(enough, _CHUNK)
            chunk = tuple(islice(entries, min(size, most - looked)))
            if not chunk:
                return _Found(fitting, None)
            places = [walk.place_of(entry) for entry in chunk]
            things = zip(places, self.read(chunk), strict=True)
            fitting += [(place, thing) for place, thing in things if thing is not None]
            looked, last = looked + len(chunk), places[-1]
        return _Found(fitting, None if next(entries, None) is None else last)

    def _cut(self, found: _Found[T], start: int) -> tuple[list[T], Place | None]:
        """The page that begins at `start`, and where the next one does."""
        stop = start + self.paging.limit
        shown = [thing for _, thing in found.fitting[start:stop]]
        more = len(found.fitting) > stop
        return shown, found.fitting[stop - 1][0] if more else found.ahead

    def _told(self, shown: Sequence[T], total: int, place: Place | None) -> Page[T]:
        if place is None:
            return Page(tuple(shown), total)
        # The project is in the signature; a place has it in every key.
        name = place.pk.removeprefix(f"{self.call.project}#")
        cursor = Cursor(sort=place.sort, id=name, total=total)
        return Page(tuple(shown), total, self.listing.written(cursor))


def page_at_hand(
    listing_: Listing, paging: Paging, found: Sequence[T], place: Callable[[T], tuple[str, str]]
) -> Page[T]:
    """The page of what was `found` and is sorted by its `place`. Raises InvalidCursor."""
    rest, start = found, paging.start
    if paging.cursor is not None:
        cursor = listing_.read(paging.cursor)
        known = (cursor.sort, cursor.id)
        ahead = lt if paging.descending else gt
        rest, start = [each for each in found if ahead(place(each), known)], 0
    shown = tuple(rest[start : start + paging.limit])
    if len(rest) <= start + paging.limit:
        return Page(shown, len(found))
    sort, name = place(shown[-1])
    return Page(shown, len(found), listing_.written(Cursor(sort=sort, id=name)))
