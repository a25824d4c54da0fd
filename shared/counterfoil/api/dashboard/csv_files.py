"""A view as CSV: in UTF-8, and without cells that a spreadsheet would take for formulas."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from counterfoil.api.response import Response

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MOST_ROWS: Final = 2_000
_FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
_MARK: Final = "\ufeff"  # a spreadsheet takes a file without it for another encoding


def csv_file(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """The file `name`, to be saved."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows([_cell(each) for each in row] for row in rows)
    return Response(
        200,
        (_MARK + text.getvalue()).encode("utf-8", "replace"),
        {
            "Content-Type": "text/csv; charset=utf-8",
            "Content-Disposition": f'attachment; filename="{name}.csv"',
        },
    )


def _cell(value: object) -> object:
    """Numbers are written as they are: they come from us."""
    if value is None:
        return ""
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(_FORMULAS) else value
