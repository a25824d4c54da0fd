"""GET /v1/segments/{segmentId}: one segment, strongly consistent."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.segments import named_segment_request, segment_answer
from counterfoil.operations.segments import get

handler = endpoint(decode=named_segment_request, operate=get, encode=segment_answer)
