"""Segments on the wire (domain.md §1.14, §2.9, §2.10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.api.lists import PAGES, list_answer
from counterfoil.api.queries import between, paging
from counterfoil.api.response import Response, json_response
from counterfoil.domain.timestamps import iso
from counterfoil.operations.lists import Times
from counterfoil.operations.segment_lists import SegmentsWanted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterfoil.api.orders import Document
    from counterfoil.api.request import Request
    from counterfoil.domain.segments import Segment
    from counterfoil.operations.lists import Page
    from counterfoil.storage.segments import Stored


def named_segment_request(request: Request) -> str:
    """The id in the path."""
    return request.parameter("segmentId")


def segments_request(request: Request) -> SegmentsWanted:
    """The page and the dates of `GET /v1/segments`."""
    page = paging(request, ("created_at", "updated_at"), PAGES)
    return SegmentsWanted(page, Times(between(request, "created_at")))


def segment_answer(stored: Stored) -> Response:
    """200 with the segment."""
    return json_response(200, segment_document(stored))


def segments_answer(page: Page[Stored]) -> Response:
    """200 with a page of segments."""
    return list_answer("data", map(segment_document, page.entries), page.total)


def customer_segments_answer(segments: Sequence[Segment]) -> Response:
    """200 with all segments of a customer, of which the contract shows the names."""
    return list_answer("data", map(_named, segments), len(segments))


def segment_document(stored: Stored) -> Document:
    """The segment; whom a static one lists is told by `GET /v1/customers?segment_id=`."""
    segment = stored.segment
    return {
        "id": segment.id,
        "name": segment.name,
        "type": segment.type,
        "filter": segment.filter,
        "initial_sync_status": "DONE" if stored.in_force else "IN_PROGRESS",
        "created_at": iso(segment.created_at),
        "updated_at": None if segment.updated_at is None else iso(segment.updated_at),
        "object": "segment",
    }


def _named(segment: Segment) -> Document:
    return {"id": segment.id, "name": segment.name, "object": "segment"}
