"""The list of orders: the view is its address."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from counterfoil.api.dashboard.chips import Chip
from counterfoil.api.dashboard.csv_files import MOST_ROWS, csv_file, rows_of
from counterfoil.api.dashboard.order_rows import order_rows
from counterfoil.api.dashboard.order_views import view_of
from counterfoil.api.dashboard.pages import count, link, page
from counterfoil.api.dashboard.paging import part_of
from counterfoil.domain.orders import OrderStatus
from counterfoil.domain.timestamps import iso
from counterfoil.operations.order_counts import counts_of
from counterfoil.operations.order_lists import list_orders

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pydantic import JsonValue

    from counterfoil.api.dashboard.order_rows import OrderRow
    from counterfoil.api.dashboard.order_views import View
    from counterfoil.api.dashboard.visits import Visit
    from counterfoil.api.response import Response
    from counterfoil.domain.orders import Order
    from counterfoil.operations.lists import Page, Paging

_ROWS: Final = "rows"  # the part of the page that a script brings up to date
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
    part = part_of(visit, _reader(visit, view), searched=not view.wanted.indexed)
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
    orders = rows_of(_reader(visit, view_of(visit)))
    return csv_file("orders", _COLUMNS, map(_cells, order_rows(visit, orders)))


def _reader(visit: Visit, view: View) -> Callable[[Paging], Page[Order]]:
    return lambda paging: list_orders(visit.call, replace(view.wanted, paging=paging))


def _cells(row: OrderRow) -> Sequence[JsonValue]:
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
