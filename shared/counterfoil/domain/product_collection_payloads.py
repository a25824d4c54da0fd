"""What a client may send of product collections (domain.md §1.14, §2.10)."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field, JsonValue

from counterfoil.domain.payloads import Payload, Reference

MAX_PRODUCTS: Final = 1000

CollectionType = Literal["STATIC", "AUTO_UPDATE"]
# A name is the sort key of a list, of which the store takes 1,024 bytes.
CollectionName = Annotated[str, Field(min_length=1, max_length=255)]


class ListedPayload(Payload):
    """A product or SKU of a static collection, by id or by source_id."""

    id: Reference
    product_id: Reference | None = None
    object: Literal["product", "sku"]


class CollectionUpdate(Payload):
    """What may change of a collection; null leaves it as it is."""

    name: CollectionName | None = None
    type: CollectionType | None = None
    filter: dict[str, JsonValue] | None = None
    products: Annotated[list[ListedPayload], Field(max_length=MAX_PRODUCTS)] | None = None


class CollectionPayload(CollectionUpdate):
    """A collection to be created: with `products` or with a `filter`, as its type has it."""

    name: CollectionName
    type: CollectionType
