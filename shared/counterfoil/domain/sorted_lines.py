"""Lines that are collected with what they are sorted by, and sorted when all are there.

A line is kept as JSON with a newline, which none has within. All of them are sorted in memory, so
there is an end to how many they can be.
"""

from __future__ import annotations

import json
from operator import itemgetter
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pydantic import JsonValue

# About 250,000 lines of a few fields; sorting takes some five times the memory.
MOST_BYTES: Final = 48 * 1024 * 1024


def unsorted_line(value: JsonValue, identifier: JsonValue, line: bytes) -> bytes:
    """A line with its value and its id, which decides among equal ones; no value is the least."""
    place = ["" if value is None else str(value), str(identifier)]
    kept = [*place, line.decode()]
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def sorted_text(kept: bytes | bytearray, *, descending: bool) -> bytes:
    """The lines of `kept` in their order."""
    lines = [json.loads(each) for each in kept.split(b"\n") if each]
    lines.sort(key=itemgetter(0, 1), reverse=descending)
    return b"".join(each[2].encode() for each in lines)
