"""What must hold among products and their SKUs (protocol.md §7, docs/decisions/0016)."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Final

from counterfoil.domain.products import Product
from counterfoil.storage import product_collections, products, skus
from tests.concurrency.invariants_of_rules import rules_of
from tests.concurrency.ledger import Ledger


def _families(ledger: Ledger) -> Iterator[str]:
    """No list of SKUs outlives its product."""
    for name, partition in ledger.collection("K").items():
        if "#" not in partition:
            yield f"product {name} is gone, but not its list {sorted(partition)}"


def _skus(ledger: Ledger) -> Iterator[str]:
    """A SKU knows its product as it is, and is listed by that product alone."""
    known = _products(ledger)
    listed = _listed(ledger)
    for name, partition in ledger.collection("KS").items():
        stored = skus.stored(partition.get("#"))
        if stored is None:
            yield f"SKU {name} is no SKU"
            continue
        product = stored.sku.product
        owner = known.get(product.id)
        if owner is None or (owner.name, owner.price) != (product.name, product.price):
            yield f"SKU {name} knows {product}, but there is {owner}"
        if listed.pop(name, None) != [product.id]:
            yield f"SKU {name} is not listed by {product.id} alone"
    yield from (f"SKU {name} is gone, and listed by {owners}" for name, owners in listed.items())


def _products(ledger: Ledger) -> dict[str, Product]:
    found = (products.stored(each.get("#")) for each in ledger.collection("K").values())
    return {each.product.id: each.product for each in found if each is not None}


def _listed(ledger: Ledger) -> dict[str, list[str]]:
    listed: dict[str, list[str]] = {}
    for owner, partition in ledger.collection("K").items():
        for place in partition:
            if place != "#":
                listed.setdefault(place.rpartition("#")[2], []).append(owner)
    return listed


def _collections(ledger: Ledger) -> Iterator[str]:
    """A collection counts the rules that it binds, and no rule or copy names one that is gone."""
    named = Counter(each for stored in rules_of(ledger) for each in stored.collections)
    for name in ledger.collection("KC"):
        found = product_collections.stored(ledger.items, ledger.project, name)
        uses = named.pop(name, 0)
        if found is None or found.uses != uses:
            yield f"collection {name} is {found}, {uses} rules name it"
    yield from (f"{count} rules name {name}, which is gone" for name, count in named.items())


CHECKS: Final[tuple[Callable[[Ledger], Iterator[str]], ...]] = (_families, _skus, _collections)
