"""Pages of a list: from a cursor on, or by their number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from counterfoil.api.dashboard.chips import counted
from counterfoil.api.dashboard.pages import count
from counterfoil.domain.errors import InvalidCursor
from counterfoil.operations.lists import Paging

if TYPE_CHECKING:
    from collections.abc import Callable

    from counterfoil.api.dashboard.visits import Visit
    from counterfoil.operations.lists import Page

T = TypeVar("T")

ON_A_PAGE: Final = 25
_LAST_PAGE: Final = 100
_DIGITS: Final = 3


@dataclass(frozen=True, slots=True)
class Part(Generic[T]):
    """What a page shows of a list, and where its first and its next page are.

    `total` is in words: of what was looked at so far where a filter is.
    """

    entries: tuple[T, ...]
    total: str
    first: str | None
    next: str | None

    @property
    def is_first(self) -> bool:
        """Whether it is brought up to date by itself."""
        return self.first is None


def part_of(visit: Visit, read: Callable[[Paging], Page[T]], *, searched: bool = False) -> Part[T]:
    """The part that the address asks for. A cursor of another view begins the list: addresses
    are put together by people. What is `searched` knows no total before its end.
    """
    paging = Paging(ON_A_PAGE, 1, "-created_at", visit.query("cursor") or None)
    try:
        found = read(paging)
    except InvalidCursor:
        paging = Paging(ON_A_PAGE, 1, "-created_at")
        found = read(paging)
    following = found.next_cursor
    total = f"{counted(found.total)} in all"
    if searched:
        total = f"{count(found.total)} found{'' if following is None else ' so far'}"
    return Part(
        found.entries,
        total,
        first=None if paging.cursor is None else visit.here(cursor=""),
        next=None if following is None else visit.here(cursor=following),
    )


def number_of(visit: Visit) -> int:
    """The number of the page; what is none is the first."""
    given = visit.query("page")
    number = int(given) if given.isascii() and given.isdigit() and len(given) <= _DIGITS else 1
    return min(max(number, 1), _LAST_PAGE)


def numbered(visit: Visit, read: Callable[[Paging], Page[T]]) -> Part[T]:
    """The same of a list that goes by the numbers of its pages."""
    number = number_of(visit)
    found = read(Paging(ON_A_PAGE, number, "-created_at"))
    more = number * ON_A_PAGE < found.total and number < _LAST_PAGE
    return Part(
        found.entries,
        f"{counted(found.total)} in all",
        first=None if number == 1 else visit.here(page=""),
        next=visit.here(page=str(number + 1)) if more else None,
    )
