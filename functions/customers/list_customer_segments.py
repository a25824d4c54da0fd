"""GET /v1/customers/{customerId}/segments: all segments that a customer belongs to."""

from counterfoil.api.customers import named_request
from counterfoil.api.endpoint import endpoint
from counterfoil.api.segments import customer_segments_answer
from counterfoil.operations.customer_segments import segments_of

handler = endpoint(decode=named_request, operate=segments_of, encode=customer_segments_answer)
