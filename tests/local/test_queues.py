"""SQS as the local runner plays it: what is sent is given to the function that reads the queue."""

import hashlib
import json
import queue
import threading
from pathlib import Path

import pytest
from pydantic import JsonValue

from counterfoil.storage.queue import Message, Queue, connect
from local import queues, template
from local.event import Event
from local.http_messages import HttpRequest
from local.intrinsics import REGION
from local.invocation import FunctionFailedError
from local.queues import SEND, Queues, listening
from local.template import Function, Template

PATIENCE_SECONDS = 30
URL = "https://sqs.eu-central-1.amazonaws.com/000000000000/ActionQueue"


@pytest.fixture(scope="module")
def described() -> Template:
    return template.load()


class Reader:
    """A function that fails as often as it is told to, and what it was given."""

    def __init__(self, failures: int = 0) -> None:
        self.given: queue.Queue[tuple[str, Event]] = queue.Queue()
        self._failures = failures

    def __call__(self, function: Function, event: Event, _request_id: str) -> JsonValue:
        self.given.put((function.logical_id, event))
        self._failures -= 1
        if self._failures >= 0:
            raise FunctionFailedError(function.logical_id)
        return None

    def next_record(self) -> tuple[str, dict[str, JsonValue]]:
        name, event = self.given.get(timeout=PATIENCE_SECONDS)
        records = event["Records"]
        assert isinstance(records, list)
        (record,) = records
        assert isinstance(record, dict)
        return name, record


def send(to: Queues, body: object, target: str = SEND) -> tuple[int, dict[str, str]]:
    request = HttpRequest("POST", "/", {"X-Amz-Target": target}, json.dumps(body).encode())
    answer = to.handle(request)
    return answer.status, json.loads(answer.body)


def test_a_message_is_given_to_the_reader_of_its_queue(described: Template) -> None:
    reader = Reader()

    status, answer = send(Queues(described, reader), {"QueueUrl": URL, "MessageBody": "hello"})

    assert status == 200
    digest = hashlib.md5(b"hello", usedforsecurity=False).hexdigest()
    assert answer["MD5OfMessageBody"] == digest
    name, record = reader.next_record()
    assert (name, record["body"]) == ("RunAsyncAction", "hello")
    assert record["messageId"] == answer["MessageId"]


def test_a_reader_that_fails_is_given_the_message_again(described: Template) -> None:
    reader = Reader(failures=2)

    send(Queues(described, reader, 0.0), {"QueueUrl": URL, "MessageBody": "hello"})

    counts = [reader.next_record()[1]["attributes"] for _ in range(3)]
    assert counts == [{"ApproximateReceiveCount": str(count)} for count in (1, 2, 3)]


def test_a_message_is_given_up_in_the_end(described: Template) -> None:
    reader = Reader(failures=100)

    send(Queues(described, reader, 0.0), {"QueueUrl": URL, "MessageBody": "hello"})

    for _ in range(queues.MOST_DELIVERIES):
        reader.next_record()
    for thread in threading.enumerate():
        if isinstance(thread, threading.Timer):
            thread.join(PATIENCE_SECONDS)
    assert reader.given.empty()


@pytest.mark.parametrize(
    ("body", "target"),
    [
        ({"QueueUrl": URL, "MessageBody": "x"}, "AmazonSQS.ReceiveMessage"),
        ({"QueueUrl": "Nope", "MessageBody": "x"}, SEND),
        ({"QueueUrl": URL}, SEND),
    ],
)
def test_what_is_not_played_is_refused(described: Template, body: object, target: str) -> None:
    status, _ = send(Queues(described, Reader()), body, target)

    assert status == 400


def test_the_services_own_client_sends_to_it(described: Template) -> None:
    reader = Reader()
    connect.cache_clear()
    with listening() as server:
        server.start(Queues(described, reader).handle)
        Queue(URL, REGION, "here").hand_over(Message("shop", "aa_1"))
    connect.cache_clear()

    _, record = reader.next_record()
    assert Message.of(str(record["body"])) == Message("shop", "aa_1")


def test_only_functions_that_read_a_queue_are_found(tmp_path: Path, described: Template) -> None:
    assert [it.function for it in described.read_queues] == ["RunAsyncAction"]
    plain = tmp_path / "template.yaml"
    plain.write_text("Resources: {}\n", "utf-8")
    assert template.load(plain).read_queues == ()
