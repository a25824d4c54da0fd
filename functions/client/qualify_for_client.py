"""POST /client/v1/qualifications: what a cart qualifies for, asked by a browser."""

from counterfoil.api.auth import CLIENT
from counterfoil.api.endpoint import endpoint
from counterfoil.api.qualifications import qualification_answer, qualification_request
from counterfoil.operations.client_side import qualify_for_client

handler = endpoint(
    opened_by=CLIENT,
    decode=qualification_request,
    operate=qualify_for_client,
    encode=qualification_answer,
)
