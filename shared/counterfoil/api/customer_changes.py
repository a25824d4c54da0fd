"""What clients send to create, change and delete customers (domain.md §2.9).

Apart from `customers.py`, which redemptions show customers by, so that they do not load this.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.domain.customer_payloads import CustomerPayload
from counterfoil.operations.customers import Update

if TYPE_CHECKING:
    from counterfoil.api.request import Request


def upsert_request(request: Request) -> CustomerPayload:
    """The body of `POST /v1/customers`."""
    return request.payload(CustomerPayload)


def update_request(request: Request) -> Update:
    """Path and body of `PUT /v1/customers/{customerId}`; identifiers in the body have no say."""
    return Update(request.parameter("customerId"), request.payload(CustomerPayload))
