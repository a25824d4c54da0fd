"""The edge of a function that the queue invokes: a message in, a call, one log line.

A failure is raised, so that the queue delivers the message again, and puts it by after ten times.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol, TypedDict

from counterfoil.api import context
from counterfoil.api.background import call_of, line_of
from counterfoil.api.observability import tell
from counterfoil.domain.errors import CounterfoilError
from counterfoil.storage.queue import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from counterfoil.api.event import Invocation
    from counterfoil.operations.call import Call


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
        status = "done" if unexpected is None else "failed"
        line = {**line_of(call, began), "status": status, **call.trace.ids}
        tell(line, None if known else unexpected)
