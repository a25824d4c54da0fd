"""What a customer did, from the events of their orders and their redemptions (domain.md §2.9).

Both lie in lists by customer. Of each the newest 1,000 are looked at, unless the oldest are asked
for first; dates lead further (docs/decisions/0031).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from counterfoil.domain.activities import Activity, OrderStory, of_order, of_record
from counterfoil.domain.errors import InvalidQuery
from counterfoil.domain.timestamps import iso
from counterfoil.operations import customers
from counterfoil.operations.list_pages import LOOKED
from counterfoil.operations.lists import id_of
from counterfoil.storage import keys, order_events, order_keys, orders, records
from counterfoil.storage.lists import BOUND, Stretch, Walk, key_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from counterfoil.domain.customers import Customer
    from counterfoil.operations.call import Call
    from counterfoil.storage.orders import Stored

# A created_at may be ahead of the clock that made the event by so much.
_SKEW: Final = timedelta(minutes=5)
_INSTANT: Final = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class ActivityWanted:
    """Which entries of the customer that `name` stands for: from `start` to `end`, both included.

    `after` is the id of the entry that the page comes after.
    """

    name: str
    limit: int
    newest_first: bool = True
    after: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    campaign_id: str | None = None
    campaign_type: str | None = None
    category: str | None = None
    type: str | None = None

    def fits(self, entry: Activity) -> bool:
        """Whether an entry is wanted."""
        return (
            (self.start is None or self.start <= entry.at)
            and (self.end is None or entry.at <= self.end)
            and self.campaign_id in (None, entry.campaign_id)
            and self.campaign_type in (None, entry.campaign_type)
            and self.category in (None, entry.category)
            and self.type in (None, entry.type)
        )


@dataclass(frozen=True, slots=True)
class Activities:
    """One page of what a customer did."""

    customer: Customer
    entries: tuple[Activity, ...]
    has_more: bool


def list_activity(call: Call, wanted: ActivityWanted) -> Activities:
    """One page of what a customer did. Raises NotFound, and InvalidQuery for an unknown `after`."""
    items = call.store.get_all(customers.keys_of(call, wanted.name))
    customer = customers.require(call, wanted.name, items).customer
    call.trace.ids["customer_id"] = customer.id
    found = [*_of_orders(call, customer.id, wanted), *_of_records(call, customer.id, wanted)]
    fitting = [entry for entry in found if wanted.fits(entry)]
    fitting.sort(key=lambda entry: (entry.at, entry.id), reverse=wanted.newest_first)
    start = _start(fitting, wanted.after)
    page = tuple(fitting[start : start + wanted.limit])
    return Activities(customer, page, has_more=len(fitting) > start + wanted.limit)


def _start(fitting: list[Activity], after: str | None) -> int:
    if after is None:
        return 0
    for place, entry in enumerate(fitting):
        if entry.id == after:
            return place + 1
    message = "Property .starting_after_id is no activity of this list"
    raise InvalidQuery(message)


def _of_orders(call: Call, customer_id: str, wanted: ActivityWanted) -> Iterator[Activity]:
    stretch = Stretch(
        "g3",
        (order_keys.of_customer(call.project, customer_id),),
        wanted.newest_first,
        before=_moved(wanted.end, _SKEW),
    )
    entries = Walk(call.store, stretch, LOOKED).entries(0, LOOKED)
    named = [keys.order(call.project, id_of(entry)) for entry in entries]
    items = call.store.get_all(named, consistent=False)
    found = (orders.stored(items.get(key)) for key in named)
    known = [each for each in found if each is not None and _is_in(each, wanted)]
    for story in _stories(call, known):
        yield from of_order(story, customer_id)


def _is_in(found: Stored, wanted: ActivityWanted) -> bool:
    """Whether some of the order's events may be wanted."""
    changed = found.order.updated_at
    return wanted.start is None or changed is None or changed >= wanted.start


def _stories(call: Call, known: list[Stored]) -> Iterator[OrderStory]:
    """The orders with all their events, which are known by their keys."""
    project = call.project
    wanted = [
        order_keys.event(project, each.order.id, version)
        for each in known
        for version in range(1, each.version + 1)
    ][:BOUND]
    items = call.store.get_all(wanted, consistent=False)
    for each in known:
        named = (
            order_keys.event(project, each.order.id, version)
            for version in range(1, each.version + 1)
        )
        events = [order_events.decoded(items[key]) for key in named if key in items]
        yield OrderStory(each.order, events)


def _of_records(call: Call, customer_id: str, wanted: ActivityWanted) -> Iterator[Activity]:
    stretch = Stretch(
        "g3",
        (keys.customer_redemptions(call.project, customer_id),),
        wanted.newest_first,
        after=_moved(wanted.start, -_INSTANT),
        before=_moved(wanted.end, _INSTANT),
    )
    entries = Walk(call.store, stretch, LOOKED).entries(0, LOOKED)
    named = [key_of(entry) for entry in entries]
    firsts = [keys.first_record(key.pk) for key in named]
    items = call.store.get_all([*named, *firsts], consistent=False)
    listed = {str(items[key]["id"]) for key in named if key in items}
    for record in records.decoded(items.values()):
        if record.id in listed:
            yield from of_record(record)


def _moved(at: datetime | None, step: timedelta) -> str | None:
    """The bound that lies a step away; none beyond the calendar's ends."""
    try:
        return None if at is None else iso(at + step)
    except OverflowError:
        return None
