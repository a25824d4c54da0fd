"""DELETE /v1/segments/{segmentId}: take a segment away; its customers stay."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.response import no_content
from counterfoil.api.segments import named_segment_request
from counterfoil.operations.segments import delete

handler = endpoint(decode=named_segment_request, operate=delete, encode=no_content)
