"""What the catalogue knows of the entries of a rule's lists: all their names (domain.md §4.4).

A line may name its product by the one, an entry by the other; once the entry has both, neither the
selection nor its copies have to ask.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.domain.catalogue import Catalogue, Names, together

if TYPE_CHECKING:
    from collections.abc import Iterable

    from counterfoil.domain.item_selection import ProductEntry, ProductLists


def names_listed(lists: ProductLists) -> Names:
    """All that must be loaded to complete `lists`."""
    return together(_names(entry) for entry in (*lists.included, *lists.excluded))


def completed(lists: ProductLists, catalogue: Catalogue) -> ProductLists:
    """`lists` with the names that the catalogue has; an entry it does not know stays as sent."""
    return lists.model_copy(
        update={
            "included": _completed(lists.included, catalogue),
            "excluded": _completed(lists.excluded, catalogue),
        }
    )


def _completed(entries: Iterable[ProductEntry], catalogue: Catalogue) -> tuple[ProductEntry, ...]:
    return tuple(
        each.model_copy(update=_of_sku(each, catalogue) or _of_product(each, catalogue))
        for each in entries
    )


def _of_sku(entry: ProductEntry, catalogue: Catalogue) -> dict[str, str | None]:
    sku = catalogue.sku(_names(entry).skus)
    if sku is None:
        return {}
    return {
        "id": sku.id,
        "source_id": sku.source_id,
        "product_id": sku.product.id,
        "product_source_id": sku.product.source_id,
    }


def _of_product(entry: ProductEntry, catalogue: Catalogue) -> dict[str, str | None]:
    product = catalogue.product(_names(entry).products)
    return {} if product is None else {"id": product.id, "source_id": product.source_id}


def _names(entry: ProductEntry) -> Names:
    """What the catalogue may know; a collection has no name but its id."""
    if entry.object == "products_collection":
        return Names()
    own = tuple(name for name in (entry.id, entry.source_id) if name is not None)
    return Names(skus=own) if entry.object == "sku" else Names(products=own)
