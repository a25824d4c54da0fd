"""What an order's lines tell the catalogue to become: `override` on a product or SKU.

Name, price and metadata that were sent replace what is stored. What is missing is made, under the
source_id that the line calls it by; a SKU is made only where its product is known, and a line that
overrides its SKU and has a `product` overrides that too. What cannot be made is passed over: an
order is never refused for it. Source: domain.md §1.5.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from counterfoil.domain import ids, products, skus
from counterfoil.domain.catalogue import (
    Catalogue,
    Names,
    names_in,
    overrides_product,
    overrides_sku,
    together,
)
from counterfoil.domain.products import Product
from counterfoil.domain.skus import Sku, SkuProduct

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from counterfoil.domain.order_payloads import OrderLinePayload, ProductPayload, SkuPayload


@dataclass(frozen=True, slots=True)
class Overridden:
    """The catalogue as it will be, and what of it is new or changed, by id."""

    catalogue: Catalogue
    products: tuple[str, ...]
    skus: tuple[str, ...]


def names_overridden(lines: Iterable[OrderLinePayload]) -> Names:
    """All that must be loaded to override with `lines`."""
    return together(
        names_in(line) for line in lines if overrides_product(line) or overrides_sku(line)
    )


def owners_wanted(lines: Iterable[OrderLinePayload], catalogue: Catalogue) -> tuple[str, ...]:
    """The products that only their SKUs lead to, as far as `lines` tell something new of them."""
    wanted: dict[str, None] = {}
    for line in lines:
        if line.product is None or not overrides_product(line):
            continue
        names = names_in(line)
        sku = None if names.products else catalogue.sku(names.skus)
        if sku is not None and _is_news(line.product, sku.product):
            wanted[sku.product.id] = None
    return tuple(wanted)


def overridden(
    lines: Sequence[OrderLinePayload], catalogue: Catalogue, now: datetime
) -> Overridden:
    """`catalogue` as `lines` tell it: products first, and of two lines the later wins.

    What is missing is made before anything is told, so that a line tells what a later one makes
    and the same lines, sent again, change nothing.
    """
    made, variants = dict(catalogue.products), dict(catalogue.skus)
    known = Catalogue(catalogue.project, made, variants)
    for makes in (True, False):
        for line in lines:
            product = _product_told(line, known, now)
            if product is not None and (product.id not in made or not makes):
                made[product.id] = product
        for line in lines:
            sku = _sku_told(line, known, now)
            if sku is not None and (sku.id not in variants or not makes):
                variants[sku.id] = sku
    return Overridden(
        replace(known, skus={name: known.with_product(sku) for name, sku in variants.items()}),
        tuple(name for name in made if made[name] is not catalogue.products.get(name)),
        tuple(name for name in variants if variants[name] is not catalogue.skus.get(name)),
    )


def _product_told(line: OrderLinePayload, known: Catalogue, now: datetime) -> Product | None:
    """The product of `line` as it is told; None when it cannot be made, or nothing is told."""
    if line.product is None or not overrides_product(line):
        return None
    names = names_in(line).products or _owner(line, known)
    said = _said(line.product, "name")
    product = known.product(names)
    if product is not None:
        return products.touched(product, product.model_copy(update=said), now)
    source = _source(names, ids.is_product_id)
    if source is None:
        return None
    name = ids.product_id(known.project, source)
    return Product(id=name, source_id=source, created_at=now).model_copy(update=said)


def _owner(line: OrderLinePayload, known: Catalogue) -> tuple[str, ...]:
    """A `product` without a name is that of the line's SKU."""
    sku = known.sku(names_in(line).skus)
    return () if sku is None else (sku.product.id,)


def _is_news(sent: ProductPayload, known: SkuProduct) -> bool:
    told = (sent.name, known.name), (sent.price, known.price)
    return bool(sent.metadata) or any(new not in (None, old) for new, old in told)


def _sku_told(line: OrderLinePayload, known: Catalogue, now: datetime) -> Sku | None:
    """The SKU of `line` likewise."""
    if line.sku is None or not overrides_sku(line):
        return None
    names = names_in(line)
    said = _said(line.sku, "sku")
    sku = known.sku(names.skus)
    if sku is not None:
        stored = known.skus[sku.id]
        return skus.touched(stored, stored.model_copy(update=said), now)
    product = known.product(names.products)
    source = _source(names.skus, ids.is_sku_id)
    if product is None or source is None:
        return None
    name, parent = ids.sku_id(known.project, source), SkuProduct.of(product)
    return Sku(id=name, source_id=source, product=parent, created_at=now).model_copy(update=said)


def _said(sent: ProductPayload | SkuPayload, name: str) -> dict[str, object]:
    """What `sent` replaces: a null was not sent, as everywhere in an order."""
    fields = (name, "price", "metadata")
    return {each: value for each in fields if (value := getattr(sent, each)) is not None}


def _source(names: Iterable[str], is_id: Callable[[str], bool]) -> str | None:
    """The source_id among `names`: what could be an id of ours is none."""
    return next((name for name in names if not is_id(name)), None)
