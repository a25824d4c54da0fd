"""What a client may send of products and SKUs: shapes and bounds, no meaning (domain.md §2.10).

An explicit null is absent in a creation; in an update it clears what can be without a value.
"""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field

from counterfoil.domain.metadata import SentMetadata
from counterfoil.domain.payloads import Amount, Payload, Reference, SourceId, Text

_MAX_ATTRIBUTES: Final = 100

AttributeName = Annotated[str, Field(max_length=256)]


class ProductBody(Payload):
    """A product: to be created, changed or only named."""

    id: Reference | None = None
    source_id: SourceId | None = None
    name: Text | None = None
    price: Amount | None = None
    attributes: Annotated[list[AttributeName], Field(max_length=_MAX_ATTRIBUTES)] | None = None
    metadata: SentMetadata | None = None
    image_url: Text | None = None


class SkuBody(Payload):
    """A SKU of a product; `sku` is its name, `attributes` the values of the product's."""

    id: Reference | None = None
    source_id: SourceId | None = None
    sku: Text | None = None
    price: Amount | None = None
    currency: Text | None = None
    attributes: SentMetadata | None = None
    metadata: SentMetadata | None = None
    image_url: Text | None = None
