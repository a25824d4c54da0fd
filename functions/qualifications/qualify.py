"""POST /v1/qualifications: which of what may be offered an order qualifies for."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.qualifications import qualification_answer, qualification_request
from counterfoil.operations.qualifications import qualify

handler = endpoint(
    decode=qualification_request, operate=qualify, encode=qualification_answer, explains=True
)
