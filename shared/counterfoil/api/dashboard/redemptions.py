"""The list of redemptions and rollbacks with why they failed, and one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterfoil.api.dashboard.chips import Chip
from counterfoil.api.dashboard.csv_files import MOST_ROWS, csv_file
from counterfoil.api.dashboard.dates import days_of
from counterfoil.api.dashboard.pages import count, link, page, to
from counterfoil.api.dashboard.paging import paging_of, span
from counterfoil.api.dashboard.record_rows import record_rows
from counterfoil.domain.filters import Condition, Filters, Operator
from counterfoil.domain.records import Result
from counterfoil.domain.timestamps import iso
from counterfoil.operations import rollbacks
from counterfoil.operations.lists import Paging
from counterfoil.operations.redemption_lists import RedemptionsWanted, list_redemptions

if TYPE_CHECKING:
    from counterfoil.api.dashboard.visits import Visit
    from counterfoil.api.response import Response

_ON_A_PAGE: Final = 25
_BOUND: Final = 10_000
_COLUMNS: Final = (
    "state",
    "id",
    "redeemed",
    "what",
    "order",
    "customer",
    "discount",
    "reason",
    "code",
    "date",
)
_VIEWS: Final = (
    ("", "All"),
    ("succeeded", "Succeeded"),
    ("failed", "Failed"),
    ("rollbacks", "Rollbacks"),
)


def listed(visit: Visit) -> Response:
    """The page."""
    number, previous, following = paging_of(visit)
    found = list_redemptions(visit.call, _wanted(visit, Paging(_ON_A_PAGE, number, "-created_at")))
    rows = record_rows(visit, found.entries)
    first = (number - 1) * _ON_A_PAGE
    given = {name: visit.query(name) for name in ("view", "q", "code", "from", "to")}
    return page(
        visit,
        "redemptions.html",
        section="redemptions",
        rows=rows,
        chips=_chips(visit),
        given=given,
        since=given["from"],
        until=given["to"],
        filtered=any(given.values()),
        live=number == 1,
        previous=previous,
        next=following if first + len(rows) < found.total else None,
        total=f"{count(found.total)}{'+' if found.total >= _BOUND else ''}",
        shown=span(first, len(rows)),
        csv=visit.here(page="").replace(link("redemptions"), link("redemptions.csv"), 1),
        csv_note=f"first {count(MOST_ROWS)}" if found.total > MOST_ROWS else None,
    )


def as_csv(visit: Visit) -> Response:
    """The view as a file."""
    found = list_redemptions(visit.call, _wanted(visit, Paging(MOST_ROWS, 1, "-created_at")))
    return csv_file(
        "redemptions",
        _COLUMNS,
        (
            (
                row.state,
                row.id,
                row.label,
                row.what,
                row.order_name,
                None if row.customer is None else row.customer.shown,
                row.amount,
                row.reason,
                row.code,
                iso(row.at),
            )
            for row in record_rows(visit, found.entries)
        ),
    )


def shown(visit: Visit) -> Response:
    """One redemption: on its order's page when it has one that is there."""
    record = rollbacks.get(visit.call, visit.named["name"])
    (row,) = record_rows(visit, [record])
    if visit.query("as") == "order" and record.order_id is not None:
        return to(link("orders", record.order_id))
    return page(
        visit,
        "redemption.html",
        section="redemptions",
        row=row,
        record=record,
        parent=record.parent_id or record.redemption_id,
        metadata=visit.mask.values(record.metadata or {}),
    )


def _wanted(visit: Visit, paging: Paging) -> RedemptionsWanted:
    after, before = days_of(visit)
    conditions = []
    view, code, voucher = (visit.query(name) for name in ("view", "code", "q"))
    if view in ("succeeded", "failed"):
        result = Result.SUCCESS if view == "succeeded" else Result.FAILURE
        conditions += [
            Condition("result", Operator.IS, (result.value,)),
            Condition("object", Operator.IS, ("redemption",)),
        ]
    if view == "rollbacks":
        conditions.append(Condition("object", Operator.IS, ("redemption_rollback",)))
    if code:
        conditions.append(Condition("failure_code", Operator.IS, (code,)))
    if voucher:
        conditions.append(Condition("voucher_code", Operator.IS, (voucher,)))
    filters = Filters((), tuple(conditions), either=False)
    return RedemptionsWanted(paging, after=after, before=before, filters=filters)


def _chips(visit: Visit) -> list[Chip]:
    chosen = visit.query("view")
    return [Chip(title, visit.here(view=name, page=""), chosen == name) for name, title in _VIEWS]
