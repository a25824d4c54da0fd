"""What the catalogue says of an order's lines: their products and SKUs, and the prices they lack.

What the payload says outranks what is stored, field by field, and metadata key by key. A line is
looked up only when it needs it (`is_wanting`), so that lines which bring their prices cost nothing;
what is not found stays as it was sent. Source: domain.md §1.5, §13.2.15.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from counterfoil.domain import ids
from counterfoil.domain.order_payloads import OrderLinePayload, ProductPayload, SkuPayload
from counterfoil.domain.skus import Sku, SkuProduct
from counterfoil.domain.unit_discounts import CatalogueItem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from counterfoil.domain.products import Product

P = TypeVar("P", ProductPayload, SkuPayload)


@dataclass(frozen=True, slots=True)
class Names:
    """What products and SKUs are called: by ids or source_ids, as they were sent."""

    products: tuple[str, ...] = ()
    skus: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.products or self.skus)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Products and SKUs of one project, by id."""

    project: str
    products: Mapping[str, Product]
    skus: Mapping[str, Sku]

    def product(self, names: Iterable[str]) -> Product | None:
        """The first product that one of `names` stands for."""
        for name in names if self.products else ():
            for each in ids.product_ids(self.project, name):
                if each in self.products:
                    return self.products[each]
        return None

    def sku(self, names: Iterable[str]) -> Sku | None:
        """The first SKU that one of `names` stands for, with its product as far as it is known."""
        for name in names if self.skus else ():
            for each in ids.sku_ids(self.project, name):
                if each in self.skus:
                    return self.with_product(self.skus[each])
        return None

    def unit(self, name: str) -> CatalogueItem | None:
        """The SKU, or else the product, that `name` stands for."""
        sku = self.sku((name,))
        if sku is not None:
            price = sku.product.price if sku.price is None else sku.price
            return CatalogueItem(
                sku.id, sku.source_id, sku.sku, price, product_id=sku.product.id, is_sku=True
            )
        product = self.product((name,))
        if product is None:
            return None
        return CatalogueItem(
            product.id,
            product.source_id,
            product.name,
            product.price,
            product_id=product.id,
            is_sku=False,
        )

    def with_product(self, sku: Sku) -> Sku:
        """What was read of the product itself is newer than the SKU's copy of it."""
        known = self.products.get(sku.product.id)
        return sku if known is None else sku.model_copy(update={"product": SkuProduct.of(known)})


def names_in(line: OrderLinePayload) -> Names:
    """What `line` calls its product and its SKU."""
    related = line.related_object
    return Names(
        _called(line.product_id, line.product, line.source_id if related == "product" else None),
        _called(line.sku_id, line.sku, line.source_id if related == "sku" else None),
    )


def is_wanting(line: OrderLinePayload) -> bool:
    """Whether `line` needs the catalogue: for its price, or for the product of its SKU.

    A line with an amount or a price of its own needs none; one with any `product` has said what
    its SKU belongs to.
    """
    priced = line.amount is not None or line.unit_price is not None
    if priced and (line.product is not None or line.product_id is not None):
        return False
    names = names_in(line)
    if names.skus and not names.products and line.product is None:
        return True
    return bool(names) and not priced


def names_wanted(lines: Iterable[OrderLinePayload]) -> Names:
    """All that must be loaded to resolve `lines`."""
    return together(names_in(line) for line in lines if is_wanting(line))


def together(names: Iterable[Names]) -> Names:
    """All of `names`, each once."""
    products: dict[str, None] = {}
    skus: dict[str, None] = {}
    for each in names:
        products |= dict.fromkeys(each.products)
        skus |= dict.fromkeys(each.skus)
    return Names(tuple(products), tuple(skus))


def resolved(lines: Sequence[OrderLinePayload], catalogue: Catalogue) -> list[OrderLinePayload]:
    """`lines` with what the catalogue knows of those that need it or have told it something."""
    return [
        _resolved(line, catalogue)
        if is_wanting(line) or overrides_product(line) or overrides_sku(line)
        else line
        for line in lines
    ]


def overrides_sku(line: OrderLinePayload) -> bool:
    """Whether `line` tells the catalogue of its SKU."""
    return line.sku is not None and line.sku.override is True


def overrides_product(line: OrderLinePayload) -> bool:
    """Whether `line` tells the catalogue of its product, be it along with its SKU."""
    return line.product is not None and (line.product.override is True or overrides_sku(line))


def _resolved(line: OrderLinePayload, catalogue: Catalogue) -> OrderLinePayload:
    names = names_in(line)
    sku = catalogue.sku(names.skus)
    owner = None if sku is None else catalogue.products.get(sku.product.id, sku.product)
    product = catalogue.product(names.products) or (None if names.products else owner)
    changes: dict[str, object] = {}
    if product is not None:
        changes["product_id"] = line.product_id or product.id
        changes["product"] = _over(_as_sent(product), line.product)
    if sku is not None:
        changes["sku_id"] = line.sku_id or sku.id
        changes["sku"] = _over(_sku_as_sent(sku), line.sku)
    if line.amount is None and line.unit_price is None:
        prices = (each.price for each in (sku, product, owner) if each is not None)
        changes["price"] = next((price for price in prices if price is not None), None)
    return line.model_copy(update=changes)


def _as_sent(product: Product | SkuProduct) -> ProductPayload:
    """A SKU knows no metadata of its product."""
    metadata = None if isinstance(product, SkuProduct) else product.metadata or None
    return ProductPayload(
        id=product.id,
        source_id=product.source_id,
        name=product.name,
        price=product.price,
        metadata=metadata,
    )


def _sku_as_sent(sku: Sku) -> SkuPayload:
    return SkuPayload(
        id=sku.id,
        source_id=sku.source_id,
        sku=sku.sku,
        price=sku.price,
        metadata=sku.metadata or None,
    )


def _over(known: P, sent: P | None) -> P:
    """`known` under what was `sent`: a field that was sent as null was not sent."""
    if sent is None:
        return known
    said = {name: value for name, value in sent if value is not None}
    if known.metadata and sent.metadata:
        said["metadata"] = {**known.metadata, **sent.metadata}
    return known.model_copy(update=said)


def _called(
    name: str | None, sent: ProductPayload | SkuPayload | None, source: str | None
) -> tuple[str, ...]:
    names = (name, source) if sent is None else (name, sent.id, sent.source_id, source)
    return tuple(dict.fromkeys(each for each in names if each is not None))
