"""Pages of a list by their number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from counterfoil.api.dashboard.visits import Visit

_LAST_PAGE: Final = 100


def span(before: int, count: int) -> str:
    """Which of a list a page shows: `26 to 50`."""
    return f"{before + 1:,} to {before + count:,}"


def paging_of(visit: Visit) -> tuple[int, str | None, str | None]:
    """The number of the page, the address of the one before, and of the one after.

    What is no number is the first page: an address is typed by people.
    """
    given = visit.query("page")
    number = int(given) if given.isascii() and given.isdigit() and len(given) <= 3 else 1  # noqa: PLR2004  # digits of _LAST_PAGE
    number = min(max(number, 1), _LAST_PAGE)
    previous = visit.here(page="" if number == 2 else str(number - 1)) if number > 1 else None  # noqa: PLR2004  # the first has none
    following = visit.here(page=str(number + 1)) if number < _LAST_PAGE else None
    return number, previous, following
