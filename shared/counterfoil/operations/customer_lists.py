"""The list of customers (domain.md §2.9)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.operations.customers import Known
from counterfoil.operations.lists import (
    Page,
    Paging,
    Times,
    ids_on,
    ids_to_look_at,
    page_of,
    walk,
)
from counterfoil.operations.segment_members import customers_in
from counterfoil.storage import customers, history, keys

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from counterfoil.domain.customers import Customer
    from counterfoil.operations.call import Call


@dataclass(frozen=True, slots=True)
class CustomersWanted:
    """Which customers: in this segment, with exactly this e-mail, name and city, as far as told."""

    paging: Paging
    times: Times
    email: str | None = None
    name: str | None = None
    city: str | None = None
    segment_id: str | None = None

    @property
    def indexed(self) -> bool:
        """Whether the list's own index tells who is wanted."""
        told = {self.email, self.name, self.city, self.segment_id}
        return told == {None} and self.times.kept_by(self.paging.sorted_by)

    def fits(self, customer: Customer) -> bool:
        """Whether `customer` is wanted."""
        city = None if customer.address is None else customer.address.city
        return (
            self.email in (None, customer.email)
            and self.name in (None, customer.name)
            and self.city in (None, city)
            and self.times.hold(customer.created_at, customer.updated_at)
        )


def list_customers(call: Call, wanted: CustomersWanted) -> Page[Known]:
    """One page of the customers wanted that are not deleted, without their newest orders.

    What the list's index does not tell is looked for in 10,000 of them (docs/decisions/0012).
    """
    paging = wanted.paging
    if wanted.indexed:
        listed = walk(call, "C", paging, wanted.times)
        shown = tuple(customers.listed(call.store, call.project, ids_on(listed, paging)))
        return Page(tuple(_with_totals(call, shown)), listed.total())
    looked_at = _looked_at(call, wanted)
    page = page_of([each for each in looked_at if wanted.fits(each)], paging)
    return Page(tuple(_with_totals(call, page.entries)), page.total)


def _looked_at(call: Call, wanted: CustomersWanted) -> Iterator[Customer]:
    """Those of whom the other filters are asked, in the list's order."""
    paging, times = wanted.paging, wanted.times
    if wanted.segment_id is not None:
        return customers_in(call, wanted.segment_id, paging, times)
    names = ids_to_look_at(call, "C", paging, times)
    return customers.listed(call.store, call.project, names)


def _with_totals(call: Call, shown: Sequence[Customer]) -> Iterator[Known]:
    wanted = [keys.lifetime(call.project, each.id) for each in shown]
    items = call.store.get_all(wanted, consistent=False)
    for key, customer in zip(wanted, shown, strict=True):
        yield Known(customer, history.totals(items.get(key)))
