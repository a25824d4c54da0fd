"""Tables from template.yaml in moto, keys in them, and clients of the handlers.

Every function is held to its own policy: a call that the template does not allow fails the test.
"""

import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Final

import boto3
import pytest
from moto import mock_aws
from moto.core.config import default_user_config
from pydantic import JsonValue

from counterfoil.api import context, stores
from counterfoil.storage import credentials, files, queue
from counterfoil.storage.credentials import Kind
from counterfoil.storage.store import Store
from local import tables, template
from local.engine import start
from local.event import Event
from local.gateway import Gateway
from local.install import Kind as EngineKind
from local.intrinsics import REGION
from local.invocation import Context, InProcess
from local.resources import Buckets, Sqs, create_buckets, create_queues
from local.template import Function, Template
from tests import quick_moto
from tests.api.client import ORIGIN, Api
from tests.concurrency.engines import INSTALLED
from tests.delivery import Delivery, Stream
from tests.permissions import Permission, allowed, needed, refused

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SERVICES: Final = ("DYNAMODB", "SQS", "S3")
_TIMES_AS_LONG: Final = 10
AWS: Final = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_REGION": REGION,
    "AWS_DEFAULT_REGION": REGION,
}


quick_moto.install()


@cache
def _client() -> "DynamoDBClient":
    return boto3.client("dynamodb")


@cache
def _queues() -> Sqs:
    queues: Sqs = boto3.client("sqs")
    return queues


@cache
def _buckets() -> Buckets:
    buckets: Buckets = boto3.client("s3")
    return buckets


class Wardens:
    """Invokes functions in this process and notes what each one may not do but did."""

    def __init__(self, described: Template) -> None:
        self._described = described
        self._invoke = InProcess(described)
        self._allowed = allowed()
        self._function = ""
        self.trespasses: set[tuple[str, Permission]] = set()

    def __call__(self, function: Function, event: Event, request_id: str) -> JsonValue:
        self._function = function.logical_id
        try:
            return self._invoke(_unhurried(function), event, request_id)
        finally:
            self._function = ""

    def note(self, event_name: str, params: dict[str, object], **_: object) -> None:
        """Called by botocore before every call of the process's client, a test's own included."""
        if not self._function:
            return
        service, operation = event_name.split(".")[1:]
        wanted = needed(self._described, service, operation, params)
        beyond = refused(self._allowed[self._function], wanted)
        self.trespasses |= {(self._function, permission) for permission in beyond}


def _unhurried(function: Function) -> Function:
    """With more time than in Lambda: a machine that is busy otherwise must not decide a test."""
    return replace(function, timeout_seconds=_TIMES_AS_LONG * function.timeout_seconds)


@pytest.fixture(scope="session")
def described() -> Template:
    """template.yaml, as the local gateway reads it."""
    return template.load()


@pytest.fixture
def pure_moto(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The region of an AWS in this process, whichever engine a wider fixture has named."""
    for name, value in AWS.items():
        monkeypatch.setenv(name, value)
    for service in SERVICES:
        monkeypatch.delenv(f"AWS_ENDPOINT_URL_{service}", raising=False)
    with mock_aws():
        yield REGION


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str | None]:
    """Of the engine that has the tables, in memory; None where only moto can be it."""
    if EngineKind.DYNOXIDE not in INSTALLED:
        yield None
        return
    engine = start(EngineKind.DYNOXIDE, None)
    try:
        yield engine.endpoint
    finally:
        engine.stop()


def _forget_tokens(client: object) -> None:
    """An engine remembers them beyond a table, and tests draw theirs alike."""

    def forget(params: dict[str, object], **_: object) -> None:
        params.pop("ClientRequestToken", None)

    name = "before-parameter-build.dynamodb.TransactWriteItems"
    client.meta.events.register(name, forget, unique_id="forget-tokens")  # type: ignore[attr-defined]  # botocore's own hooks


@pytest.fixture
def table(
    described: Template, endpoint: str | None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """The name of an empty table, in an environment like a function's."""
    for name, value in {**AWS, **described.environment()}.items():
        monkeypatch.setenv(name, value)
    for service in SERVICES:
        monkeypatch.delenv(f"AWS_ENDPOINT_URL_{service}", raising=False)
    if endpoint is not None:
        monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", endpoint)
        # As its own argument it would outlast stand-ins that do not end in reverse.
        monkeypatch.setitem(default_user_config["core"], "passthrough", {"services": ["dynamodb"]})
    with mock_aws():
        (created,) = tables.create_tables_with(_client(), described)
        create_queues(_queues(), described)
        create_buckets(_buckets(), described)
        _forget_tokens(stores.client(context.settings()))
        yield created
        if endpoint is not None:
            _client().delete_table(TableName=created)


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
    watched: dict[str, object] = {
        "before-parameter-build.dynamodb": stores.client(known),
        "before-parameter-build.sqs": queue.connect(known.region, None),
        "before-parameter-build.s3": files.connect(known.region, None),
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
    """Gives every message that is due to the function that reads its queue; how many there were.

    One that its function could not do is due again at the next call.
    """
    return Delivery(gateway, described, _queues())


@pytest.fixture
def changes(gateway: Gateway, described: Template) -> Iterator[Callable[[], int]]:
    """Gives what was written since the last call to the consumers of the stream; how many records.

    What a consumer could not do is given to it again at the next call.
    """
    stream = Stream(gateway, described, _client())
    client: object = stores.client(context.settings())
    with stream.watching(client):
        yield stream


@pytest.fixture
def other_project_api(new_api: Callable[[str], Api]) -> Api:
    """A client of another project on the same table."""
    return new_api("other")
