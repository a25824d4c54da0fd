"""The tests' own deliveries: every source of a template, once, when a test says so."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import boto3
import pytest
from pydantic import JsonValue

from local import tables, template
from local.event import Event
from local.gateway import Gateway
from local.invocation import FunctionFailedError
from local.resources import Sqs, create_queues
from local.template import Function, Template
from tests.delivery import Delivery, Stream
from tests.local.clients import EVENTS_TEMPLATE

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

FIFO = {"MessageGroupId": "g"}


@dataclass
class Functions:
    """What they were given; `broken` ones fail, and `undone` are the texts that are reported."""

    given: list[tuple[str, list[str]]] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    undone: set[str] = field(default_factory=set)

    def __call__(self, function: Function, event: Event, _request_id: str) -> JsonValue:
        told = [_told(record) for record in _records(event)]
        self.given.append((function.logical_id, [text for text, _ in told]))
        if function.logical_id in self.broken:
            raise FunctionFailedError(function.logical_id)
        failed = [name for text, name in told if text in self.undone]
        return {"batchItemFailures": [{"itemIdentifier": name} for name in failed]}


def _records(event: Event) -> Iterator[dict[str, JsonValue]]:
    records = event["Records"]
    assert isinstance(records, list)
    for record in records:
        assert isinstance(record, dict)
        yield record


def _told(record: dict[str, JsonValue]) -> tuple[str, str]:
    """A message's body, or the sort key of the item; and what it is reported by."""
    change = record.get("dynamodb")
    if not isinstance(change, dict):
        return str(record["body"]), str(record["messageId"])
    keys = change["Keys"]
    assert isinstance(keys, dict)
    key = keys["sk"]
    assert isinstance(key, dict)
    return str(key["S"]), str(change["SequenceNumber"])


@pytest.fixture(scope="module")
def events() -> Template:
    return template.load(EVENTS_TEMPLATE)


@pytest.fixture
def functions() -> Functions:
    return Functions()


@pytest.fixture
def queues(pure_moto: str, events: Template) -> Sqs:
    client: Sqs = boto3.client("sqs", region_name=pure_moto)
    create_queues(client, events)
    return client


@pytest.fixture
def items(events: Template, queues: Sqs) -> "DynamoDBClient":
    assert queues
    client = boto3.client("dynamodb")
    tables.create_tables_with(client, events)
    return client


@pytest.fixture
def delivery(events: Template, functions: Functions, queues: Sqs) -> Delivery:
    return Delivery(Gateway(events, functions), events, queues)


@pytest.fixture
def stream(events: Template, functions: Functions, items: "DynamoDBClient") -> Iterator[Stream]:
    made = Stream(Gateway(events, functions), events, items)
    with made.watching(items):
        yield made


def send(queues: Sqs, events: Template, queue: str, *bodies: str) -> None:
    found = events.queues[queue]
    for body in bodies:
        queues.send_message(QueueUrl=found.url, MessageBody=body, **(FIFO if found.is_fifo else {}))


def put(items: "DynamoDBClient", *names: str) -> None:
    for name in names:
        items.put_item(TableName="counterfoil", Item={"pk": {"S": "p"}, "sk": {"S": name}})


def test_every_queue_is_delivered_to_its_reader(
    queues: Sqs, events: Template, functions: Functions, delivery: Delivery
) -> None:
    send(queues, events, "Plain", "a")
    send(queues, events, "Ordered", "1", "2", "3")

    assert delivery() == 4
    assert functions.given == [("ReadPlain", ["a"]), ("ReadOrdered", ["1", "2", "3"])]
    assert delivery() == 0


def test_a_message_whose_function_fails_stays(
    queues: Sqs, events: Template, functions: Functions, delivery: Delivery
) -> None:
    send(queues, events, "Plain", "a")
    functions.broken = {"ReadPlain"}
    with pytest.raises(FunctionFailedError):
        delivery()
    functions.broken = set()

    assert delivery() == 1


def test_a_message_that_is_reported_stays_and_the_others_do_not(
    queues: Sqs, events: Template, functions: Functions, delivery: Delivery
) -> None:
    send(queues, events, "Ordered", "1", "2", "3")
    functions.undone = {"2", "3"}

    assert delivery() == 3
    functions.undone = set()
    assert delivery() == 2
    assert functions.given[-1] == ("ReadOrdered", ["2", "3"])


def test_what_is_received_too_often_is_put_by(
    queues: Sqs, events: Template, functions: Functions, delivery: Delivery
) -> None:
    send(queues, events, "Ordered", "1")
    functions.undone = {"1"}

    assert [delivery() for _ in range(4)] == [1, 1, 1, 0]
    dead = queues.receive_message(QueueUrl=events.queues["OrderedDead"].url)
    assert [message["Body"] for message in dead["Messages"]] == ["1"]


def test_changes_are_handed_to_who_wants_them(
    items: "DynamoDBClient", functions: Functions, stream: Stream
) -> None:
    put(items, "E1", "x", "E2", "E3")

    assert stream() == 3
    assert functions.given == [("Follow", ["E1", "E2"]), ("Follow", ["E3"])]
    assert stream() == 0


def test_a_stream_goes_on_from_the_record_that_failed(
    items: "DynamoDBClient", functions: Functions, stream: Stream
) -> None:
    put(items, "E1", "E2", "E3")
    functions.undone = {"E2"}

    assert stream() == 2
    functions.undone = set()
    assert stream() == 2
    assert functions.given[1:] == [("Follow", ["E2", "E3"])]


def test_records_whose_consumer_fails_come_again(
    items: "DynamoDBClient", functions: Functions, stream: Stream
) -> None:
    put(items, "E1")
    functions.broken = {"Follow"}
    with pytest.raises(FunctionFailedError):
        stream()
    functions.broken = set()

    assert stream() == 1
