"""What a call must load of the catalogue, and what the catalogue says then (domain.md §1.5).

`keys_of` and `known` serve whoever meets names of products and SKUs: lines of orders, units of
discounts. They are read beside everything else, in the same trip.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.domain import ids
from counterfoil.domain.catalogue import Catalogue, Names, names_wanted, resolved, together
from counterfoil.domain.item_selection import names_of
from counterfoil.storage import keys, products, skus

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from counterfoil.domain.order_lines import OrderLine
    from counterfoil.domain.order_payloads import OrderLinePayload, OrderPayload
    from counterfoil.domain.unit_discounts import CatalogueItem
    from counterfoil.domain.voucher_payloads import DiscountPayload
    from counterfoil.operations.call import Call
    from counterfoil.storage.keys import Key
    from counterfoil.storage.marshal import Attributes


def keys_of(call: Call, names: Names) -> list[Key]:
    """What must be loaded to know what `names` stand for."""
    return [*_product_keys(call, names), *_sku_keys(call, names)]


def known(call: Call, names: Names, items: Mapping[Key, Attributes]) -> Catalogue:
    """What `names` stand for among `items`."""
    found = (products.stored(items.get(key)) for key in _product_keys(call, names))
    variants = (skus.stored(items.get(key)) for key in _sku_keys(call, names))
    return Catalogue(
        call.project,
        {each.product.id: each.product for each in found if each is not None},
        {each.sku.id: each.sku for each in variants if each is not None},
    )


def names_asked(call: Call, lines: Iterable[OrderLine], items: Mapping[Key, Attributes]) -> Names:
    """All that `lines` name, and the products of those of their SKUs that are among `items`."""
    named = [names_of(line) for line in lines]
    asked = together(Names(tuple(sorted(own)), tuple(sorted(skus))) for skus, own in named)
    found = known(call, asked, items).skus.values()
    return together((asked, Names(products=tuple(each.product.id for each in found))))


def keys_of_lines(call: Call, order: OrderPayload | None) -> list[Key]:
    """What must be loaded to resolve the lines of an order that is only calculated."""
    return keys_of(call, names_wanted(_items(order)))


def with_lines(call: Call, order: OrderPayload, items: Mapping[Key, Attributes]) -> OrderPayload:
    """`order` with its lines resolved from `items`."""
    names = names_wanted(_items(order))
    if not names:
        return order
    lines = resolved(_items(order), known(call, names, items))
    return order.model_copy(update={"items": lines})


def unit_keys(call: Call, units: Iterable[str]) -> list[Key]:
    """What must be loaded to know the products or SKUs that a discount gives units of."""
    return keys_of(call, _units(units))


def units_known(
    call: Call, units: Iterable[str], items: Mapping[Key, Attributes]
) -> dict[str, CatalogueItem]:
    """By the name that a discount calls each, the products and SKUs among `items`."""
    names = _units(units)
    catalogue = known(call, names, items)
    found = {name: catalogue.unit(name) for name in names.products}
    return {name: item for name, item in found.items() if item is not None}


def unit_types(discount: DiscountPayload | None) -> list[str]:
    """The products and SKUs that a discount as sent gives units of."""
    return [] if discount is None else discount.unit_types


def _units(units: Iterable[str]) -> Names:
    names = tuple(dict.fromkeys(units))
    return Names(products=names, skus=names)


def _items(order: OrderPayload | None) -> Sequence[OrderLinePayload]:
    return [] if order is None else order.items or []


def _product_keys(call: Call, names: Names) -> list[Key]:
    wanted = (each for name in names.products for each in ids.product_ids(call.project, name))
    return [keys.product(call.project, each) for each in wanted]


def _sku_keys(call: Call, names: Names) -> list[Key]:
    wanted = (each for name in names.skus for each in ids.sku_ids(call.project, name))
    return [keys.sku(call.project, each) for each in wanted]
