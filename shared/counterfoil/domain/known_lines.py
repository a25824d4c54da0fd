"""What a line of an order is of: all names of its product and SKU, and all that is known of them.

What the line says outranks what is stored, field by field, metadata key by key. What a SKU does not
say of itself it has from its product. Source: domain.md §1.5, §4.4.3.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal, TypeVar

from counterfoil.domain import ids
from counterfoil.domain.item_selection import names_of
from counterfoil.domain.metadata import attribute_in
from counterfoil.domain.order_lines import LineProduct, LineSku
from counterfoil.domain.products import Product
from counterfoil.domain.timestamps import iso

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from pydantic import JsonValue

    from counterfoil.domain.catalogue import Catalogue
    from counterfoil.domain.metadata import Metadata
    from counterfoil.domain.order_lines import OrderLine
    from counterfoil.domain.skus import Sku, SkuProduct

T = TypeVar("T")

_METADATA: Final = "metadata."
_ATTRIBUTES: Final = "attributes."
_IDS: Final = {
    "product": (ids.is_product_id, ids.product_id),
    "sku": (ids.is_sku_id, ids.sku_id),
}


class KnownLine:
    """A line beside the catalogue, which is None where nothing was read of it.

    `skus` and `products` are what its SKU and its product are called; both are empty of a line that
    names nothing.
    """

    def __init__(self, line: OrderLine, catalogue: Catalogue | None) -> None:
        skus, products = names_of(line)
        self._line = line
        self._sku = None if catalogue is None else catalogue.sku(sorted(skus))
        self._owner = None if catalogue is None else _owner(self._sku, products, catalogue)
        self._product = self._owner if isinstance(self._owner, Product) else None
        self.skus = _meant(catalogue, "sku", skus, self._sku)
        self.products = _meant(catalogue, "product", products, self._owner)

    def values(self, field: str) -> list[JsonValue]:
        """What is known as `field`, of which a name may be several; empty when nothing is.

        `price` is what one unit on the line costs, the line's own price first. What lies in
        metadata or attributes follows their name and a dot. Raises KeyError for no field at all.
        """
        if field.startswith(_METADATA):
            found = [attribute_in(self._metadata, field.removeprefix(_METADATA))]
        elif field.startswith(_ATTRIBUTES):
            attributes = {} if self._sku is None else self._sku.attributes
            found = [attribute_in(attributes, field.removeprefix(_ATTRIBUTES))]
        else:
            found = self._fields[field]
        return [each for each in found if each is not None]

    @cached_property
    def _fields(self) -> Mapping[str, list[JsonValue]]:
        product_ids = sorted(filter(ids.is_product_id, self.products))
        sku_ids = sorted(filter(ids.is_sku_id, self.skus))
        product = self._product
        return {
            "id": [*sku_ids, *product_ids],
            "product_id": [*product_ids],
            "source_id": [*sorted((self.skus | self.products).difference(sku_ids, product_ids))],
            # A SKU is also what its product is: a product stands for all its SKUs.
            "object": ["sku", "product"] if self.skus else ["product"],
            "name": [*self._names],
            "price": [self._price],
            "attributes": [[*product.attributes]] if product and product.attributes else [],
            "image_url": [_first(each.image_url for each in (self._sku, product) if each)],
            "created_at": [_time(each.created_at for each in (self._sku, product) if each)],
            "updated_at": [_time(each.updated_at for each in (self._sku, product) if each)],
        }

    @property
    def _names(self) -> tuple[str | None, str | None]:
        sku, product = self._line.sku or LineSku(), self._line.product or LineProduct()
        return (
            sku.sku or (None if self._sku is None else self._sku.sku),
            product.name or (None if self._owner is None else self._owner.name),
        )

    @property
    def _price(self) -> int | None:
        line = self._line
        holders = (line, line.sku, line.product, self._sku, self._owner)
        return _first(each.price for each in holders if each is not None)

    @cached_property
    def _metadata(self) -> Metadata:
        line = self._line
        merged: Metadata = {}
        for holder in (self._product, line.product, self._sku, line.sku):
            if holder is not None and holder.metadata is not None:
                merged |= holder.metadata
        return merged


def _owner(
    sku: Sku | None, products: set[str], catalogue: Catalogue
) -> Product | SkuProduct | None:
    """The product that the line names, or else that of its SKU."""
    if products:
        return catalogue.product(sorted(products))
    if sku is None:
        return None
    return catalogue.products.get(sku.product.id, sku.product)


def _meant(
    catalogue: Catalogue | None,
    kind: Literal["product", "sku"],
    names: set[str],
    known: Product | SkuProduct | Sku | None,
) -> frozenset[str]:
    """`names`, those that are stored, and the ids that a project derives of source ids."""
    if catalogue is None:
        return frozenset(names)
    stored = () if known is None else filter(None, (known.id, known.source_id))
    meant = names.union(stored)
    derived = (derived_id(catalogue.project, kind, name) for name in meant)
    return frozenset(meant.union(name for name in derived if name is not None))


def derived_id(project: str, kind: Literal["product", "sku"], name: str) -> str | None:
    """The id that `name` stands for as a source_id; None when it could be an id itself."""
    is_id, derived = _IDS[kind]
    return None if is_id(name) else derived(project, name)


def _first(values: Iterable[T | None]) -> T | None:
    return next((value for value in values if value is not None), None)


def _time(values: Iterable[datetime | None]) -> str | None:
    found = _first(values)
    return None if found is None else iso(found)
