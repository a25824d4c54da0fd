"""The table's stream: what workers write is handed to the functions that follow it.

In order per item, for the records are made one after the other from what stands in the table then;
at least once as long as this process lives, and before it ends in order. What is under way when it
is killed is lost: a real stream keeps its records for a day, whatever happens to who reads them.
"""

import json
import sys
import threading
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError
from pydantic import JsonValue, TypeAdapter

from local.changes import Change
from local.filters import takes
from local.intrinsics import ACCOUNT, REGION
from local.invocation import FunctionFailedError, Invoke
from local.records import Record, change_records, event_of, number_of, unfinished, wanted_by
from local.resources import Sqs
from local.sources import StreamSource
from local.template import Template, stream_arn

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MOST_RETRIES: Final = 5
FIRST_PAUSE_SECONDS: Final = 0.2
GATHERED_SECONDS: Final = 0.1
CHANGES: Final = TypeAdapter(list[Change])
PAUSES: Final = (0.1, 0.5, 2.0)

# Whether it is over instead of paused.
Pause = Callable[[float], bool | None]


class Follower:
    """Hands records to the function of `source`, in order, until it has done each or failed."""

    def __init__(
        self, template: Template, source: StreamSource, invoke: Invoke, queues: Sqs, pause: Pause
    ) -> None:
        self._template = template
        self._source = source
        self._invoke = invoke
        self._queues = queues
        self._pause = pause

    def hand_over(self, records: Sequence[Record]) -> None:
        """Up to a batch. Those that fail again and again go to the queue for failures.

        A source that bisects first finds out which of them it is, without a pause.
        """
        left = self._tried(list(records))
        if self._is_divided(left):
            middle = len(left) // 2
            self.hand_over(left[:middle])
            self.hand_over(left[middle:])
        elif left:
            self._give_up(left)

    def _is_divided(self, records: Sequence[Record]) -> bool:
        return self._source.bisects and len(records) > 1

    def _tried(self, records: list[Record]) -> list[Record]:
        """What is left after as many tries as there may be without any progress."""
        tries = 0
        while records and tries <= self._retries():
            if tries and self._pause(FIRST_PAUSE_SECONDS * 2.0 ** (tries - 1)):
                return []  # nobody is left to try it
            left = self._once(records)
            if len(left) == len(records) and self._is_divided(left):
                return left
            tries = 1 if len(left) < len(records) else tries + 1
            records = left
        return records

    def _retries(self) -> int:
        """On AWS -1 is for ever; here a function that is wrong does not stop the stream."""
        given = self._source.retries
        return min(given, MOST_RETRIES) if given >= 0 else MOST_RETRIES

    def _once(self, records: list[Record]) -> list[Record]:
        function = self._template.functions[self._source.function]
        try:
            answer = self._invoke(function, event_of(records), str(uuid.uuid4()))
        except FunctionFailedError:
            return records
        return unfinished(self._source, records, answer)

    def _give_up(self, records: list[Record]) -> None:
        if self._source.on_failure is None:
            print(f"{self._source.function} failed: {len(records)} lost", file=sys.stderr)
            return
        try:
            self._queues.send_message(
                QueueUrl=self._template.queues[self._source.on_failure].url,
                MessageBody=json.dumps(self._failure(records)),
            )
        except (BotoCoreError, ClientError) as error:
            print(f"{self._source.function} failed, and {error}", file=sys.stderr)

    def _failure(self, records: list[Record]) -> dict[str, JsonValue]:
        """As AWS says it; the records come along, for there is no stream to read them from."""
        function = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{self._source.function}"
        return {
            "requestContext": {
                "functionArn": function,
                "condition": "RetryAttemptsExhausted",
            },
            "DDBStreamBatchInfo": {
                "streamArn": self._source.stream,
                "startSequenceNumber": number_of(records[0]),
                "endSequenceNumber": number_of(records[-1]),
                "batchSize": len(records),
            },
            "payload": event_of(records),
        }


