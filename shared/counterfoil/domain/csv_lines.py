"""Lines of a CSV file: RFC 4180, in UTF-8, safe to open in a spreadsheet.

A text that a spreadsheet would take for a formula has an apostrophe before it, which tells it that
this is text. Numbers stay numbers, negative ones too.
"""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic import JsonValue

# The full-width forms are taken for the others by spreadsheets that are set to an Asian language.
# Some leave out spaces, and what cannot be seen, before they look.
_FORMULA: Final = re.compile("[\t\r\n]|[\\s\0\u200b\ufeff]*[-=+@＝＋－＠]")  # noqa: RUF001  # they are what is meant


def csv_line(cells: Iterable[JsonValue]) -> bytes:
    """One line with its end; nothing is an empty cell, and what has parts is JSON."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow([_cell(each) for each in cells])
    return text.getvalue().encode("utf-8", "replace")


def _cell(value: JsonValue) -> str | int | float:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int() | float():
            return value
        case str():
            return f"'{value}" if _FORMULA.match(value) else value
        case _:
            return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
