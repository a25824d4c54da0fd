"""One box for everything: who knows an id, a source_id, a code or a name is led to the thing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from counterfoil.api.dashboard.pages import link, page, to
from counterfoil.api.dashboard.people import person
from counterfoil.domain import ids
from counterfoil.domain.errors import NotFound
from counterfoil.operations import (
    customers,
    named_campaigns,
    named_vouchers,
    orders,
    rollbacks,
)
from counterfoil.operations.customer_lists import CustomersWanted, list_customers
from counterfoil.operations.lists import Paging, Times

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from counterfoil.api.dashboard.visits import Visit
    from counterfoil.api.response import Response

_LONGEST: Final = 512
_MOST_PEOPLE: Final = 20
_RECORDS: Final = (
    ids.REDEMPTION,
    ids.FAILED_REDEMPTION,
    ids.ROLLBACK,
    ids.FAILED_ROLLBACK,
)


@dataclass(frozen=True, slots=True)
class Match:
    """Something that goes by exactly what was typed."""

    kind: str
    title: str
    sub: str
    address: str


def found(visit: Visit) -> Response:
    """To the thing when there is one, to a choice when there are several, else to the list of
    orders that match. A script gets the choice.
    """
    wanted = visit.query("q")[:_LONGEST]
    matches = list(_matches(visit, wanted)) if wanted else []
    listing = f"{link('orders')}?{urlencode({'q': wanted})}" if wanted else link("orders")
    if visit.query("as") != "list":
        matches = matches or list(_people(visit, wanted))
        if len(matches) == 1:
            return to(matches[0].address)
        if not matches:
            return to(listing)
    return page(visit, "search.html", q=wanted, matches=matches, listing=listing)


def _matches(visit: Visit, wanted: str) -> Iterator[Match]:
    for find in (_order, _record, _customer, _voucher, _campaign):
        match = _or_none(find, visit, wanted)
        if match is not None:
            yield match


def _people(visit: Visit, wanted: str) -> Iterator[Match]:
    """Customers with exactly this e-mail address or name, as far as a list looks: no script asks
    for them at every letter.
    """
    paging = Paging(_MOST_PEOPLE, 1, "-created_at")
    asked = CustomersWanted(paging, Times())
    asked = replace(asked, email=wanted) if "@" in wanted else replace(asked, name=wanted)
    for known in list_customers(visit.call, asked).entries if wanted else ():
        named = person(known.customer, visit.mask)
        yield Match("Customer", named.shown, named.id, link("customers", named.id))


def _or_none(find: Callable[[Visit, str], Match | None], visit: Visit, wanted: str) -> Match | None:
    try:
        return find(visit, wanted)
    except NotFound:
        return None


def _order(visit: Visit, wanted: str) -> Match:
    order = orders.get(visit.call, wanted)
    name = visit.mask.text(order.source_id) or order.id
    return Match("Order", name, order.id, link("orders", order.id))


def _record(visit: Visit, wanted: str) -> Match | None:
    if not wanted.startswith(_RECORDS):
        return None
    record = rollbacks.get(visit.call, wanted)
    return Match("Redemption", record.id, "", link("redemptions", record.id))


def _customer(visit: Visit, wanted: str) -> Match:
    known = person(customers.get(visit.call, wanted).customer, visit.mask)
    return Match("Customer", known.shown, known.id, link("customers", known.id))


def _voucher(visit: Visit, wanted: str) -> Match:
    voucher = named_vouchers.get(visit.call, wanted).voucher
    title = visit.mask.text(voucher.code) or voucher.id
    return Match("Voucher", title, voucher.id, link("vouchers", voucher.id))


def _campaign(visit: Visit, wanted: str) -> Match:
    campaign = named_campaigns.get(visit.call, wanted).campaign
    title = visit.mask.text(campaign.name) or campaign.id
    return Match("Campaign", title, campaign.id, link("campaigns", campaign.id))
