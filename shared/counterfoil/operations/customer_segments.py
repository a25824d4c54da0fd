"""A customer's segments: those that list them, and those whose filter fits (domain.md §2.9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.domain.segments import belongs
from counterfoil.operations import customers, shoppers
from counterfoil.storage import segment_keys, segments

if TYPE_CHECKING:
    from counterfoil.domain.segments import Segment
    from counterfoil.operations.call import Call


def segments_of(call: Call, name: str) -> tuple[Segment, ...]:
    """The segments of the customer with the id or source_id `name`, the oldest first.

    Strongly consistent; every filter of the project is asked. Raises NotFound.
    """
    filters = segment_keys.filters(call.project)
    items = call.store.get_all([*customers.keys_of(call, name), filters])
    customer = customers.require(call, name, items).customer
    call.trace.ids["customer_id"] = customer.id
    joined = segments.joined_ever(call.store, call.project, customer.id)
    names = [*joined, *segments.with_filters(items, call.project)]
    definitions = call.store.get_all(segments.keys_of(call.project, names))
    known = segments.known(definitions, call.project, names).values()
    asked = shoppers.asked_by(known)
    months = call.store.get_all(shoppers.month_keys(call, customer.id, asked))
    shopper = shoppers.shopper_of(call, customer, {**items, **months}, asked, frozenset(joined))
    found = (each for each in known if belongs(each, shopper, call.local_now, call.week_start))
    return tuple(sorted(found, key=lambda each: (each.created_at, each.id)))
