"""Products in the store.

What a change is conditioned on is the name of the write that made the product what it is (`by`)
and how often its set of SKUs has changed (`fam`): every SKU that is made or removed moves `fam`,
so a change that must reach all SKUs is refused when one came in between.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from counterfoil.domain.products import Product
from counterfoil.domain.timestamps import iso
from counterfoil.storage import keys
from counterfoil.storage.marshal import Attributes, deflate, number, text, unpacked
from counterfoil.storage.plans import ABSENT, Action, Guard

_ATTRIBUTES: Final = {"id", "created_at", "updated_at"}
_STANDS: Final = "#by = :was AND #fam = :fam"


@dataclass(frozen=True, slots=True)
class Stored:
    """A product as it stands; `family` counts the changes of its set of SKUs."""

    product: Product
    written_by: str
    family: int


def stored(item: Attributes | None) -> Stored | None:
    """The product of an item."""
    if item is None:
        return None
    product = Product.model_validate(unpacked(item, text(item["pk"]).rpartition("#")[2]))
    return Stored(product, text(item["by"]), number(item["fam"]))


def written(project: str, before: Stored | None, after: Product, by: str) -> Action:
    """`after` in place of `before`: refused when it is no longer what was read."""
    body = after.model_dump_json(exclude=_ATTRIBUTES, exclude_defaults=True)
    sets: Attributes = {
        "body": deflate(body.encode()),
        "ca": iso(after.created_at),
        "by": by,
        **_listed(project, after),
    }
    if after.updated_at is not None:
        sets["ua"] = iso(after.updated_at)
    key = keys.product(project, after.id)
    if before is None:
        return Action(key, Guard.STATE, sets={**sets, "fam": 0}, conditions=(ABSENT,))
    return Action(key, Guard.STATE, sets=sets, conditions=(_STANDS,), values=_read(before))


def unchanged(project: str, before: Stored) -> Action:
    """Nothing, but refused when the product is no longer what was read."""
    return Action(
        keys.product(project, before.product.id),
        Guard.STATE,
        sets={"fam": before.family},
        conditions=(_STANDS,),
        values=_read(before),
    )


def regrouped(project: str, product_id: str, written_by: str) -> Action:
    """One SKU more or fewer, refused when the product is no longer what its SKU would copy."""
    return Action(
        keys.product(project, product_id),
        Guard.STATE,
        adds={"fam": 1},
        conditions=("#by = :was",),
        values={"was": written_by},
    )


def removed(project: str, before: Stored) -> Action:
    """The product gone, refused when it is no longer what was read."""
    return Action(
        keys.product(project, before.product.id),
        Guard.STATE,
        conditions=(_STANDS,),
        values=_read(before),
        deletes=True,
    )


def _read(before: Stored) -> Attributes:
    return {"was": before.written_by, "fam": before.family}


def _listed(project: str, product: Product) -> dict[str, str]:
    name = product.name or product.id
    return keys.listed(project, "K", product.id, product.created_at, product.updated_at, name)
