"""Lists of orders: all, a customer's, a voucher's, and what filters let through (domain.md §2.1).

A customer's orders and a voucher's lie in lists of their own; anything else that is asked of an
order is asked of it itself, of 1,000 a request (docs/decisions/0031).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from counterfoil.domain.order_filters import order_filter, values_of
from counterfoil.operations import people
from counterfoil.operations.list_pages import Course, listing
from counterfoil.operations.lists import Page, Times, id_of, stretch_of
from counterfoil.storage import keys, order_keys, orders, totals
from counterfoil.storage.lists import Stretch

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pydantic import JsonValue

    from counterfoil.domain.orders import Order
    from counterfoil.operations.call import Call
    from counterfoil.operations.lists import Paging
    from counterfoil.storage.lists import Walk
    from counterfoil.storage.marshal import Attributes

    Fits = Callable[[Order], bool]


@dataclass(frozen=True, slots=True)
class OrdersWanted:
    """Which orders: of these statuses, of a customer (id or source_id), of a voucher (code or id).

    `filters` are in the form of a body (`domain.order_filters`), and were read before.
    """

    paging: Paging
    times: Times = field(default_factory=Times)
    statuses: tuple[str, ...] = ()
    customer: str | None = None
    voucher: str | None = None
    filters: Mapping[str, JsonValue] = field(default_factory=dict)

    @property
    def indexed(self) -> bool:
        """Whether the list's own index tells which are wanted."""
        asked = self.statuses or self.customer or self.voucher or self.filters
        return not asked and self.times.kept_by(self.paging.sorted_by)


def list_orders(call: Call, wanted: OrdersWanted) -> Page[Order]:
    """One page of the orders wanted.

    Of all orders the total is exact; of a range of the list it is counted up to 10,000, and with
    filters it is what was found so far. Raises InvalidCursor.
    """
    paging = wanted.paging
    told = (wanted.times, wanted.statuses, wanted.customer, wanted.voucher, wanted.filters)
    known = listing(call, "orders", paging, told)
    if wanted.voucher is not None:
        # What follows a voucher's redemptions is needed by few lists of orders.
        from counterfoil.operations.voucher_orders import course  # noqa: PLC0415  # see above

        return course(call, known, paging, wanted.voucher, fitting(call, wanted)).search()
    if wanted.indexed:
        stretch = stretch_of(call, "O", paging, wanted.times)
        whole = wanted.times == Times()
        return Course(call, known, paging, stretch, _reader(call)).page(
            _exactly(call) if whole else _counted
        )
    read = _reader(call, fitting(call, wanted), consistent=False)
    return Course(call, known, paging, narrowest(call, wanted), read).search()


def fitting(call: Call, wanted: OrdersWanted) -> Fits:
    """Whether an order is wanted, as far as it tells by itself."""
    owners = set() if wanted.customer is None else {*people.names(call, wanted.customer)}
    asked = None
    if wanted.filters:
        asked = order_filter(wanted.filters, week_start=call.week_start)

    def fits(order: Order) -> bool:
        return (
            (not wanted.statuses or order.status.value in wanted.statuses)
            and (wanted.customer is None or order.customer_id in owners)
            and wanted.times.hold(order.created_at, order.updated_at)
            and (asked is None or asked.holds(values_of(order), call.local_now))
        )

    return fits


def narrowest(call: Call, wanted: OrdersWanted) -> Stretch:
    """The narrowest list that has all orders wanted."""
    paging = wanted.paging
    if wanted.customer is None or paging.sorted_by != "created_at":
        return stretch_of(call, "O", paging, wanted.times)
    names = people.names(call, wanted.customer)
    return Stretch(
        "g3",
        tuple(order_keys.of_customer(call.project, name) for name in names),
        paging.descending,
        wanted.times.created.after,
        wanted.times.created.before,
    )


def _reader(
    call: Call, fits: Fits | None = None, *, consistent: bool = True
) -> Callable[[Sequence[Attributes]], list[Order | None]]:
    def read(entries: Sequence[Attributes]) -> list[Order | None]:
        wanted = [keys.order(call.project, id_of(entry)) for entry in entries]
        items = call.store.get_all(wanted, consistent=consistent)
        found = (orders.stored(items.get(key)) for key in wanted)
        known = (None if stored is None else stored.order for stored in found)
        return [
            order if order is not None and (fits is None or fits(order)) else None
            for order in known
        ]

    return read


def _exactly(call: Call) -> Callable[[Walk], int]:
    return lambda _: totals.of_orders(call.store, call.project)


def _counted(walk: Walk) -> int:
    return walk.total()
