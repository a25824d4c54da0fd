"""Tables from template.yaml in moto, keys in them, and clients of the handlers.

Every function is held to its own policy: a call that the template does not allow fails the test.
"""

import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Final, Protocol

import boto3
import pytest
from moto import mock_aws
from pydantic import JsonValue

from counterfoil.api import context, stores
from counterfoil.storage import credentials, queue
from counterfoil.storage.credentials import Kind
from counterfoil.storage.store import Store
from local import tables, template
from local.event import Event
from local.gateway import Gateway
from local.intrinsics import REGION
from local.invocation import Context, InProcess
from local.template import Function, Template
from tests.api.client import ORIGIN, Api
from tests.permissions import Permission, allowed, needed

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

AWS: Final = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_REGION": REGION,
    "AWS_DEFAULT_REGION": REGION,
}


@cache
def _client() -> "DynamoDBClient":
    return boto3.client("dynamodb")


class Queues(Protocol):
    """What is used of SQS; its stubs are not installed."""

    def create_queue(self, *, QueueName: str) -> object: ...  # noqa: N803  # as boto3 has it
    def receive_message(self, *, QueueUrl: str) -> dict[str, list[dict[str, str]]]: ...  # noqa: N803
    def delete_message(self, *, QueueUrl: str, ReceiptHandle: str) -> object: ...  # noqa: N803


@cache
def _queues() -> Queues:
    queues: Queues = boto3.client("sqs")
    return queues


class Wardens:
    """Invokes functions in this process and notes what each one may not do but did."""

    def __init__(self, described: Template) -> None:
        self._invoke = InProcess(described)
        self._allowed = allowed()
        self._function = ""
        self.trespasses: set[tuple[str, Permission]] = set()

    def __call__(self, function: Function, event: Event, request_id: str) -> JsonValue:
        self._function = function.logical_id
        try:
            return self._invoke(function, event, request_id)
        finally:
            self._function = ""

    def note(self, event_name: str, params: dict[str, bytes], **_: object) -> None:
        """Called by botocore before every call of the process's client, a test's own included."""
        if not self._function:
            return
        wanted = set(needed(event_name.rpartition(".")[2], params["body"]))
        refused = wanted - self._allowed[self._function]
        self.trespasses |= {(self._function, permission) for permission in refused}


@pytest.fixture(scope="session")
def described() -> Template:
    """template.yaml, as the local gateway reads it."""
    return template.load()


@pytest.fixture
def table(described: Template, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The name of an empty table, in an environment like a function's."""
    for name, value in {**AWS, **described.environment()}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL_DYNAMODB", raising=False)
    monkeypatch.delenv("AWS_ENDPOINT_URL_SQS", raising=False)
    with mock_aws():
        (created,) = tables.create_tables_with(_client(), described)
        for name in described.queues:
            _queues().create_queue(QueueName=name)
        yield created


@pytest.fixture
def store(table: str) -> Store:
    """The table as a request sees it, for ten seconds."""
    invocation = Context("test", 1024, "test", time.monotonic() + 10)
    assert context.settings().table == table
    return stores.store_of(context.settings(), invocation)


@pytest.fixture
def gateway(table: str, described: Template) -> Iterator[Gateway]:
    """The handlers behind their routes."""
    assert table == context.settings().table
    wardens = Wardens(described)
    known = context.settings()
    watched = {
        "before-call.dynamodb": stores.client(known),
        "before-call.sqs": queue.connect(known.region, None),
    }
    for name, client in watched.items():
        client.meta.events.register(name, wardens.note, unique_id="wardens")  # type: ignore[attr-defined]  # botocore's own hooks
    yield Gateway(described, wardens)
    for name, client in watched.items():
        client.meta.events.unregister(name, unique_id="wardens")  # type: ignore[attr-defined]  # as above
    assert wardens.trespasses == set()


@pytest.fixture
def new_api(gateway: Gateway, store: Store) -> Callable[[str], Api]:
    """Makes a client of a project; every client has keys of its own, so that no test sees what
    the process believes of another's.
    """

    def make(project: str) -> Api:
        token = f"token-{uuid.uuid4()}"
        names = {kind: f"{kind}-{uuid.uuid4()}" for kind in Kind}
        for kind, name in names.items():
            credentials.mint(store, project, name, token, datetime.now(UTC), kind)
        credentials.allow(store, names[Kind.CLIENT], [ORIGIN], redeems=True)
        others = names[Kind.MANAGEMENT], names[Kind.CLIENT]
        return Api(gateway, names[Kind.SERVER], token, project, *others)

    return make


@pytest.fixture
def api(new_api: Callable[[str], Api]) -> Api:
    """A client of the service on an empty table."""
    return new_api("shop")


@pytest.fixture
def deliver(gateway: Gateway, described: Template) -> Callable[[], int]:
    """Gives the worker every message that is due; how many there were."""
    ((url, name),) = described.queues.items()
    function = described.functions[name]

    def delivered() -> int:
        count = 0
        while messages := _queues().receive_message(QueueUrl=url).get("Messages", []):
            for message in messages:
                event: Event = {"Records": [{"body": message["Body"]}]}
                gateway.invoke(function, event, "test")
                _queues().delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                count += 1
        return count

    return delivered


@pytest.fixture
def other_project_api(new_api: Callable[[str], Api]) -> Api:
    """A client of another project on the same table."""
    return new_api("other")
