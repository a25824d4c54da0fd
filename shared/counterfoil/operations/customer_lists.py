"""The list of customers (domain.md §2.9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.operations.customers import Known, known
from counterfoil.operations.lists import Page, ids_on, walk
from counterfoil.storage import customers, keys

if TYPE_CHECKING:
    from counterfoil.operations.call import Call
    from counterfoil.operations.lists import Paging


def list_customers(call: Call, paging: Paging) -> Page[Known]:
    """One page of all customers that are not deleted.

    Whoever has bought something costs a query for their newest order.
    """
    project = call.project
    listed = walk(call, "C", paging)
    names = ids_on(listed, paging)
    wanted = [
        key
        for name in names
        for key in (keys.customer(project, name), keys.lifetime(project, name))
    ]
    items = call.store.get_all(wanted)
    found = (customers.stored(items.get(keys.customer(project, name))) for name in names)
    shown = tuple(
        known(call, each.customer, items.get(keys.lifetime(project, each.customer.id)))
        for each in found
        if each is not None and not each.customer.deleted
    )
    return Page(shown, listed.total())
