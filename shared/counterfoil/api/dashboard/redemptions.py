"""The list of redemptions and rollbacks with why they failed, and one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterfoil.api.dashboard.chips import Chip
from counterfoil.api.dashboard.csv_files import MOST_ROWS, csv_file, rows_of
from counterfoil.api.dashboard.dates import days_of
from counterfoil.api.dashboard.pages import count, link, page, to
from counterfoil.api.dashboard.paging import part_of
from counterfoil.api.dashboard.record_rows import record_rows
from counterfoil.domain.errors import NotFound
from counterfoil.domain.filters import Condition, Filters, Operator
from counterfoil.domain.records import Result
from counterfoil.domain.timestamps import iso
from counterfoil.operations import named_vouchers, rollbacks
from counterfoil.operations.redemption_lists import RedemptionsWanted, list_redemptions

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pydantic import JsonValue

    from counterfoil.api.dashboard.record_rows import RecordRow
    from counterfoil.api.dashboard.visits import Visit
    from counterfoil.api.response import Response
    from counterfoil.domain.records import Record
    from counterfoil.operations.lists import Page, Paging

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
    given = {name: visit.query(name) for name in ("view", "q", "code", "from", "to")}
    filtered = any(given.values())
    part = part_of(visit, _reader(visit), searched=filtered)
    return page(
        visit,
        "redemptions.html",
        section="redemptions",
        part=part,
        rows=record_rows(visit, part.entries),
        chips=_chips(visit),
        given=given,
        since=given["from"],
        until=given["to"],
        filtered=filtered,
        csv=visit.here(cursor="").replace(link("redemptions"), link("redemptions.csv"), 1),
        most=count(MOST_ROWS),
    )


def as_csv(visit: Visit) -> Response:
    """The view as a file, from its beginning."""
    records = rows_of(_reader(visit))
    return csv_file("redemptions", _COLUMNS, map(_cells, record_rows(visit, records)))


def _reader(visit: Visit) -> Callable[[Paging], Page[Record]]:
    return lambda paging: list_redemptions(visit.call, _wanted(visit, paging))


def _cells(row: RecordRow) -> Sequence[JsonValue]:
    return (
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
        conditions.append(Condition("voucher_code", Operator.IS, (_code(visit, voucher),)))
    filters = Filters((), tuple(conditions), either=False)
    return RedemptionsWanted(paging, after=after, before=before, filters=filters, brief=True)


def _code(visit: Visit, typed: str) -> str:
    """A voucher goes by its id too."""
    try:
        return named_vouchers.get(visit.call, typed).voucher.code
    except NotFound:
        return typed


def _chips(visit: Visit) -> list[Chip]:
    chosen = visit.query("view")
    return [Chip(title, visit.here(view=name, cursor=""), chosen == name) for name, title in _VIEWS]
