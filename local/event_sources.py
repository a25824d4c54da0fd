"""What Lambda's event sources do on AWS, played by this process."""

import boto3
from pydantic import JsonValue

from local.invocation import Invoke
from local.queues import QueueSources
from local.resources import sqs
from local.streams import Streams
from local.template import Template


class EventSources:
    """The template's queues and stream; at `start` the environment has to name their endpoints."""

    def __init__(self, template: Template) -> None:
        self._template = template
        self._streams: Streams | None = None
        self._queues: QueueSources | None = None

    def note(self, changes: JsonValue) -> None:
        """What a worker tells that it has written; nobody invokes any before `start`."""
        if self._streams:
            self._streams.note(changes)

    def start(self, invoke: Invoke, *, reads_queues: bool = True) -> None:
        """Begins to invoke what the sources tell."""
        self._streams = Streams(self._template, invoke, boto3.client("dynamodb"), sqs())
        self._streams.start()
        if reads_queues:
            self._queues = QueueSources(self._template, invoke, sqs())
            self._queues.start()

    def finish(self, seconds: float) -> None:
        """Waits so long for what was written to be handed over."""
        if self._streams:
            self._streams.finish(seconds)

    def stop(self) -> None:
        """Takes no more messages."""
        if self._queues:
            self._queues.stop()
