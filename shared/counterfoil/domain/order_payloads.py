"""What a client may send of an order and its lines."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StrictBool

from counterfoil.domain.customer_payloads import CustomerPayload
from counterfoil.domain.metadata import SentMetadata
from counterfoil.domain.payloads import (
    MAX_LINES,
    Amount,
    InitialQuantity,
    Instant,
    OrderStatusText,
    Payload,
    Quantity,
    Reference,
    SourceId,
    Text,
)


class ProductPayload(Payload):
    """A line's product as the client knows it; it outranks the catalogue for this order.

    With `override` the catalogue takes it over.
    """

    id: Reference | None = None
    source_id: SourceId | None = None
    name: Text | None = None
    metadata: SentMetadata | None = None
    price: Amount | None = None
    override: StrictBool | None = None


class SkuPayload(Payload):
    """A line's SKU as the client knows it; `sku` is its name, `override` as of a product."""

    id: Reference | None = None
    source_id: SourceId | None = None
    sku: Text | None = None
    metadata: SentMetadata | None = None
    price: Amount | None = None
    override: StrictBool | None = None


class OrderLinePayload(Payload):
    """One line of a cart (domain.md §1.5); every field may be absent."""

    id: Reference | None = None
    product_id: Reference | None = None
    sku_id: Reference | None = None
    source_id: SourceId | None = None
    related_object: Literal["product", "sku"] | None = None
    quantity: Quantity | None = None
    initial_quantity: InitialQuantity | None = None
    amount: Amount | None = None
    price: Amount | None = None
    product: ProductPayload | None = None
    sku: SkuPayload | None = None
    metadata: SentMetadata | None = None

    @property
    def unit_price(self) -> int | None:
        """The line's own price, else its SKU's, else its product's (domain.md §1.5)."""
        if self.price is not None:
            return self.price
        if self.sku is not None and self.sku.price is not None:
            return self.sku.price
        return None if self.product is None else self.product.price


class OrderPayload(Payload):
    """An order as sent: whole, in part, or only named (domain.md §1.4)."""

    id: Reference | None = None
    source_id: SourceId | None = None
    status: OrderStatusText | None = None
    amount: Amount | None = None
    items: Annotated[list[OrderLinePayload], Field(max_length=MAX_LINES)] | None = None
    metadata: SentMetadata | None = None
    customer: CustomerPayload | None = None
    referrer: CustomerPayload | None = None
    referrer_id: Reference | None = None
    created_at: Instant | None = None
