"""What Lambda's event sources do on AWS, played by this process."""

import sys
from datetime import UTC, datetime
from typing import Final, Protocol

import boto3
from pydantic import JsonValue

from local.invocation import Invoke
from local.queues import QueueSources
from local.resources import sqs
from local.streams import Streams
from local.template import Template

FINISH_SECONDS: Final = 5.0


class _Ends(Protocol):
    def stop(self) -> None: ...


class EventSources:
    """A template's queues, stream and schedules.

    At `start` the environment has to name the endpoints of tables and queues.
    """

    def __init__(self, template: Template) -> None:
        self._template = template
        self._streams: Streams | None = None
        self._started: list[_Ends] = []

    def note(self, changes: JsonValue) -> None:
        """What a worker tells that it has written; nobody invokes any before `start`."""
        if self._streams:
            self._streams.note(changes)

    def start(self, invoke: Invoke) -> None:
        """Begins to invoke what the sources tell."""
        # Its library is of the extra `local`: tests without a clock do without.
        from local.schedules import Schedules  # noqa: PLC0415

        self.follow(invoke)
        queues = QueueSources(self._template, invoke, sqs())
        schedules = Schedules(self._template, invoke, lambda: datetime.now(UTC))
        self._started += [queues, schedules]
        queues.start()
        schedules.start()

    def follow(self, invoke: Invoke) -> None:
        """Begins to hand over what is written, and nothing else."""
        self._streams = Streams(self._template, invoke, boto3.client("dynamodb"), sqs())
        self._streams.start()

    def stop(self) -> None:
        """Takes no more messages and looks at the clock no more; then what was written is handed
        over, unless that takes too long.
        """
        for source in self._started:
            source.stop()
        if self._streams and not self._streams.finish(FINISH_SECONDS):
            print("some of what was written has not been handed over", file=sys.stderr)
