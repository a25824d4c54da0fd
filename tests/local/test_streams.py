"""What is written is handed to who follows the table."""

import json
import queue
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import boto3
import pytest
from pydantic import JsonValue

from local import tables, template
from local.event import Event
from local.invocation import FunctionFailedError
from local.records import Record, failures
from local.resources import Sqs, create_queues
from local.streams import MOST_RETRIES, Follower, Streams
from local.template import Function, Template
from tests.local.clients import EVENTS_TEMPLATE

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PATIENCE_SECONDS = 30


@pytest.fixture(scope="module")
def described() -> Template:
    return template.load(EVENTS_TEMPLATE)


@pytest.fixture
def client(pure_moto: str, described: Template) -> "DynamoDBClient":
    made = boto3.client("dynamodb", region_name=pure_moto)
    tables.create_tables_with(made, described)
    return made


@pytest.fixture
def queues(client: "DynamoDBClient", described: Template) -> Sqs:
    assert client
    made: Sqs = boto3.client("sqs")
    create_queues(made, described)
    return made


@dataclass
class Following:
    """A function that fails on some records for as long as it is told to."""

    given: list[list[str]] = field(default_factory=list)
    undone: set[str] = field(default_factory=set)
    raises: bool = False
    heals_after: int = 1000

    def __call__(self, _function: Function, event: Event, _request_id: str) -> JsonValue:
        records = event["Records"]
        assert isinstance(records, list)
        numbers = [number_of(record) for record in records]
        self.given.append(numbers)
        failed = self.undone.intersection(numbers) if len(self.given) <= self.heals_after else ()
        if failed and self.raises:
            raise FunctionFailedError("on purpose")
        return {"batchItemFailures": [{"itemIdentifier": number} for number in sorted(failed)]}


def number_of(record: JsonValue) -> str:
    assert isinstance(record, dict)
    assert isinstance(record["dynamodb"], dict)
    return str(record["dynamodb"]["SequenceNumber"])


def records(*numbers: str) -> list[Record]:
    return [{"dynamodb": {"SequenceNumber": number}} for number in numbers]


def follower(
    described: Template, function: Following, queues: Sqs, pauses: list[float]
) -> Follower:
    (source,) = described.streams
    return Follower(described, source, function, queues, pauses.append)


def put_by(described: Template, queues: Sqs) -> list[dict[str, JsonValue]]:
    url = described.queues["Dead"].url
    received = queues.receive_message(QueueUrl=url, MaxNumberOfMessages=10)
    return [json.loads(message["Body"]) for message in received.get("Messages", [])]


def test_what_is_done_is_handed_over_once(described: Template, queues: Sqs) -> None:
    function, pauses = Following(), list[float]()

    follower(described, function, queues, pauses).hand_over(records("1", "2"))

    assert (function.given, pauses) == ([["1", "2"]], [])


def test_a_batch_goes_on_from_the_record_that_failed(described: Template, queues: Sqs) -> None:
    function, pauses = Following(undone={"2"}, heals_after=1), list[float]()

    follower(described, function, queues, pauses).hand_over(records("1", "2", "3"))

    assert function.given == [["1", "2", "3"], ["2", "3"]]
    assert put_by(described, queues) == []


@pytest.mark.parametrize(
    ("named", "failed"),
    [
        ([], set()),
        (["1"], {"1"}),
        (["1", "9"], {"1", "2"}),
        (["9"], {"1", "2"}),
        ([""], {"1", "2"}),
    ],
)
def test_whoever_names_what_was_not_given_has_done_nothing(
    named: list[str], failed: set[str]
) -> None:
    answer: JsonValue = {"batchItemFailures": [{"itemIdentifier": name} for name in named]}

    assert failures(answer, ["1", "2"]) == failed


def test_pauses_grow_and_end(described: Template, queues: Sqs) -> None:
    function, pauses = Following(undone={"1"}, raises=True), list[float]()

    follower(described, function, queues, pauses).hand_over(records("1"))

    assert function.given == [["1"]] * 3
    assert pauses == [0.2, 0.4]


def test_nothing_is_tried_again_once_it_is_over(described: Template, queues: Sqs) -> None:
    (source,) = described.streams
    function = Following(undone={"1"}, raises=True)

    Follower(described, source, function, queues, lambda _: True).hand_over(records("1"))

    assert function.given == [["1"]]
    assert put_by(described, queues) == []


def test_one_record_that_fails_for_good_is_put_by_alone(described: Template, queues: Sqs) -> None:
    function, pauses = Following(undone={"2"}, raises=True), list[float]()

    follower(described, function, queues, pauses).hand_over(records("1", "2", "3"))

    (failure,) = put_by(described, queues)
    assert failure["payload"] == {"Records": records("2")}
    assert failure["DDBStreamBatchInfo"] == {
        "streamArn": template.stream_arn("counterfoil"),
        "startSequenceNumber": "2",
        "endSequenceNumber": "2",
        "batchSize": 1,
    }
    assert function.given == [["1", "2", "3"], ["1"], ["2", "3"], *[["2"]] * 3, ["3"]]
    assert pauses == [0.2, 0.4]


def test_a_source_that_would_try_for_ever_is_tried_a_few_times(
    described: Template, queues: Sqs, capsys: pytest.CaptureFixture[str]
) -> None:
    (source,) = described.streams
    endless = replace(source, retries=-1, on_failure=None)
    function, pauses = Following(undone={"1"}), list[float]()

    Follower(described, endless, function, queues, pauses.append).hand_over(records("1"))

    assert len(pauses) == MOST_RETRIES
    assert "Follow failed: 1 lost" in capsys.readouterr().err


def test_changes_are_read_filtered_and_handed_over(
    described: Template, client: "DynamoDBClient", queues: Sqs
) -> None:
    given: queue.Queue[Event] = queue.Queue()

    def function(function: Function, event: Event, _request_id: str) -> JsonValue:
        assert function.logical_id == "Follow"
        given.put(event)
        return None

    streams = Streams(described, function, client, queues)
    changes: list[JsonValue] = []
    for name in ("E1", "x", "E2", "E3"):
        client.put_item(TableName="counterfoil", Item={"pk": {"S": "p"}, "sk": {"S": name}})
        changes.append(a_change("counterfoil", name))
    streams.note(changes)
    streams.note([a_change("other", "E1")])
    streams.start()

    assert streams.finish(PATIENCE_SECONDS)
    events = [given.get_nowait() for _ in range(given.qsize())]
    handed = [record for event in events for record in _records(event)]
    images = [record["dynamodb"]["NewImage"]["sk"]["S"] for record in handed]  # type: ignore[index,call-overload]  # a stream's record
    assert images == ["E1", "E2", "E3"]
    assert all(len(_records(event)) <= 2 for event in events)


def a_change(table: str, name: str) -> JsonValue:
    return {"table": table, "key": {"pk": {"S": "p"}, "sk": {"S": name}}}


def _records(event: Event) -> list[dict[str, JsonValue]]:
    found = event["Records"]
    assert isinstance(found, list)
    return [record for record in found if isinstance(record, dict)]
