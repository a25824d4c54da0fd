"""Product collections: products and SKUs that are listed, or all that a filter fits.

A collection of either type has lines of orders: one that lists products has the lines of all their
SKUs, and one with a filter those that it fits by what line and catalogue know. Source: domain.md
§1.14, §4.4.3, §10.3.
"""

from __future__ import annotations

from datetime import datetime
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Final, Literal

from pydantic import BaseModel, ConfigDict, JsonValue
from pydantic_core import from_json, to_json

from counterfoil.domain.attribute_filters import Kind, attribute_filter
from counterfoil.domain.errors import InvalidPayload
from counterfoil.domain.known_lines import KnownLine, derived_id
from counterfoil.domain.product_collection_payloads import CollectionType

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from counterfoil.domain.attribute_filters import AttributeFilter
    from counterfoil.domain.catalogue import Catalogue
    from counterfoil.domain.item_selection import CollectionLines
    from counterfoil.domain.order_lines import OrderLine
    from counterfoil.domain.orders import Order
    from counterfoil.domain.product_collection_payloads import (
        CollectionPayload,
        CollectionUpdate,
        ListedPayload,
    )

KIND: Final = "products_collection"
# A redemption reads all collections that its rules name.
MAX_BYTES: Final = 64 * 1024
_FIELDS: Final = {
    **dict.fromkeys(("id", "product_id", "source_id", "name", "object", "image_url"), Kind.TEXT),
    "price": Kind.NUMBER,
    "attributes": Kind.LIST,
    **dict.fromkeys(("created_at", "updated_at"), Kind.DATE),
}
_OPEN: Final = ("attributes.", "metadata.")


class ListedProduct(BaseModel):
    """A product or SKU that a static collection lists, by id or source_id, as it was sent.

    `derived` is the id that a source_id stands for.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    product_id: str | None = None
    object: Literal["product", "sku"]
    derived: str | None = None


class ProductCollection(BaseModel):
    """A collection: `products` of a static one, of another the `filter` as it was sent."""

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    type: CollectionType
    filter: dict[str, JsonValue] | None = None
    products: tuple[ListedProduct, ...] = ()
    created_at: datetime
    updated_at: datetime | None = None

    @cached_property
    def skus(self) -> frozenset[str]:
        """What the SKUs that it lists are called."""
        return self._listed("sku")

    @cached_property
    def all_of(self) -> frozenset[str]:
        """What the products are called that it lists, each with all its SKUs."""
        return self._listed("product")

    def _listed(self, kind: str) -> frozenset[str]:
        listed = [each for each in self.products if each.object == kind]
        names = (name for each in listed for name in (each.id, each.derived))
        return frozenset(name for name in names if name is not None)


def created(
    payload: CollectionPayload, project: str, identifier: str, now: datetime
) -> ProductCollection:
    """The new collection that `payload` asks for. Raises InvalidPayload, as `updated` does."""
    if payload.type == "AUTO_UPDATE" and payload.filter is None:
        message = "Property . should have required property 'filter'"
        raise InvalidPayload(message)
    blank = ProductCollection(id=identifier, name=payload.name, type=payload.type, created_at=now)
    return _with(blank, _changes(blank, payload, project))


def updated(
    collection: ProductCollection, payload: CollectionUpdate, project: str, now: datetime
) -> ProductCollection:
    """`collection` with what `payload` names replaced; itself when that is nothing new.

    Raises InvalidPayload for another type, for what is the other type's, for a filter that cannot
    be one, and for more than 64 KB of JSON.
    """
    changed = _with(collection, _changes(collection, payload, project))
    if changed.model_dump_json() == collection.model_dump_json():
        return collection
    latest = max(now, collection.updated_at or collection.created_at)
    return _with(changed, {"updated_at": latest})


def covers(
    collection: ProductCollection,
    line: OrderLine,
    catalogue: Catalogue | None,
    now: datetime,
    week_start: int = 0,
) -> bool:
    """Whether `collection` has the product or SKU of `line`.

    `now` is of the project's zone, whose weeks begin on `week_start`, 0 for Monday to 6 for Sunday.
    A line that names nothing is in no collection.
    """
    return _members(collection, week_start)(KnownLine(line, catalogue), now)


def collection_lines(
    collections: Iterable[ProductCollection],
    order: Order,
    catalogue: Catalogue | None,
    now: datetime,
    week_start: int = 0,
) -> CollectionLines:
    """By the id of each collection, the ids of the lines of `order` that it covers."""
    known = [(line.id, KnownLine(line, catalogue)) for line in order.items]
    found: dict[str, frozenset[str]] = {}
    for each in collections:
        has = _members(each, week_start)
        found[each.id] = frozenset(name for name, line in known if has(line, now))
    return found


def _members(
    collection: ProductCollection, week_start: int
) -> Callable[[KnownLine, datetime], bool]:
    """Tells of lines whether they are of `collection`."""
    if collection.filter is not None:
        fits = _read(to_json(collection.filter), week_start)
        return lambda line, now: bool(line.skus or line.products) and fits.holds(line.values, now)
    skus, products = collection.skus, collection.all_of
    return lambda line, _: not (skus.isdisjoint(line.skus) and products.isdisjoint(line.products))


@lru_cache(maxsize=256)
def _read(sent: bytes, week_start: int) -> AttributeFilter:
    """A filter that many requests go by is read once."""
    return attribute_filter(from_json(sent), _kind_of, week_start=week_start)


def _with(collection: ProductCollection, changes: dict[str, object]) -> ProductCollection:
    """`collection` changed; a copy would keep what was made ready of it as it was."""
    return ProductCollection.model_validate({**dict(collection), **changes})


def _changes(
    collection: ProductCollection, payload: CollectionUpdate, project: str
) -> dict[str, object]:
    """The fields that `payload` gives a value to."""
    if payload.type not in (None, collection.type):
        raise InvalidPayload(f"Property .type cannot be changed; it is {collection.type}")
    other = "products" if collection.type == "AUTO_UPDATE" else "filter"
    if getattr(payload, other):
        raise InvalidPayload(f"Property .{other} is not for collections of type {collection.type}")
    changes: dict[str, object] = {} if payload.name is None else {"name": payload.name}
    if collection.type == "AUTO_UPDATE" and payload.filter is not None:
        attribute_filter(payload.filter, _kind_of)
        _require_size("filter", to_json(payload.filter))
        changes["filter"] = payload.filter
    if collection.type == "STATIC" and payload.products is not None:
        _require_size("products", to_json(payload.products, exclude_none=True))
        changes["products"] = tuple(_entry(each, project) for each in payload.products)
    return changes


def _entry(payload: ListedPayload, project: str) -> ListedProduct:
    derived = derived_id(project, payload.object, payload.id)
    return ListedProduct(**vars(payload), derived=derived)


def _require_size(field: str, body: bytes) -> None:
    if len(body) > MAX_BYTES:
        message = f"Property .{field} must have at most {MAX_BYTES} bytes of JSON"
        raise InvalidPayload(f"{message}; it has {len(body)}")


def _kind_of(field: str) -> Kind | None:
    """What a field of a product or SKU holds."""
    if field.startswith(_OPEN) and not field.endswith("."):
        return Kind.ANY
    return _FIELDS.get(field)
