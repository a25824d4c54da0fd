"""Customer segments: static ones list their customers, the others have all that a filter fits.

Who belongs is told when somebody asks, by what is known of them then; nothing is kept of it. The
contract's `auto-update` and `passive` differ in the events that they make, of which there are none.
Source: domain.md §1.14, §2.10, §8.6.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from pydantic import BaseModel, ConfigDict, JsonValue

from counterfoil.domain.errors import InvalidPayload
from counterfoil.domain.segment_filters import (
    ask_history,
    ask_last_order,
    ask_summary,
    filter_of,
    filter_sent,
    values_of,
    windows_in,
)
from counterfoil.domain.segment_payloads import SegmentType

if TYPE_CHECKING:
    from counterfoil.domain.segment_payloads import SegmentPayload
    from counterfoil.domain.shoppers import Shopper

STATIC: Final = "static"
# All of them are asked about each customer whose segments are listed.
MAX_DYNAMIC: Final = 100


class Segment(BaseModel):
    """One segment. `filter` is as it was sent; a static one has none.

    Nothing changes a segment once it is made, so `updated_at` stays None.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    type: SegmentType = "auto-update"
    filter: dict[str, JsonValue] | None = None
    created_at: datetime
    updated_at: datetime | None = None

    @property
    def is_static(self) -> bool:
        """Whether its customers were listed when it was made."""
        return self.type == STATIC


def draft(payload: SegmentPayload, segment_id: str, now: datetime) -> Segment:
    """The new segment that `payload` asks for; what is of the other type is ignored.

    Raises InvalidPayload for a static one without `customers`, for another without `filter`, and
    for a filter that cannot be one.
    """
    kind = payload.type or "auto-update"
    needed = "customers" if kind == STATIC else "filter"
    if getattr(payload, needed) is None:
        raise InvalidPayload(f"Property . should have required property '{needed}'")
    kept = None if kind == STATIC else filter_sent(payload.filter or {})
    return Segment(id=segment_id, name=payload.name, type=kind, filter=kept, created_at=now)


def belongs(segment: Segment, shopper: Shopper, now: datetime, week_start: int = 0) -> bool:
    """Whether `shopper` is in `segment` at `now`, which is of the project's zone.

    Weeks begin on `week_start`, 0 for Monday to 6 for Sunday. The shopper must have been loaded
    with what `windows_of` and `asks_last_order` tell. Raises KeyError for a window that was not.
    """
    if segment.filter is None:
        return segment.id in shopper.static_segments
    return filter_of(segment.filter, week_start).holds(values_of(shopper), now)


def windows_of(segment: Segment) -> frozenset[str]:
    """The ISO-8601 durations of the windows of purchase history that its filter reads."""
    return windows_in(segment.filter or ())


def asks_last_order(segment: Segment) -> bool:
    """Whether its filter reads the newest order."""
    return ask_last_order(segment.filter or ())


def asks_history(segment: Segment) -> bool:
    """Whether its filter reads orders at all: a decision by it holds only while these stand."""
    return ask_history(segment.filter or ())


def asks_summary(segment: Segment) -> bool:
    """Whether its filter reads what is summed up of a customer, orders or redemptions."""
    return ask_summary(segment.filter or ())
