"""The list of customers (domain.md §2.9)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.operations.customers import Known
from counterfoil.operations.list_pages import Course, listing, page_at_hand
from counterfoil.operations.lists import Page, Paging, Times, id_of, stretch_of
from counterfoil.operations.segment_members import customers_in, place_in
from counterfoil.storage import customers, history, keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from counterfoil.domain.customers import Customer
    from counterfoil.operations.call import Call
    from counterfoil.storage.marshal import Attributes


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
    Raises InvalidCursor.
    """
    page = _page(call, wanted)
    shown = tuple(_with_totals(call, page.entries))
    return Page(shown, page.total, page.next_cursor)


def named(call: Call, customer_ids: Iterable[str | None]) -> dict[str, Customer]:
    """The customers with these ids that are not deleted, by id; they may lag, as lists do."""
    wanted = [each for each in dict.fromkeys(customer_ids) if each is not None]
    return {each.id: each for each in customers.listed(call.store, call.project, wanted)}


def _page(call: Call, wanted: CustomersWanted) -> Page[Customer]:
    paging = wanted.paging
    told = (wanted.times, wanted.email, wanted.name, wanted.city, wanted.segment_id)
    known = listing(call, "customers", paging, told)
    if wanted.segment_id is not None:
        members = customers_in(call, wanted.segment_id, paging, wanted.times)
        found = [each for each in members if wanted.fits(each)]
        return page_at_hand(known, paging, found, place_in(paging))
    stretch = stretch_of(call, "C", paging, wanted.times)
    course = Course(call, known, paging, stretch, lambda entries: _listed(call, wanted, entries))
    return course.page() if wanted.indexed else course.look_through()


def _listed(
    call: Call, wanted: CustomersWanted, entries: Sequence[Attributes]
) -> list[Customer | None]:
    """The customer of each entry, None for one who is deleted or not wanted."""
    names = [id_of(entry) for entry in entries]
    known = customers.listed(call.store, call.project, names)
    found = {each.id: each for each in known if wanted.fits(each)}
    return [found.get(name) for name in names]


def _with_totals(call: Call, shown: Sequence[Customer]) -> Iterator[Known]:
    wanted = [keys.lifetime(call.project, each.id) for each in shown]
    items = call.store.get_all(wanted, consistent=False)
    for key, customer in zip(wanted, shown, strict=True):
        yield Known(customer, history.totals(items.get(key)))
