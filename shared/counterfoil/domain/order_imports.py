"""Orders that come many at a time: rows, and what became of them (domain.md §2.1, §3.7).

A row is an order as it was sent, or the reason why it is none. The time of a purchase is no part
of it: an imported order was created when it was imported.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import JsonValue

MAX_ROWS: Final = 2000
_LONGEST_SOURCE: Final = 512
_LONGEST_REASON: Final = 200

Sent = dict[str, "JsonValue"]


@dataclass(frozen=True, slots=True)
class Row:
    """An order, or else why there is none; rows are counted from 1."""

    number: int
    source_id: str | None
    order: Sent | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why the order of a row was not written."""

    row: int
    source_id: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Import:
    """All rows of one call."""

    rows: tuple[Row, ...]

    @property
    def text(self) -> bytes:
        """The rows as a file."""
        parts = [[row.source_id, row.order, row.reason] for row in self.rows]
        return json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()

    @staticmethod
    def of(text: bytes) -> Import:
        """The rows that `text` wrote."""
        parts = json.loads(text)
        return Import(tuple(Row(number, *part) for number, part in enumerate(parts, 1)))


def failure(row: Row, reason: str) -> Failure:
    """That of `row`; 2,000 of them fit into an answer, whatever was sent."""
    source = None if row.source_id is None else row.source_id[:_LONGEST_SOURCE]
    return Failure(row.number, source, _shown(reason))


def summary(done: int, failed: int) -> str:
    """The sentence that the contract has for it."""
    return f"{done} order(s) imported successfully, {failed} failed."


def failing_at(rows: Sequence[Row], position: int, most: int) -> Sequence[Row]:
    """The rows from `position` on that are known to fail, up to the first that may not."""
    end = position
    while end < min(len(rows), position + most) and rows[end].order is None:
        end += 1
    return rows[position:end]


def _shown(reason: str) -> str:
    text = "".join(each if each.isprintable() else "?" for each in reason)
    return text if len(text) <= _LONGEST_REASON else f"{text[: _LONGEST_REASON - 1]}…"
