"""What a function knows that no client calls: a call of the service's own, and its log line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.api import context
from counterfoil.api.stores import means_of, store_of
from counterfoil.operations.call import Call

if TYPE_CHECKING:
    from counterfoil.api.event import Invocation


def call_of(project: str, invocation: Invocation) -> Call:
    """A call with all the time that the invocation has; of several projects it has none."""
    known = context.settings()
    return Call(
        store=store_of(known, invocation),
        project=project,
        app_id="",
        ids=context.request_ids(),
        request_id=context.new_request_id(),
        **means_of(known),
    )


def line_of(call: Call, began: float) -> dict[str, object]:
    """What the log is told of every call; `began` is when, by the steady clock."""
    return {
        "request_id": call.request_id,
        "project": call.project,
        "duration_ms": round((context.steady_seconds() - began) * 1000, 1),
        "store_calls": call.store.meter.calls,
        "store_units": call.store.meter.units,
    }
