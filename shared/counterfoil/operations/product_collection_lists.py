"""The list of product collections, and of what one of them has (domain.md §2.10)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.domain.catalogue import Catalogue, Names
from counterfoil.domain.order_lines import OrderLine
from counterfoil.domain.product_collections import covers
from counterfoil.domain.skus import Sku
from counterfoil.operations import catalogue
from counterfoil.operations.lists import Page, Times, ids_on, ids_to_look_at, page_of, walk
from counterfoil.operations.product_collections import get
from counterfoil.storage import keys, product_collections, products

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from counterfoil.domain.product_collections import ProductCollection
    from counterfoil.domain.products import Product
    from counterfoil.operations.call import Call
    from counterfoil.operations.lists import Paging


@dataclass(frozen=True, slots=True)
class ProductsWanted:
    """A page of what the collection with the id has."""

    collection_id: str
    paging: Paging


@dataclass(frozen=True, slots=True)
class Member:
    """A product or SKU of a collection; `product` is a SKU's own, as far as it is there."""

    thing: Product | Sku
    product: Product | None = None


def list_collections(call: Call, paging: Paging) -> Page[ProductCollection]:
    """One page of all collections."""
    listed = walk(call, "KC", paging)
    wanted = ids_on(listed, paging)
    items = call.store.get_all(
        [keys.product_collection(call.project, each) for each in wanted], consistent=False
    )
    found = (product_collections.stored(items, call.project, each) for each in wanted)
    shown = tuple(each.collection for each in found if each is not None)
    return Page(shown, listed.total())


def list_members(call: Call, wanted: ProductsWanted) -> Page[Member]:
    """One page of what a collection has in the catalogue. Raises NotFound.

    A list has the products and SKUs that it names and that exist. A filter is asked of 10,000
    products in the order of the page (docs/decisions/0012), and of no SKUs: those are listed below
    their products only.
    """
    collection = get(call, wanted.collection_id)
    paging = wanted.paging
    if collection.type == "AUTO_UPDATE":
        return page_of([Member(each) for each in _fitting(call, collection, paging)], paging)
    found = sorted(
        _listed(call, collection),
        key=lambda each: _place(each, paging.sorted_by),
        reverse=paging.descending,
    )
    page = page_of(found, paging)
    return Page(tuple(_with_products(call, page.entries)), page.total)


def _fitting(call: Call, collection: ProductCollection, paging: Paging) -> Iterator[Product]:
    wanted = [
        keys.product(call.project, each) for each in ids_to_look_at(call, "K", paging, Times())
    ]
    items = call.store.get_all(wanted, consistent=False)
    for key in wanted:
        found = products.stored(items.get(key))
        if found is None:
            continue
        # A product is of a collection as a line of it is, of which nothing else is known.
        product = found.product
        line = OrderLine(id="", product_id=product.id)
        known = Catalogue(call.project, {product.id: product}, {})
        if covers(collection, line, known, call.local_now, call.week_start):
            yield product


def _listed(call: Call, collection: ProductCollection) -> list[Product | Sku]:
    named = Names(
        tuple(each.id for each in collection.products if each.object == "product"),
        tuple(each.id for each in collection.products if each.object == "sku"),
    )
    items = call.store.get_all(catalogue.keys_of(call, named), consistent=False)
    known = catalogue.known(call, named, items)
    return [*known.products.values(), *known.skus.values()]


def _with_products(call: Call, things: tuple[Product | Sku, ...]) -> Iterator[Member]:
    """`things`, the SKUs among them with their products."""
    owned = {each.id: each.product.id for each in things if isinstance(each, Sku)}
    wanted = {name: keys.product(call.project, owner) for name, owner in owned.items()}
    items = call.store.get_all([*wanted.values()], consistent=False)
    for each in things:
        owner = products.stored(items.get(wanted[each.id])) if each.id in wanted else None
        yield Member(each, None if owner is None else owner.product)


def _place(thing: Product | Sku, field: str) -> tuple[datetime, str]:
    latest = thing.updated_at or thing.created_at
    return latest if field == "updated_at" else thing.created_at, thing.id
