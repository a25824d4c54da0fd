"""Exports: what was asked for and how far it is, a new one, and its file.

Files have what a viewer is not shown, so they are for operators.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterfoil.api.dashboard.dates import days_of
from counterfoil.api.dashboard.pages import link, page, to
from counterfoil.api.dashboard.paging import numbered
from counterfoil.api.response import Response
from counterfoil.domain.errors import InvalidPayload, NotFound
from counterfoil.domain.export_fields import COLUMNS
from counterfoil.domain.export_payloads import ParametersPayload
from counterfoil.domain.orders import OrderStatus
from counterfoil.operations import exports
from counterfoil.operations.exports import Download, Wanted

if TYPE_CHECKING:
    from datetime import datetime

    from pydantic import JsonValue

    from counterfoil.api.dashboard.visits import Visit
    from counterfoil.operations.exports import Shown

_OBJECTS: Final = (
    ("order", "Orders"),
    ("redemption", "Redemptions"),
    ("voucher", "Vouchers"),
    ("customer", "Customers"),
    ("voucher_transactions", "Gift card transactions"),
    ("product", "Products"),
    ("sku", "SKUs"),
)
_DONE: Final = {"started": "The export was started. It is listed here, with its file once done."}


@dataclass(frozen=True, slots=True)
class ExportRow:
    """One export."""

    id: str
    title: str
    state: str
    size: int
    error: str | None
    is_filtered: bool
    created_at: datetime
    ends_at: datetime


def listed(visit: Visit) -> Response:
    """The page."""
    return _page(visit)


def started(visit: Visit) -> Response:
    """A new export of what the form says, with all fields that there are."""
    try:
        wanted = _wanted(visit)
    except InvalidPayload as error:
        return _page(visit, 400, error.details)
    exports.create(visit.call, wanted)
    return to(f"{link('exports')}?done=started")


def fetched(visit: Visit) -> Response:
    """The file: its bytes, or where they can be had for a minute when they are many."""
    shown = exports.get(visit.call, visit.named["name"])
    found = exports.download(visit.call, Download(shown.export.id, shown.token))
    if found.address is not None:
        return to(found.address)
    if found.content is None:
        raise NotFound("export", shown.export.id)
    headers = {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": f'attachment; filename="{found.name}"',
    }
    return Response(200, found.content, headers)


def _page(visit: Visit, status: int = 200, problem: str | None = None) -> Response:
    part = numbered(visit, lambda paging: exports.list_exports(visit.call, paging))
    return page(
        visit,
        "exports.html",
        status,
        section="exports",
        part=part,
        rows=[_row(each) for each in part.entries],
        objects=_OBJECTS,
        statuses=[each.value for each in OrderStatus],
        done=_DONE.get(visit.query("done")),
        problem=problem,
    )


def _row(shown: Shown) -> ExportRow:
    export = shown.export
    return ExportRow(
        id=export.id,
        title=dict(_OBJECTS).get(export.exported_object, export.exported_object),
        state=export.status,
        size=export.size,
        error=export.error,
        is_filtered=bool(export.parameters.filters),
        created_at=export.created_at,
        ends_at=export.ends_at,
    )


def _wanted(visit: Visit) -> Wanted:
    """Raises InvalidPayload."""
    kind = visit.form.get("object", "")
    if kind not in dict(_OBJECTS):
        raise InvalidPayload("Choose what to export.")
    filters: dict[str, JsonValue] = {}
    after, before = days_of(visit, visit.form)
    if after is not None or before is not None:
        filters["created_at"] = {
            "conditions": {
                **({} if after is None else {"$after": [after]}),
                **({} if before is None else {"$before": [before]}),
            }
        }
    status = visit.form.get("status", "")
    if kind == "order" and status in set(OrderStatus):
        filters["status"] = {"conditions": {"$is": [status]}}
    fields = [*COLUMNS[kind].fields]
    return Wanted(kind, ParametersPayload(fields=fields, filters=filters or None))
