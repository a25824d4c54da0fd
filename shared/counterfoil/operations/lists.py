"""What all lists have in common: a page, an order, the index that has it (protocol.md §12).

A list follows an index, which lags a moment behind; what it shows is read by key. Totals are exact
for orders, and otherwise counted up to 10,000.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from counterfoil.storage import keys
from counterfoil.storage.lists import Stretch, Walk, key_of

if TYPE_CHECKING:
    from counterfoil.operations.call import Call

T = TypeVar("T")

_INDEX: Final = {"created_at": "g1", "updated_at": "g2", "code": "g3", "source_id": "g3"}


@dataclass(frozen=True, slots=True)
class Paging:
    """Which page, in which order: a field, descending with a minus."""

    limit: int
    page: int
    order: str

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
    """One page, and how many entries all pages have together."""

    entries: tuple[T, ...]
    total: int


def walk(call: Call, kind: str, paging: Paging) -> Walk:
    """The way along the list of all things of a kind: `O`, `C` or `V`."""
    shards = tuple(keys.listing(call.project, kind, shard) for shard in range(keys.SHARDS))
    stretch = Stretch(_INDEX[paging.sorted_by], shards, newest_first=paging.descending)
    return Walk(call.store, stretch, paging.stop)


def ids_on(page: Walk, paging: Paging) -> list[str]:
    """The ids of the things on the page."""
    entries = page.entries(paging.start, paging.stop)
    return [key_of(entry).pk.rpartition("#")[2] for entry in entries]
