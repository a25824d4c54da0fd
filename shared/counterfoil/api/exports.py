"""Exports on the wire (domain.md §1.14, §2.1, §2.11, §13.2).

The address of a file is under the host that the request came to, so that it works wherever the
client is: behind a domain of one's own, and on one machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from counterfoil.api.lists import PAGES, list_answer
from counterfoil.api.queries import paging
from counterfoil.api.response import Response, json_response
from counterfoil.domain.export_fields import told
from counterfoil.domain.export_payloads import ExportPayload, OrderExportPayload
from counterfoil.domain.timestamps import iso
from counterfoil.operations.exports import Shown, Wanted

if TYPE_CHECKING:
    from collections.abc import Callable

    from counterfoil.api.orders import Document
    from counterfoil.api.request import Request
    from counterfoil.operations.call import Call
    from counterfoil.operations.lists import Page, Paging

Req = TypeVar("Req")
Res = TypeVar("Res")


@dataclass(frozen=True, slots=True)
class Asked(Generic[Req]):
    """What is asked for, and where addresses begin."""

    base: str
    wanted: Req


@dataclass(frozen=True, slots=True)
class Told(Generic[Res]):
    """What is answered, and where addresses begin."""

    base: str
    found: Res


def with_addresses(
    operate: Callable[[Call, Req], Res],
) -> Callable[[Call, Asked[Req]], Told[Res]]:
    """`operate`, between a request that knows its host and an answer that tells of it."""

    def operated(call: Call, asked: Asked[Req]) -> Told[Res]:
        return Told(asked.base, operate(call, asked.wanted))

    return operated


def order_export_request(request: Request) -> Wanted:
    """The body of `POST /v1/orders/export`."""
    return Wanted("order", request.payload(OrderExportPayload).parameters)


def export_request(request: Request) -> Wanted:
    """The body of `POST /v1/exports`."""
    payload = request.payload(ExportPayload)
    return Wanted(payload.exported_object, payload.parameters)


def named_request(request: Request) -> str:
    """The id in the path."""
    return request.parameter("exportId")


def shown_request(request: Request) -> Asked[str]:
    """The same, to be told with an address."""
    return Asked(_base(request), named_request(request))


def exports_request(request: Request) -> Asked[Paging]:
    """The page that `GET /v1/exports` asks for."""
    return Asked(_base(request), paging(request, ("created_at", "status"), PAGES))


def scheduled_answer(shown: Shown) -> Response:
    """200 with an export that nobody has begun yet."""
    return json_response(200, _document("", shown))


def export_answer(told_: Told[Shown]) -> Response:
    """200 with the export."""
    return json_response(200, _document(told_.base, told_.found))


def exports_answer(told_: Told[Page[Shown]]) -> Response:
    """200 with a page of exports."""
    page = told_.found
    documents = (_document(told_.base, each) for each in page.entries)
    return list_answer("exports", documents, page.total)


def _document(base: str, shown: Shown) -> Document:
    export, parameters = shown.export, shown.export.parameters
    result: Document | None = None
    if shown.token is not None:
        result = {"url": f"{base}/v1/exports/{export.id}/download?token={shown.token}"}
    elif export.error is not None:
        result = {"error": {"message": export.error}}
    return {
        "id": export.id,
        "object": "export",
        "created_at": iso(export.created_at),
        "status": export.status,
        "channel": "API" if export.user_id is None else "WEBSITE",
        "exported_object": export.exported_object,
        "parameters": {
            "order": parameters.order,
            "fields": told(parameters.fields),
            **({} if parameters.filters is None else {"filters": parameters.filters}),
        },
        "result": result,
        "user_id": export.user_id,
    }


def _base(request: Request) -> str:
    """Scheme and host; nothing when the request does not tell, and the address is a path then."""
    host = request.header("host")
    if host is None:
        return ""
    return f"{request.header('x-forwarded-proto') or 'http'}://{host}"
