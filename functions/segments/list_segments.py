"""GET /v1/segments: one page of all segments."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.segments import segments_answer, segments_request
from counterfoil.operations.segment_lists import list_segments

handler = endpoint(decode=segments_request, operate=list_segments, encode=segments_answer)
