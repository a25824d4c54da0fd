"""The edge of a function that the table's stream invokes: records in, those not done out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NotRequired, Protocol, TypedDict

from counterfoil.api import context
from counterfoil.api.background import call_of
from counterfoil.api.worker import Failures, failures, told
from counterfoil.storage.happenings import happening

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from counterfoil.api.event import Invocation
    from counterfoil.domain.occurrences import Happening
    from counterfoil.operations.call import Call
    from counterfoil.storage.marshal import Typed


class Change(TypedDict):
    """What became of an item."""

    SequenceNumber: str
    NewImage: NotRequired[Mapping[str, Typed]]


class Record(TypedDict):
    """One record of the stream, as far as it is read."""

    eventName: str
    dynamodb: Change


class Batch(TypedDict):
    """What the stream hands over, in its order."""

    Records: list[Record]


class Handler(Protocol):
    """A Lambda handler of such an event."""

    def __call__(self, event: Batch, invocation: Invocation, /) -> Failures:
        """Deal with every record, or tell the first that is to be given again with all after it."""


def relaying(run: Callable[[Call, Sequence[Happening | None]], int | None]) -> Handler:
    """A Lambda handler that calls `run` with what happened in each of the records."""
    context.end_cold_start()

    def handler(event: Batch, invocation: Invocation) -> Failures:
        records = event["Records"]
        call = call_of("", invocation)
        with told(call):
            call.trace.ids["records"] = str(len(records))
            first = run(call, [_happening(each) for each in records])
        return failures([] if first is None else [records[first]["dynamodb"]["SequenceNumber"]])

    return handler


def _happening(record: Record) -> Happening | None:
    """What the record tells of an item that is new; those that end or change tell nothing."""
    image = record["dynamodb"].get("NewImage")
    return None if image is None or record["eventName"] != "INSERT" else happening(image)
