"""What a view can be narrowed to with one click."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from counterfoil.api.dashboard.pages import count

# Totals that are not kept are counted so far.
_BOUND: Final = 10_000


@dataclass(frozen=True, slots=True)
class Chip:
    """A choice, and how many there are of it; None where that is not counted."""

    title: str
    address: str
    chosen: bool
    count: str | None = None


def counted(total: int) -> str:
    """A total that may have been counted up to 10,000 only."""
    return f"{count(total)}{'+' if total == _BOUND else ''}"
