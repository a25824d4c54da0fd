"""Endpoints without credentials: they touch no store, so they load nothing that could."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.api import context
from counterfoil.api.exchange import Exchange

if TYPE_CHECKING:
    from collections.abc import Callable

    from counterfoil.api.event import Answer, Event, Handler, Invocation
    from counterfoil.api.response import Response


def open_endpoint(respond: Callable[[Event], Response]) -> Handler:
    """A Lambda handler that answers anyone."""
    context.end_cold_start()

    def handler(event: Event, _invocation: Invocation) -> Answer:
        exchange = Exchange(context.new_request_id(), context.steady_seconds())
        return exchange.settle(event, lambda: respond(event))

    return handler
