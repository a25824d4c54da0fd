"""One customer: the profile, what they have bought, and what they redeemed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterfoil.api.dashboard.order_rows import order_rows
from counterfoil.api.dashboard.pages import link, money, page, to, word
from counterfoil.api.dashboard.people import person
from counterfoil.api.dashboard.record_rows import record_row, record_rows
from counterfoil.operations import customers
from counterfoil.operations.lists import Paging
from counterfoil.operations.order_lists import OrdersWanted, list_orders
from counterfoil.operations.redemption_lists import RedemptionsWanted, list_redemptions

if TYPE_CHECKING:
    from datetime import datetime

    from counterfoil.api.dashboard.record_rows import RecordRow
    from counterfoil.api.dashboard.visits import Visit
    from counterfoil.api.response import Response

_NEWEST: Final = 20
_LATEST: Final = 4


@dataclass(frozen=True, slots=True)
class Latest:
    """One thing that a customer did."""

    label: str
    what: str
    address: str
    at: datetime


def latest_of(visit: Visit, customer_id: str | None) -> list[Latest]:
    """The orders and the redemptions that the customer made last."""
    if customer_id is None:
        return []
    paging, mask = Paging(_LATEST, 1, "-created_at"), visit.mask
    redeemed = list_redemptions(visit.call, RedemptionsWanted(paging, customer=customer_id))
    rows = [record_row(each, mask) for each in redeemed.entries]
    bought = list_orders(visit.call, OrdersWanted(paging, customer=customer_id)).entries
    found = [
        *(Latest(each.label, _did(each), link("redemptions", each.id), each.at) for each in rows),
        *(
            Latest(
                mask.text(each.source_id) or each.id,
                f"Order, {money(each.total_amount)}",
                link("orders", each.id),
                each.created_at,
            )
            for each in bought
        ),
    ]
    return sorted(found, key=lambda each: each.at, reverse=True)


def _did(row: RecordRow) -> str:
    return "Rollback" if row.is_rollback else word(row.state)


def shown(visit: Visit) -> Response:
    """The page; a customer goes by the source_id too, and is then shown at the id."""
    known = customers.get(visit.call, visit.named["name"])
    customer, mask = known.customer, visit.mask
    if customer.id != visit.named["name"]:
        return to(link("customers", customer.id))
    paging = Paging(_NEWEST, 1, "-created_at")
    found = list_redemptions(visit.call, RedemptionsWanted(paging, customer=customer.id))
    bought = list_orders(visit.call, OrdersWanted(paging, customer=customer.id))
    address = None if customer.address is None else customer.address.model_dump(exclude_none=True)
    return page(
        visit,
        "customer.html",
        section="orders",
        person=person(customer, mask),
        description=mask.text(customer.description),
        birthdate=mask.secret(None if customer.birthdate is None else str(customer.birthdate)),
        address={name: mask.secret(value) for name, value in (address or {}).items()},
        since=customer.created_at,
        summary=known.summary,
        orders=order_rows(visit, bought.entries),
        records=record_rows(visit, found.entries),
        metadata=mask.metadata(customer.metadata),
    )
