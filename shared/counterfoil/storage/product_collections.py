"""Product collections in the store: one item, guarded by its own version.

`uses` counts the validation rules that name a collection. It moves in the transaction that makes a
rule name it or leave it, so no rule ever names a collection that is gone. It is apart from the
version, for a change of either leaves the other as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterfoil.domain.product_collections import ProductCollection
from counterfoil.domain.timestamps import iso
from counterfoil.storage import keys
from counterfoil.storage.marshal import Attributes, deflate, number, unpacked
from counterfoil.storage.plans import ABSENT, Action, Guard

if TYPE_CHECKING:
    from collections.abc import Mapping

_ATTRIBUTES: Final = {"id", "created_at", "updated_at"}


@dataclass(frozen=True, slots=True)
class Stored:
    """A collection as it stands, and how many rules name it."""

    collection: ProductCollection
    version: int
    uses: int


def stored(items: Mapping[keys.Key, Attributes], project: str, collection_id: str) -> Stored | None:
    """The collection among `items`."""
    item = items.get(keys.product_collection(project, collection_id))
    if item is None:
        return None
    collection = ProductCollection.model_validate(unpacked(item, collection_id))
    return Stored(collection, number(item["ver"]), number(item["uses"]))


def created(project: str, collection: ProductCollection, by: str) -> Action:
    """A new collection, which no rule names yet."""
    return Action(
        keys.product_collection(project, collection.id),
        Guard.STATE,
        sets={**_attributes(project, collection), "ver": 1, "uses": 0, "by": by},
        conditions=(ABSENT,),
    )


def changed(project: str, before: Stored, after: ProductCollection, by: str) -> Action:
    """`after` in place of `before`, refused when that is no longer what stands there."""
    return Action(
        keys.product_collection(project, after.id),
        Guard.STATE,
        sets={**_attributes(project, after), "ver": before.version + 1, "by": by},
        conditions=("#ver = :before",),
        values={"before": before.version},
    )


def used(project: str, collection_id: str, delta: int) -> Action:
    """`delta` more rules that name the collection, or fewer; refused when it is gone."""
    going = delta < 0
    return Action(
        keys.product_collection(project, collection_id),
        Guard.STATE,
        adds={"uses": delta},
        conditions=("#uses >= :left",) if going else ("attribute_exists(#uses)",),
        values={"left": -delta} if going else {},
    )


def removed(project: str, before: Stored) -> Action:
    """The collection gone, refused when it is not what was read or a rule names it."""
    return Action(
        keys.product_collection(project, before.collection.id),
        Guard.STATE,
        deletes=True,
        conditions=("#ver = :before AND #uses = :none",),
        values={"before": before.version, "none": 0},
    )


def _attributes(project: str, collection: ProductCollection) -> Attributes:
    body = collection.model_dump_json(exclude=_ATTRIBUTES, exclude_none=True)
    created_at, updated_at = collection.created_at, collection.updated_at
    attributes: Attributes = {
        "body": deflate(body.encode()),
        "ca": iso(created_at),
        **keys.listed(project, "KC", collection.id, created_at, updated_at, collection.name),
    }
    if updated_at is not None:
        attributes["ua"] = iso(updated_at)
    return attributes
