"""Who belongs to a segment, for the list of customers (domain.md §2.9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.domain.errors import InvalidQuery
from counterfoil.domain.segments import asks_last_order, asks_summary, belongs, windows_of
from counterfoil.domain.shoppers import Shopper
from counterfoil.domain.timestamps import iso
from counterfoil.operations.lists import ids_to_look_at
from counterfoil.storage import customers, history, keys, segments

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from counterfoil.domain.customers import Customer
    from counterfoil.domain.segments import Segment
    from counterfoil.operations.call import Call
    from counterfoil.operations.lists import Paging, Times


def customers_in(call: Call, segment_id: str, paging: Paging, times: Times) -> Iterator[Customer]:
    """The customers who belong to a segment; nobody to an unknown one.

    Those that a static one lists, in the order of the page's field. Those that a filter fits are
    looked for in 10,000 (docs/decisions/0012); raises InvalidQuery when the filter reads what would
    cost several calls for each of them.
    """
    items = call.store.get_all(segments.keys_of(call.project, [segment_id]))
    found = segments.stored(items, call.project, segment_id)
    if found is None or not found.in_force:
        return iter(())
    if found.segment.is_static:
        names = segments.customers_of(call.store, call.project, found)
        known = customers.listed(call.store, call.project, names)
        return iter(sorted(known, key=place_in(paging), reverse=paging.descending))
    if windows_of(found.segment) or asks_last_order(found.segment):
        message = "names a segment by the dates of orders, whose customers cannot be listed yet"
        raise InvalidQuery(f"Property .segment_id {message}")
    return _fitting(call, found.segment, ids_to_look_at(call, "C", paging, times))


def place_in(paging: Paging) -> Callable[[Customer], tuple[str, str]]:
    """Where the list that is sorted by the page's field has a customer."""

    def place(customer: Customer) -> tuple[str, str]:
        match paging.sorted_by:
            case "source_id":
                return customer.source_id or customer.id, customer.id
            case "updated_at":
                return iso(customer.updated_at or customer.created_at), customer.id
            case _:
                return iso(customer.created_at), customer.id

    return place


def _fitting(call: Call, segment: Segment, names: list[str]) -> Iterator[Customer]:
    for shopper in _shoppers(call, segment, customers.listed(call.store, call.project, names)):
        if belongs(segment, shopper, call.local_now, call.week_start):
            yield shopper.customer


def _shoppers(call: Call, segment: Segment, known: Iterable[Customer]) -> Iterator[Shopper]:
    """With what they have bought in all, if the segment asks."""
    if not asks_summary(segment):
        yield from map(Shopper, known)
        return
    looked_at = list(known)
    wanted = [keys.lifetime(call.project, each.id) for each in looked_at]
    items = call.store.get_all(wanted, consistent=False)
    for key, each in zip(wanted, looked_at, strict=True):
        yield Shopper(each, history.totals(items.get(key)))
