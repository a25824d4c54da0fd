"""Which orders an address asks for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from counterfoil.api.dashboard.dates import days_of
from counterfoil.api.dashboard.paging import ON_A_PAGE
from counterfoil.domain.errors import NotFound
from counterfoil.domain.orders import OrderStatus
from counterfoil.operations import customers, named_vouchers
from counterfoil.operations.lists import Between, Paging, Times
from counterfoil.operations.order_lists import OrdersWanted

if TYPE_CHECKING:
    from pydantic import JsonValue

    from counterfoil.api.dashboard.visits import Visit

_LONGEST: Final = 512


@dataclass(frozen=True, slots=True)
class View:
    """What is wanted, and what the form shows of it; `means` says how the text was taken."""

    wanted: OrdersWanted
    status: str
    text: str
    since: str
    until: str
    means: str

    @property
    def is_filtered(self) -> bool:
        """Whether it is less than all orders."""
        return bool(self.status or self.text or self.since or self.until)


def view_of(visit: Visit) -> View:
    """The view; what makes no sense in an address is left out, for people type it."""
    status = visit.query("status")
    status = status if status in set(OrderStatus) else ""
    text = visit.query("q")[:_LONGEST]
    after, before = days_of(visit)
    wanted = OrdersWanted(
        Paging(ON_A_PAGE, 1, "-created_at"),
        times=Times(created=Between(after, before)),
        statuses=(status,) if status else (),
    )
    wanted, means = _meant(visit, wanted, text) if text else (wanted, "")
    since, until = visit.query("from"), visit.query("to")
    return View(wanted, status, text, since if after else "", until if before else "", means)


def _meant(visit: Visit, wanted: OrdersWanted, text: str) -> tuple[OrdersWanted, str]:
    """A customer's orders, or a voucher's, where the text names one; else what begins with it."""
    try:
        known = customers.get(visit.call, text).customer
    except NotFound:
        pass
    else:
        return replace(wanted, customer=known.id), "of this customer"
    try:
        voucher = named_vouchers.get(visit.call, text).voucher
    except NotFound:
        begins: dict[str, JsonValue] = {"source_id": {"conditions": {"$starts_with": [text]}}}
        return replace(wanted, filters=begins), "whose source_id begins so"
    return replace(wanted, voucher=voucher.id), "with this voucher"
