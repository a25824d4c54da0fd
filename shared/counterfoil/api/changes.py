"""The edge of a function that the table's stream invokes: records in, one log line.

The stream is at least once, and in order for each item. A failure is raised, so that the stream
gives the whole batch again: what is done with it must bear that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NotRequired, Protocol, TypedDict

from counterfoil.api import context
from counterfoil.api.observability import tell
from counterfoil.api.stores import store_of
from counterfoil.api.worker import Failures, failures
from counterfoil.domain.stream_changes import Change
from counterfoil.storage.marshal import Typed, plain_item, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime, tzinfo

    from counterfoil.api.event import Invocation
    from counterfoil.storage.store import Store


class Image(TypedDict):
    """The part of a record that the table tells; what is gone has no new image."""

    Keys: Mapping[str, Typed]
    NewImage: NotRequired[Mapping[str, Typed]]


class StreamRecord(TypedDict):
    """One change."""

    dynamodb: Image


class StreamBatch(TypedDict):
    """What the stream hands over."""

    Records: list[StreamRecord]


class StreamHandler(Protocol):
    """A Lambda handler of such an event."""

    def __call__(self, event: StreamBatch, invocation: Invocation, /) -> Failures:
        """Deal with every record. Raises what makes the stream give them again."""


def stream_reader(
    deal: Callable[[Store, Iterable[Change], datetime, tzinfo], int],
) -> StreamHandler:
    """A Lambda handler that calls `deal` with a batch's changes, the time and the zone."""
    context.end_cold_start()

    def handler(event: StreamBatch, invocation: Invocation) -> Failures:
        began, known = context.steady_seconds(), context.settings()
        store = store_of(known, invocation)
        changes = [change_of(record) for record in event["Records"]]
        count = deal(store, changes, context.request_ids().now, known.zone)
        tell(
            {
                "changes": len(changes),
                "hours": count,
                "duration_ms": round((context.steady_seconds() - began) * 1000, 1),
                "store_calls": store.meter.calls,
                "store_units": store.meter.units,
            }
        )
        return failures([])  # what fails is raised

    return handler


def change_of(record: StreamRecord) -> Change:
    """A change as operations see it."""
    told = record["dynamodb"]
    keys, image = plain_item(told["Keys"]), told.get("NewImage")
    return Change(text(keys["pk"]), text(keys["sk"]), None if image is None else plain_item(image))
