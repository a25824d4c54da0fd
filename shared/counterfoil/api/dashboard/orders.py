"""The list of orders: the view is its address."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from counterfoil.api.dashboard.chips import Chip
from counterfoil.api.dashboard.csv_files import MOST_ROWS, csv_file
from counterfoil.api.dashboard.order_rows import order_rows
from counterfoil.api.dashboard.order_views import view_of
from counterfoil.api.dashboard.pages import count, link, page
from counterfoil.api.dashboard.paging import part_of
from counterfoil.domain.orders import OrderStatus
from counterfoil.domain.timestamps import iso
from counterfoil.operations.lists import Paging
from counterfoil.operations.order_counts import counts_of
from counterfoil.operations.order_lists import list_orders

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from counterfoil.api.dashboard.order_rows import OrderRow
    from counterfoil.api.dashboard.order_views import View
    from counterfoil.api.dashboard.visits import Visit
    from counterfoil.api.response import Response
    from counterfoil.domain.orders import Order
    from counterfoil.operations.lists import Page

_ROWS: Final = "rows"  # the part of the page that a script brings up to date
# A filter may find little; each of these looks at 1,000 orders.
_MOST_PAGES: Final = 20
_IN_A_TRIP: Final = 500
_COLUMNS: Final = (
    "status",
    "id",
    "source_id",
    "customer",
    "customer_id",
    "items",
    "amount",
    "discount",
    "discounted_amount",
    "created_at",
)


def listed(visit: Visit) -> Response:
    """The page."""
    view = view_of(visit)

    def read(paging: Paging) -> Page[Order]:
        return list_orders(visit.call, replace(view.wanted, paging=paging))

    part = part_of(visit, read, searched=not view.wanted.indexed)
    return page(
        visit,
        "orders.html",
        section="orders",
        view=view,
        part=part,
        rows=order_rows(visit, part.entries),
        chips=_chips(visit, view),
        csv=visit.here(cursor="").replace(link("orders"), link("orders.csv"), 1),
        most=count(MOST_ROWS),
    )


def as_csv(visit: Visit) -> Response:
    """The view as a file, from its beginning."""
    view = view_of(visit)
    orders = list(_all(visit, view))
    return csv_file("orders", _COLUMNS, map(_cells, order_rows(visit, orders[:MOST_ROWS])))


def _all(visit: Visit, view: View) -> Iterator[Order]:
    wanted = replace(view.wanted, paging=Paging(_IN_A_TRIP, 1, "-created_at"))
    shown = 0
    for _ in range(_MOST_PAGES):
        found = list_orders(visit.call, wanted)
        yield from found.entries
        shown += len(found.entries)
        if found.next_cursor is None or shown >= MOST_ROWS:
            return
        wanted = replace(wanted, paging=replace(wanted.paging, cursor=found.next_cursor))


def _cells(row: OrderRow) -> Sequence[object]:
    return (
        row.status,
        row.id,
        row.source_id,
        None if row.customer is None else row.customer.shown,
        row.customer_id,
        row.items,
        row.amount,
        row.discount,
        row.discounted,
        iso(row.created_at),
    )


def _chips(visit: Visit, view: View) -> list[Chip]:
    """None of them counted where only rows are brought up to date, or for a voucher's orders."""
    chosen = view.status
    counts = None
    if visit.request.header("hx-target") != _ROWS and view.wanted.voucher is None:
        counts = counts_of(visit.call, view.wanted)
    more = "" if counts is None or counts.is_whole else "+"
    chips = [Chip("All", visit.here(status="", cursor=""), chosen == "")]
    if counts is not None:
        chips[0] = replace(chips[0], count=f"{count(counts.total)}{more}")
    for status in OrderStatus:
        title, address = status.value.capitalize(), visit.here(status=status.value, cursor="")
        chip = Chip(title, address, chosen == status.value)
        if counts is not None:
            chip = replace(chip, count=f"{count(counts.by_status.get(status.value, 0))}{more}")
        chips.append(chip)
    return chips
