"""Reports on the wire; both routes are ours (docs/decisions/0039)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterfoil.api.lists import list_answer
from counterfoil.api.queries import MAX_LIMIT, number_of
from counterfoil.api.response import Response, json_response
from counterfoil.domain.errors import NotFound
from counterfoil.domain.report_files import document_of
from counterfoil.domain.report_periods import Period
from counterfoil.operations.reports import Named, Shown, Wanted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterfoil.api.request import Request
    from counterfoil.domain.reports import Report

_LIMIT: Final = 31


def report_request(request: Request) -> Named:
    """The report that the path names. Raises NotFound for what is no period."""
    return Named(_period(request), request.parameter("label"))


def reports_request(request: Request) -> Wanted:
    """The reports of a period, from the label `first` to the label `last`, `limit` at most."""
    return Wanted(
        _period(request),
        request.query_value("first"),
        request.query_value("last"),
        number_of(request, "limit", _LIMIT, MAX_LIMIT),
    )


def report_answer(shown: Shown) -> Response:
    """200 with a report; `current` tells whether nothing has changed since it was counted."""
    files = None if shown.files is None else dict(zip(("json", "csv"), shown.files, strict=True))
    told = document_of(shown.report) | {"current": shown.is_current, "files": files}
    return json_response(200, told)


def reports_answer(found: Sequence[Report]) -> Response:
    """200 with the reports that are kept, the newest first."""
    return list_answer("reports", map(document_of, found), len(found))


def _period(request: Request) -> Period:
    named = request.parameter("period")
    if named not in [*Period]:
        raise NotFound("report", named)
    return Period(named)
