"""SQS's event sources as the local runner plays them, on the queues of ministack."""

import queue
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import boto3
import pytest
from pydantic import JsonValue

from counterfoil.storage.queue import Message, Queue
from local import engine, install, template
from local.engine import FILES, QUEUES, Engine
from local.event import Event
from local.install import Kind
from local.invocation import FunctionFailedError
from local.queues import QueueSources
from local.resources import Sqs, create_queues
from local.template import Function, Template
from tests.local.clients import EVENTS_TEMPLATE, until_late

PATIENCE_SECONDS = 30

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def described() -> Template:
    return template.load(EVENTS_TEMPLATE)


@pytest.fixture(scope="module")
def services() -> Iterator[Engine]:
    if not install.is_installed(Kind.MINISTACK):
        pytest.skip("ministack cannot be had on this machine")
    started = engine.start(Kind.MINISTACK, None, (QUEUES, FILES))
    yield started
    started.stop()


def a_client(services: Engine) -> Sqs:
    client: Sqs = boto3.client("sqs", endpoint_url=services.endpoint)
    return client


@pytest.fixture
def client(services: Engine, described: Template) -> Sqs:
    made = a_client(services)
    create_queues(made, described)
    return made


class Readers:
    """Functions that fail or report failures when told to, and what they were given."""

    def __init__(self) -> None:
        self.given: queue.Queue[tuple[str, list[dict[str, JsonValue]]]] = queue.Queue()
        self.is_broken = False
        self.undone: set[str] = set()
        self.held = threading.Event()
        self.held.set()
        self.holds: set[str] = set()

    def __call__(self, function: Function, event: Event, _request_id: str) -> JsonValue:
        records = [it for it in _listed(event["Records"]) if isinstance(it, dict)]
        self.given.put((function.logical_id, records))
        if self.holds & {str(record["body"]) for record in records}:
            assert self.held.wait(PATIENCE_SECONDS)
        if self.is_broken:
            raise FunctionFailedError(function.logical_id)
        failed = [it["messageId"] for it in records if it["body"] in self.undone]
        return {"batchItemFailures": [{"itemIdentifier": name} for name in failed]}

    def next(self) -> tuple[str, list[str]]:
        name, records = self.given.get(timeout=PATIENCE_SECONDS)
        return name, [str(record["body"]) for record in records]


def _listed(value: JsonValue) -> list[JsonValue]:
    assert isinstance(value, list)
    return value


@pytest.fixture
def readers() -> Readers:
    return Readers()


@pytest.fixture
def send(
    client: Sqs, described: Template, readers: Readers, request: pytest.FixtureRequest
) -> Iterator[Callable[..., None]]:
    """Puts messages into a queue, which is read from then on."""
    sources = QueueSources(described, readers, client)

    def to(name: str, *bodies: str, group: str = "g") -> None:
        found = described.queues[name]
        for body in bodies:
            unique = f"{request.node.name}-{body}"
            fifo = {"MessageGroupId": group, "MessageDeduplicationId": unique}
            client.send_message(
                QueueUrl=found.url, MessageBody=body, **(fifo if found.is_fifo else {})
            )
        if not started:
            started.append(True)
            sources.start()

    started: list[bool] = []
    yield to
    sources.stop()
    for thread in threading.enumerate():
        if thread.name.startswith("queue "):
            thread.join(PATIENCE_SECONDS)


def await_empty(client: Sqs, url: str) -> None:
    wanted = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    for _ in until_late():
        found = client.get_queue_attributes(QueueUrl=url, AttributeNames=wanted)["Attributes"]
        if all(found[name] == "0" for name in wanted):
            return


def await_message(client: Sqs, url: str) -> str:
    """Received and deleted."""
    for _ in until_late():
        for message in client.receive_message(QueueUrl=url, WaitTimeSeconds=1).get("Messages", ()):
            client.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            return message["Body"]
    raise AssertionError


def test_a_message_is_given_to_the_reader_of_its_queue_and_is_gone(
    client: Sqs, described: Template, readers: Readers, send: Callable[..., None]
) -> None:
    send("Plain", "hello")

    name, (record,) = readers.given.get(timeout=PATIENCE_SECONDS)
    assert (name, record["body"]) == ("ReadPlain", "hello")
    assert record["eventSourceARN"] == described.queues["Plain"].arn
    assert isinstance(record["attributes"], dict)
    assert record["attributes"]["ApproximateReceiveCount"] == "1"
    await_empty(client, described.queues["Plain"].url)


def test_a_message_whose_reader_fails_comes_again_and_is_put_by_in_the_end(
    client: Sqs, described: Template, readers: Readers, send: Callable[..., None]
) -> None:
    readers.is_broken = True

    send("Plain", "hello")

    assert [readers.next() for _ in range(3)] == [("ReadPlain", ["hello"])] * 3
    assert await_message(client, described.queues["Dead"].url) == "hello"
    assert readers.given.empty()


def test_a_group_keeps_its_order_and_holds_up_no_other(
    readers: Readers, send: Callable[..., None]
) -> None:
    readers.holds = {"a1"}
    readers.held.clear()
    send("Ordered", "a1", group="a")
    assert readers.next() == ("ReadOrdered", ["a1"])

    send("Ordered", "a2", group="a")
    send("Ordered", "b1", group="b")

    assert readers.next() == ("ReadOrdered", ["b1"])
    readers.held.set()
    assert readers.next() == ("ReadOrdered", ["a2"])


def test_a_message_that_is_reported_comes_again_and_the_others_do_not(
    client: Sqs, described: Template, readers: Readers, send: Callable[..., None]
) -> None:
    readers.undone = {"2"}
    send("Ordered", "1", "2")

    seen: list[str] = []
    while seen.count("2") < 2:
        seen += readers.next()[1]
    readers.undone = set()

    await_empty(client, described.queues["Ordered"].url)
    assert seen.count("1") == 1


def test_the_services_own_client_sends_to_it(
    services: Engine,
    described: Template,
    readers: Readers,
    send: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_SQS", services.endpoint)
    send("Plain")

    Queue(described.queues["Plain"].url, "eu-central-1", services.endpoint).hand_over(
        Message("shop", "aa_1")
    )

    assert Message.of(readers.next()[1][0]) == Message("shop", "aa_1")


def test_messages_survive_a_restart_on_another_port(tmp_path: Path, described: Template) -> None:
    if not install.is_installed(Kind.MINISTACK):
        pytest.skip("ministack cannot be had on this machine")
    first = engine.start(Kind.MINISTACK, tmp_path, (QUEUES, FILES))
    client = a_client(first)
    create_queues(client, described)
    client.send_message(QueueUrl=described.queues["Plain"].url, MessageBody="kept")
    first.stop()

    second = engine.start(Kind.MINISTACK, tmp_path, (QUEUES, FILES))
    client = a_client(second)
    create_queues(client, described)
    kept = await_message(client, described.queues["Plain"].url)
    second.stop()

    assert kept == "kept"
