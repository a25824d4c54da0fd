"""What clients send to create and change products (domain.md §2.10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.api.products import product_name
from counterfoil.domain.catalogue_payloads import ProductBody
from counterfoil.operations.products import Update

if TYPE_CHECKING:
    from counterfoil.api.request import Request


def upsert_request(request: Request) -> ProductBody:
    """The body of `POST /v1/products`."""
    return request.payload(ProductBody)


def update_request(request: Request) -> Update:
    """Path and body of `PUT /v1/products/{productId}`; identifiers in the body have no say."""
    return Update(product_name(request), request.payload(ProductBody))
