"""SKUs in the store: an item of its own to be found by, and a copy beside its product for the list.

The own item also keeps the product's name and price (`pn`, `pp`), apart from the body, so that a
change of the product and one of the SKU do not touch the same attributes (docs/decisions/0016).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from counterfoil.domain.skus import Sku, SkuProduct
from counterfoil.domain.timestamps import iso
from counterfoil.storage import keys
from counterfoil.storage.marshal import Attributes, deflate, text, unpacked
from counterfoil.storage.plans import ABSENT, Action, Guard

if TYPE_CHECKING:
    from collections.abc import Iterable

_ATTRIBUTES: Final = {"id", "product", "created_at", "updated_at"}
_OF_PRODUCT: Final = {"pid": "id", "ps": "source_id", "pn": "name", "pp": "price"}


@dataclass(frozen=True, slots=True)
class Stored:
    """A SKU as it stands, with the name of the write that a change is conditioned on."""

    sku: Sku
    written_by: str


def stored(item: Attributes | None) -> Stored | None:
    """The SKU of its own item."""
    if item is None:
        return None
    product = {field: item.get(name) for name, field in _OF_PRODUCT.items()}
    identifier = text(item["pk"]).rpartition("#")[2]
    return Stored(_decoded(item, identifier, SkuProduct.model_validate(product)), text(item["by"]))


def listed(items: Iterable[Attributes]) -> tuple[Sku, ...]:
    """The SKUs of copies; of their product they know the id only."""
    return tuple(
        _decoded(item, key_part(item, "sk"), SkuProduct(id=key_part(item, "pk"))) for item in items
    )


def key_part(item: Attributes, name: str) -> str:
    """The id at the end of a key."""
    return text(item[name]).rpartition("#")[2]


def created(project: str, sku: Sku, by: str) -> tuple[Action, Action]:
    """A new SKU, refused when there is one with its id."""
    known = {name: getattr(sku.product, field) for name, field in _OF_PRODUCT.items()}
    held = {name: value for name, value in known.items() if value is not None}
    own, copy = _written(project, sku)
    return (
        replace(own, sets={**own.sets, **held, "by": by}, conditions=(ABSENT,)),
        replace(copy, conditions=(ABSENT,)),
    )


def changed(project: str, before: Stored, after: Sku, by: str) -> tuple[Action, Action]:
    """`after` in place of `before`: refused when it is no longer what was read."""
    own, copy = _written(project, after)
    return (
        replace(
            own,
            sets={**own.sets, "by": by},
            conditions=("#by = :was",),
            values={"was": before.written_by},
        ),
        replace(copy, conditions=("attribute_exists(pk)",)),
    )


def of_product(project: str, sku_id: str, product: SkuProduct) -> Action:
    """What the SKU knows of its product, made anew; refused when there is no such SKU of it."""
    known = {"pn": product.name, "pp": product.price}
    return Action(
        keys.sku(project, sku_id),
        Guard.STATE,
        sets={name: value for name, value in known.items() if value is not None},
        removes=tuple(name for name, value in known.items() if value is None),
        conditions=("#pid = :pid",),
        values={"pid": product.id},
    )


def removed(project: str, sku: Sku) -> tuple[Action, Action]:
    """Both items gone, refused when they are gone already or of another product."""
    own, copy = _written(project, sku)
    return (
        Action(
            own.key,
            Guard.STATE,
            conditions=("#pid = :pid",),
            values={"pid": sku.product.id},
            deletes=True,
        ),
        Action(copy.key, Guard.STATE, conditions=("attribute_exists(pk)",), deletes=True),
    )


def _written(project: str, sku: Sku) -> tuple[Action, Action]:
    body = sku.model_dump_json(exclude=_ATTRIBUTES, exclude_defaults=True)
    created_at = iso(sku.created_at)
    sets: Attributes = {"body": deflate(body.encode()), "ca": created_at}
    if sku.updated_at is not None:
        sets["ua"] = iso(sku.updated_at)
    copy = keys.listed_sku(project, sku.product.id, created_at, sku.id)
    return (
        Action(keys.sku(project, sku.id), Guard.STATE, sets=sets),
        Action(copy, Guard.STATE, sets=sets),
    )


def _decoded(item: Attributes, sku_id: str, product: SkuProduct) -> Sku:
    return Sku.model_validate({**unpacked(item, sku_id), "product": product})
