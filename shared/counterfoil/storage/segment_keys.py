"""The keys of segments; `keys` has all others, and what a segment's id may be (`ids`).

| collection   | pk / sk                   | the question it answers                             |
|--------------|---------------------------|-----------------------------------------------------|
| segment      | `<p>#E#<id>` / `#`        | what it is, and how many memberships stand          |
| members      | `<p>#E#<id>` / `M#<0000>` | the customers of a static one, 360 in each item     |
| filters      | `<p>#ED` / `#`            | which segments have a filter: at most 100           |
| membership   | `<p>#C#<id>` / `S#<id>`   | whether a static segment lists a customer (`keys`)  |

Segments are listed as kind `E`, by creation and by change.
"""

from __future__ import annotations

from typing import Final

from counterfoil.storage.keys import Key

KIND: Final = "E"


def segment(project: str, segment_id: str) -> Key:
    """The segment's definition. Only what is a segment's id may be asked for."""
    return Key(f"{project}#E#{segment_id}", "#")


def members(project: str, segment_id: str, number: int) -> Key:
    """One of the parts of a static segment's list of customers."""
    return Key(segment(project, segment_id).pk, f"M#{number:04d}")


def filters(project: str) -> Key:
    """Which segments of the project have a filter."""
    return Key(f"{project}#ED", "#")
