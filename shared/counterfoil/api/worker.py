"""The edge of a function that the queue invokes: a message in, a call, one log line.

A failure is raised, so that the queue delivers the message again, and puts it by after ten times.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol, TypedDict

from counterfoil.api import context
from counterfoil.api.observability import tell
from counterfoil.api.stores import means_of, store_of
from counterfoil.domain.errors import CounterfoilError
from counterfoil.operations.call import Call
from counterfoil.storage.queue import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from counterfoil.api.event import Invocation


class Record(TypedDict):
    """One message, as far as it is read."""

    body: str


class Batch(TypedDict):
    """What an SQS event source hands over."""

    Records: list[Record]


class Failure(TypedDict):
    """One message or record that is to be given again."""

    itemIdentifier: str


class Failures(TypedDict):
    """What a function answers that is done with some of a batch only."""

    batchItemFailures: list[Failure]


def failures(names: Iterable[str]) -> Failures:
    """All of the batch is done but what has these names."""
    return {"batchItemFailures": [{"itemIdentifier": each} for each in names]}


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
    call = call_of(message.project, invocation)
    with told(call):
        run(call, message.action_id)


def call_of(project: str, invocation: Invocation) -> Call:
    """The call of a function that no client calls; `project` is empty when it is for several."""
    known = context.settings()
    return Call(
        store=store_of(known, invocation),
        project=project,
        app_id="",
        ids=context.request_ids(),
        request_id=context.new_request_id(),
        **means_of(known),
    )


@contextmanager
def told(call: Call) -> Iterator[None]:
    """One log line of what is done within, whether it fails or not."""
    began = context.steady_seconds()
    unexpected: Exception | None = None
    try:
        yield
    except Exception as error:
        unexpected = error
        raise
    finally:
        known = isinstance(unexpected, CounterfoilError)
        tell(_line(call, began, failed=unexpected is not None), None if known else unexpected)


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
