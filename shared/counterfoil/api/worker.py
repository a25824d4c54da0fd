"""The edge of a function that the queue invokes: a message in, a call, one log line.

A failure is raised, so that the queue delivers the message again, and puts it by after ten times.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypedDict

from counterfoil.api import context
from counterfoil.api.observability import tell
from counterfoil.api.stores import files_of, queue_of, store_of
from counterfoil.domain.errors import CounterfoilError
from counterfoil.operations.call import Call
from counterfoil.storage.queue import Message

if TYPE_CHECKING:
    from collections.abc import Callable

    from counterfoil.api.event import Invocation


class Record(TypedDict):
    """One message, as far as it is read."""

    body: str


class Batch(TypedDict):
    """What an SQS event source hands over."""

    Records: list[Record]


class Handler(Protocol):
    """A Lambda handler of such an event."""

    def __call__(self, event: Batch, invocation: Invocation, /) -> None:
        """Deal with every message. Raises what makes the queue deliver them again."""


def worker(run: Callable[[Call, str], None]) -> Handler:
    """A Lambda handler that calls `run` with each message's action."""
    context.end_cold_start()

    def handler(event: Batch, invocation: Invocation) -> None:
        for record in event["Records"]:
            _deal(Message.of(record["body"]), run, invocation)

    return handler


def _deal(message: Message, run: Callable[[Call, str], None], invocation: Invocation) -> None:
    began = context.steady_seconds()
    call = _call(message, invocation)
    unexpected: Exception | None = None
    try:
        run(call, message.action_id)
    except Exception as error:
        unexpected = error
        raise
    finally:
        known = isinstance(unexpected, CounterfoilError)
        tell(_line(call, began, failed=unexpected is not None), None if known else unexpected)


def _call(message: Message, invocation: Invocation) -> Call:
    known = context.settings()
    return Call(
        store=store_of(known, invocation),
        project=message.project,
        app_id="",
        ids=context.request_ids(),
        zone=known.zone,
        lease_seconds=known.lease_seconds,
        request_id=context.new_request_id(),
        queue=queue_of(known),
        files=files_of(known),
        week_start=known.week_start,
    )


def _line(call: Call, began: float, *, failed: bool) -> dict[str, object]:
    return {
        "request_id": call.request_id,
        "project": call.project,
        "status": "failed" if failed else "done",
        "duration_ms": round((context.steady_seconds() - began) * 1000, 1),
        "store_calls": call.store.meter.calls,
        "store_units": call.store.meter.units,
        **call.trace.ids,
    }
