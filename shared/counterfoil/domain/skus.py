"""A SKU of the catalogue: one variant of a product, and what a payload changes.

Source: domain.md §1.14, §2.10.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from pydantic import BaseModel, ConfigDict, Field

from counterfoil.domain.metadata import Metadata, merged

if TYPE_CHECKING:
    from counterfoil.domain.catalogue_payloads import SkuBody
    from counterfoil.domain.products import Product


class SkuProduct(BaseModel):
    """What a SKU knows of its product, so that a line which names the SKU needs one read."""

    model_config = ConfigDict(frozen=True)

    id: str
    source_id: str | None = None
    name: str | None = None
    price: int | None = None

    @classmethod
    def of(cls, product: Product) -> SkuProduct:
        """What the SKUs of `product` know of it."""
        return cls(
            id=product.id, source_id=product.source_id, name=product.name, price=product.price
        )


class Sku(BaseModel):
    """One SKU; `sku` is its name, and without a `price` of its own it has its product's."""

    model_config = ConfigDict(frozen=True)

    id: str
    source_id: str | None = None
    product: SkuProduct
    sku: str | None = None
    price: int | None = None
    currency: str | None = None
    attributes: Metadata = Field(default_factory=dict)
    image_url: str | None = None
    metadata: Metadata = Field(default_factory=dict)
    created_at: datetime
    updated_at: datetime | None = None


_FIELDS: Final = ("sku", "price", "currency", "image_url")


def draft(payload: SkuBody, sku_id: str, product: SkuProduct, now: datetime) -> Sku:
    """A new SKU of `product` as `payload` describes it."""
    blank = Sku(id=sku_id, source_id=payload.source_id, product=product, created_at=now)
    return blank.model_copy(update=_changes(blank, payload))


def upserted(sku: Sku, payload: SkuBody, now: datetime) -> Sku:
    """`sku` with the fields that `payload` names; null clears one, metadata is merged.

    The same object when nothing changes. Neither source_id nor product ever changes.
    """
    return touched(sku, sku.model_copy(update=_changes(sku, payload)), now)


def touched(before: Sku, after: Sku, now: datetime) -> Sku:
    """`after` as changed at `now`, or the very `before` when both say the same."""
    if after.model_dump_json() == before.model_dump_json():
        return before
    return after.model_copy(update={"updated_at": max(now, before.updated_at or now)})


def _changes(sku: Sku, payload: SkuBody) -> dict[str, object]:
    changes: dict[str, object] = {
        field: getattr(payload, field) for field in _FIELDS if payload.sent(field)
    }
    if payload.attributes:
        changes["attributes"] = merged(sku.attributes, payload.attributes)
    if payload.metadata:
        changes["metadata"] = merged(sku.metadata, payload.metadata)
    return changes