@dataclass(frozen=True)
class _Line:
    """What waits for one follower; None cuts its waiting for more short."""

    source: StreamSource
    follower: Follower
    waiting: SimpleQueue[Record | None]
    is_ending: threading.Event

    def wants(self, change: Change) -> bool:
        """Whether its patterns may take the change, as far as its keys tell."""
        keys: Record = {"dynamodb": {"Keys": change.key}}
        ours = self.source.stream == stream_arn(change.table)
        return ours and takes(tuple(_of_keys(it) for it in self.source.patterns), keys)

    def batch(self) -> list[Record]:
        """What waits, and what comes within the source's window."""
        records = [self.waiting.get()]
        end = time.monotonic() + self.source.window_seconds
        with suppress(Empty):
            while len(records) < self.source.batch_size and records[-1] is not None:
                left = 0.0 if self.is_ending.is_set() else end - time.monotonic()
                records.append(self.waiting.get(timeout=max(0.0, left)))
        return [record for record in records if record is not None]


def _of_keys(pattern: Mapping[str, JsonValue]) -> Mapping[str, JsonValue]:
    told = pattern.get("dynamodb")
    return {"dynamodb": {"Keys": told["Keys"]}} if isinstance(told, dict) and "Keys" in told else {}


class Streams:
    """Takes changes from any thread, and hands them over in threads of its own."""

    def __init__(
        self, template: Template, invoke: Invoke, client: "DynamoDBClient", queues: Sqs
    ) -> None:
        self._client = client
        self._told: SimpleQueue[JsonValue] = SimpleQueue()
        self._under_way = 0
        self._moved = threading.Condition()
        self._ending, self._over = threading.Event(), threading.Event()
        self._lines = [
            _Line(
                source,
                Follower(template, source, invoke, queues, self._over.wait),
                SimpleQueue(),
                self._ending,
            )
            for source in template.streams
        ]

    def start(self) -> None:
        """Begins to hand over."""
        threading.Thread(target=self._follow_changes, name="stream", daemon=True).start()
        for line in self._lines:
            name = f"stream to {line.source.function}"
            threading.Thread(target=self._follow, args=(line,), name=name, daemon=True).start()

    def note(self, changes: JsonValue) -> None:
        """As a worker tells them. Costs the caller nothing but this: others look who wants them."""
        self._count(1)
        self._told.put(changes)

    def finish(self, seconds: float) -> bool:
        """Whether everything that was noted has been handed over, for which it waits so long.

        What fails then is not tried again afterwards.
        """
        self._ending.set()
        for line in self._lines:
            line.waiting.put(None)
        with self._moved:
            is_done = self._moved.wait_for(lambda: self._under_way == 0, seconds)
        self._over.set()
        return is_done

    def _count(self, number: int) -> None:
        with self._moved:
            self._under_way += number
            self._moved.notify_all()

    def _follow_changes(self) -> None:
        while True:
            told = [self._told.get()]
            time.sleep(GATHERED_SECONDS)  # many writes cost one read, and answers go first
            with suppress(Empty):
                while True:
                    told.append(self._told.get_nowait())
            self._offer([change for changes in told for change in CHANGES.validate_python(changes)])
            self._count(-len(told))

    def _offer(self, changes: list[Change]) -> None:
        wanted = [it for it in changes if any(line.wants(it) for line in self._lines)]
        records = self._read(wanted) if wanted else []
        for line in self._lines:
            for record in wanted_by(line.source, records):
                self._count(1)
                line.waiting.put(record)

    def _read(self, changes: list[Change]) -> list[Record]:
        for pause in PAUSES:
            try:
                return change_records(self._client, changes)
            except (BotoCoreError, ClientError):
                time.sleep(pause)
        print(f"{len(changes)} changes were not handed over", file=sys.stderr)
        return []

    def _follow(self, line: _Line) -> None:
        while True:
            records = line.batch()
            if records:
                line.follower.hand_over(records)
                self._count(-len(records))
