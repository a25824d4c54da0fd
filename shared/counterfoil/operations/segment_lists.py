"""The list of segments (domain.md §2.10)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.operations.lists import Page, Paging, Times, ids_on, ids_to_look_at, page_of, walk
from counterfoil.storage import segment_keys, segments

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from counterfoil.operations.call import Call
    from counterfoil.storage.segments import Stored


@dataclass(frozen=True, slots=True)
class SegmentsWanted:
    """Which segments: created at these times."""

    paging: Paging
    times: Times


def list_segments(call: Call, wanted: SegmentsWanted) -> Page[Stored]:
    """One page of the segments wanted; times in another order are looked for in 10,000."""
    paging, times = wanted.paging, wanted.times
    if times.kept_by(paging.sorted_by):
        listed = walk(call, segment_keys.KIND, paging, times)
        return Page(tuple(_read(call, ids_on(listed, paging))), listed.total())
    looked_at = _read(call, ids_to_look_at(call, segment_keys.KIND, paging, times))
    found = [
        each for each in looked_at if times.hold(each.segment.created_at, each.segment.updated_at)
    ]
    return page_of(found, paging)


def _read(call: Call, segment_ids: Sequence[str]) -> Iterator[Stored]:
    wanted = segments.keys_of(call.project, segment_ids)
    items = call.store.get_all(wanted, consistent=False)
    for each in segment_ids:
        found = segments.stored(items, call.project, each)
        if found is not None and not found.deleted:
            yield found
