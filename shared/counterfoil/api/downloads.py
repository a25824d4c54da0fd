"""The edge of the function that gives out files: no key but the token of their address.

Files are read by browsers and by whatever a person pastes an address into, so nothing is asked of
`Accept`. The token is in no log line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.api import context
from counterfoil.api.exchange import Exchange
from counterfoil.api.request import Request
from counterfoil.api.response import Response
from counterfoil.api.stores import means_of, store_of
from counterfoil.operations.call import Call
from counterfoil.operations.exports import Download

if TYPE_CHECKING:
    from collections.abc import Callable

    from counterfoil.api.event import Answer, Event, Handler, Invocation
    from counterfoil.operations.exports import Found


def download(operate: Callable[[Call, Download], Found]) -> Handler:
    """A Lambda handler that answers with what `operate` finds."""
    context.end_cold_start()

    def handler(event: Event, invocation: Invocation) -> Answer:
        exchange = Exchange(context.new_request_id(), context.steady_seconds())

        def respond() -> Response:
            call = exchange.call = _call(exchange, invocation)
            return _answer(operate(call, _wanted(Request.of(event))))

        return exchange.settle(event, respond)

    return handler


def _call(exchange: Exchange, invocation: Invocation) -> Call:
    known = context.settings()
    exchange.store = store_of(known, invocation)
    return Call(
        store=exchange.store,
        project="",
        app_id="",
        ids=context.request_ids(),
        request_id=exchange.request_id,
        **means_of(known),
    )


def _wanted(request: Request) -> Download:
    return Download(request.parameter("exportId"), request.query_value("token"))


def _answer(found: Found) -> Response:
    headers = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}
    if found.address is not None:
        return Response(302, headers={**headers, "Location": found.address})
    return Response(
        200,
        found.content,
        {
            **headers,
            "Content-Type": "text/csv; charset=utf-8",
            "Content-Disposition": f'attachment; filename="{found.name}"',
        },
    )
