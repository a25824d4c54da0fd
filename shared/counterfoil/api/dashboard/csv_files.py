"""A view as CSV, from its beginning, with the mark by which a spreadsheet knows its encoding."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Final, TypeVar

from counterfoil.api.response import Response
from counterfoil.domain.csv_lines import csv_line
from counterfoil.operations.lists import Paging

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from pydantic import JsonValue

    from counterfoil.operations.lists import Page

T = TypeVar("T")

MOST_ROWS: Final = 2_000
_IN_A_TRIP: Final = 500
# A filter may find little; each of these looks at 1,000 entries.
_MOST_PAGES: Final = 20
_MARK: Final = "\ufeff".encode()  # a spreadsheet takes a file without it for another encoding


def rows_of(read: Callable[[Paging], Page[T]]) -> list[T]:
    """The newest of a list, page by page, as many as a file has rows."""
    return list(islice(_all_of(read), MOST_ROWS))


def _all_of(read: Callable[[Paging], Page[T]]) -> Iterator[T]:
    paging = Paging(_IN_A_TRIP, 1, "-created_at")
    for _ in range(_MOST_PAGES):
        found = read(paging)
        yield from found.entries
        if found.next_cursor is None:
            return
        paging = replace(paging, cursor=found.next_cursor)


def csv_file(name: str, head: Sequence[str], rows: Iterable[Sequence[JsonValue]]) -> Response:
    """The file `name`, to be saved."""
    return Response(
        200,
        _MARK + b"".join(map(csv_line, [head, *rows])),
        {
            "Content-Type": "text/csv; charset=utf-8",
            "Content-Disposition": f'attachment; filename="{name}.csv"',
        },
    )
