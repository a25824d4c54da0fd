"""POST /v1/segments: create a segment, of listed customers or of all that a filter fits."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.segment_changes import segment_request
from counterfoil.api.segments import segment_answer
from counterfoil.operations.segments import create

handler = endpoint(decode=segment_request, operate=create, encode=segment_answer)
