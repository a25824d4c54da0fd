"""The list of orders (domain.md §2.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.operations.lists import Page, ids_on, walk
from counterfoil.storage import keys, orders, totals

if TYPE_CHECKING:
    from counterfoil.domain.orders import Order
    from counterfoil.operations.call import Call
    from counterfoil.operations.lists import Paging


def list_orders(call: Call, paging: Paging) -> Page[Order]:
    """One page of all orders; the total is exact."""
    wanted = [keys.order(call.project, each) for each in ids_on(walk(call, "O", paging), paging)]
    items = call.store.get_all(wanted)
    found = (orders.stored(items.get(key)) for key in wanted)
    shown = tuple(stored.order for stored in found if stored is not None)
    return Page(shown, totals.of_orders(call.store, call.project))
