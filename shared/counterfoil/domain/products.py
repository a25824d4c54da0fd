"""A product of the catalogue: what it is, and what a payload changes.

Source: domain.md §1.14, §2.10.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from pydantic import BaseModel, ConfigDict, Field

from counterfoil.domain.metadata import Metadata, merged

if TYPE_CHECKING:
    from counterfoil.domain.catalogue_payloads import ProductBody


class Product(BaseModel):
    """One product; `price` is of one unit, and `attributes` names what its SKUs differ in."""

    model_config = ConfigDict(frozen=True)

    id: str
    source_id: str | None = None
    name: str | None = None
    price: int | None = None
    attributes: tuple[str, ...] = ()
    image_url: str | None = None
    metadata: Metadata = Field(default_factory=dict)
    created_at: datetime
    updated_at: datetime | None = None


_FIELDS: Final = ("name", "price", "image_url")


def draft(payload: ProductBody, product_id: str, now: datetime) -> Product:
    """A new product as `payload` describes it."""
    blank = Product(id=product_id, source_id=payload.source_id, created_at=now)
    return blank.model_copy(update=_changes(blank, payload))


def upserted(product: Product, payload: ProductBody, now: datetime) -> Product:
    """`product` with the fields that `payload` names; null clears one, metadata is merged.

    The same object when nothing changes. The source_id never changes.
    """
    return touched(product, product.model_copy(update=_changes(product, payload)), now)


def touched(before: Product, after: Product, now: datetime) -> Product:
    """`after` as changed at `now`, or the very `before` when both say the same."""
    # Compared as JSON: to Python, metadata of `true` and of 1 would be equal.
    if after.model_dump_json() == before.model_dump_json():
        return before
    return after.model_copy(update={"updated_at": max(now, before.updated_at or now)})


def _changes(product: Product, payload: ProductBody) -> dict[str, object]:
    changes: dict[str, object] = {
        field: getattr(payload, field) for field in _FIELDS if payload.sent(field)
    }
    if payload.sent("attributes"):
        changes["attributes"] = tuple(payload.attributes or ())
    if payload.metadata:
        changes["metadata"] = merged(product.metadata, payload.metadata)
    return changes
