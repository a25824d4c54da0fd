"""The edge of the sender: a message in, one try, and when to give the message out again.

A message that is not done is reported as such, having been put off for as long as the next try
is to wait; the queue puts it by after its last.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Protocol, TypedDict

from counterfoil.api import context
from counterfoil.api.background import call_of
from counterfoil.api.worker import Failures, failures, told
from counterfoil.domain.deliveries import Notice
from counterfoil.domain.errors import Unavailable
from counterfoil.operations.deliveries import queue_of
from counterfoil.operations.webhook_sender import Errand

if TYPE_CHECKING:
    from collections.abc import Callable

    from counterfoil.api.event import Invocation
    from counterfoil.domain.deliveries import Outcome
    from counterfoil.domain.webhooks import Webhook
    from counterfoil.operations.call import Call
    from counterfoil.operations.webhook_sender import Told

    Posting = Callable[[Webhook, Told], Outcome]


class Attributes(TypedDict):
    """What the queue knows of a message."""

    ApproximateReceiveCount: str


class Record(TypedDict):
    """One message, as far as it is read."""

    messageId: str
    receiptHandle: str
    body: str
    attributes: Attributes


class Batch(TypedDict):
    """What an SQS event source hands over: of a group, in its order."""

    Records: list[Record]


class Handler(Protocol):
    """A Lambda handler of such an event."""

    def __call__(self, event: Batch, invocation: Invocation, /) -> Failures:
        """Deal with the messages up to the first that is to be given out again."""


def sending(run: Callable[[Call, Errand], int | None], posting: Callable[[], Posting]) -> Handler:
    """A Lambda handler that calls `run` with each message's errand."""
    context.end_cold_start()

    def handler(event: Batch, invocation: Invocation) -> Failures:
        records = event["Records"]
        for place, record in enumerate(records):
            if not _done(record, run, posting(), invocation):
                # Those after it may be of its group, and must not overtake it.
                return failures(each["messageId"] for each in records[place:])
        return failures([])

    return handler


def _done(
    record: Record,
    run: Callable[[Call, Errand], int | None],
    posting: Posting,
    invocation: Invocation,
) -> bool:
    """Whether nothing is left to do for the message; else it is put off."""
    notice = Notice.of(record["body"])
    call = call_of(notice.project, invocation)
    tries = int(record["attributes"]["ApproximateReceiveCount"])
    with told(call):
        pause = run(call, Errand(notice, tries, posting))
        if pause is not None:
            with suppress(Unavailable):  # the queue has a time of its own
                queue_of(call).put_off(record["receiptHandle"], pause)
    return pause is None
