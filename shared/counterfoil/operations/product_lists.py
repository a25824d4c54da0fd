"""The list of products (domain.md §2.10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.operations.lists import Page, Paging, ids_on, walk
from counterfoil.storage import keys, products

if TYPE_CHECKING:
    from counterfoil.domain.products import Product
    from counterfoil.operations.call import Call


def list_products(call: Call, paging: Paging) -> Page[Product]:
    """One page of all products, without their SKUs."""
    listed = walk(call, "K", paging)
    wanted = [keys.product(call.project, each) for each in ids_on(listed, paging)]
    items = call.store.get_all(wanted, consistent=False)
    found = (products.stored(items.get(key)) for key in wanted)
    shown = tuple(each.product for each in found if each is not None)
    return Page(shown, listed.total())
