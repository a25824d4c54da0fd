"""What clients send to create segments; apart from `segments`, as the changes of vouchers are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.domain.segment_payloads import SegmentPayload

if TYPE_CHECKING:
    from counterfoil.api.request import Request


def segment_request(request: Request) -> SegmentPayload:
    """The body of `POST /v1/segments`."""
    return request.payload(SegmentPayload)
