"""Plays the event sources of template.yaml, once and in this process, when a test says so."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

from local.changes import Change, Recorder
from local.gateway import Gateway
from local.records import (
    Record,
    change_records,
    event_of,
    failures,
    message_record,
    number_of,
    unfinished,
    wanted_by,
)
from local.resources import Message, Sqs
from local.sources import QueueSource, StreamSource
from local.template import Template

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MOST_AT_ONCE: Final = 10


class Delivery:
    """Every message that is due, to the function that reads its queue."""

    def __init__(self, gateway: Gateway, described: Template, client: Sqs) -> None:
        self._gateway = gateway
        self._described = described
        self._client = client

    def __call__(self) -> int:
        """How many messages there were. Raises FunctionFailedError for a function that fails."""
        failed: list[tuple[str, Message]] = []
        try:
            return self._rounds(failed)
        finally:
            for url, message in failed:
                # One that its function had given out at once may be a dead letter by now.
                with suppress(ClientError):
                    self._client.change_message_visibility(
                        QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0
                    )

    def _rounds(self, failed: list[tuple[str, Message]]) -> int:
        total = 0
        while count := sum(self._drain(it, failed) for it in self._described.read_queues):
            total += count
        return total

    def _drain(self, source: QueueSource, failed: list[tuple[str, Message]]) -> int:
        count = 0
        while messages := self._received(source):
            count += len(messages)
            left = self._give(source, messages, failed)
            failed += [(self._described.queues[source.queue].url, it) for it in left]
        return count

    def _received(self, source: QueueSource) -> list[Message]:
        received = self._client.receive_message(
            QueueUrl=self._described.queues[source.queue].url,
            MaxNumberOfMessages=min(source.batch_size, MOST_AT_ONCE),
            AttributeNames=["All"],
        )
        return received.get("Messages", [])

    def _give(
        self, source: QueueSource, messages: list[Message], failed: list[tuple[str, Message]]
    ) -> list[Message]:
        """Those that the function could not do."""
        queue = self._described.queues[source.queue]
        records = [message_record(it, queue) for it in messages]
        function = self._described.functions[source.function]
        try:
            answer = self._gateway.invoke(function, event_of(records), "test")
        except BaseException:
            failed += [(queue.url, it) for it in messages]
            raise
        ids = [it["MessageId"] for it in messages]
        undone = failures(answer, ids) if source.reports_failures else set()
        for message in messages:
            if message["MessageId"] not in undone:
                self._client.delete_message(
                    QueueUrl=queue.url, ReceiptHandle=message["ReceiptHandle"]
                )
        return [it for it in messages if it["MessageId"] in undone]


class Stream:
    """The changes of the table, to every function that its stream invokes."""

    def __init__(self, gateway: Gateway, described: Template, client: "DynamoDBClient") -> None:
        self._gateway = gateway
        self._described = described
        self._client = client
        self._noted: list[Change] = []
        self._waiting: dict[str, list[Record]] = {it.function: [] for it in described.streams}

    @contextmanager
    def watching(self, client: object) -> Iterator[None]:
        """Notes what `client`, one of botocore's, writes."""
        recorder = Recorder(self._described, self._noted.extend)
        events = client.meta.events  # type: ignore[attr-defined]  # botocore's own
        hooks = list(recorder.hooks())
        for name, hook in hooks:
            events.register(name, hook, unique_id=f"changes-{name}")
        yield
        for name, hook in hooks:
            events.unregister(name, hook, unique_id=f"changes-{name}")

    def __call__(self) -> int:
        """How many records were handed over, to however many consumers."""
        changes = [*self._noted]
        self._noted.clear()
        records = change_records(self._client, changes)
        for source in self._described.streams:
            self._waiting[source.function] += wanted_by(source, records)
        given = (number for source in self._described.streams for number in self._hand(source))
        return len(set(given))

    def _hand(self, source: StreamSource) -> Iterator[str]:
        """The numbers of the records that were handed over: up to the first that failed."""
        waiting = self._waiting[source.function]
        function = self._described.functions[source.function]
        while batch := waiting[: source.batch_size]:
            answer = self._gateway.invoke(function, event_of(batch), "test")
            yield from map(number_of, batch)
            left = unfinished(source, batch, answer)
            waiting[: len(batch)] = left
            if left:
                return
