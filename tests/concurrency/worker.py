"""What runs in the processes that serve requests, one request at a time, as in Lambda."""

import io
import json
import os
from collections.abc import Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from typing import Final, Protocol, TypeVar

from pydantic import JsonValue

from counterfoil.api import context, stores
from local.event import Event
from local.gateway import Gateway, HttpRequest
from local.invocation import InProcess
from local.template import Function, Template
from tests.concurrency.faults import Fault, FaultySession

READY: Final = b"ready"
STALLED: Final = "stalled"


@dataclass(frozen=True)
class Pace:
    """How long a function may run, and the timeout it is told of, which makes its leases."""

    runs_seconds: int
    told_seconds: int


PATIENT: Final = Pace(10, 10)  # as in template.yaml
# It has time to repeat its store calls, and its orders are free again after two seconds.
BRIEF: Final = Pace(10, 0)
# No store call is repeated.
HASTY: Final = Pace(1, 0)

R_co = TypeVar("R_co", covariant=True)


@dataclass(frozen=True)
class Outcome:
    """One request's answer, with the store calls that it took and its log line."""

    status: int
    headers: Mapping[str, str]
    body: Mapping[str, JsonValue]
    raw: bytes
    calls: tuple[str, ...]
    log: str


class ReusedTokenError(Exception):
    """Raised when one token went out with two bodies: AWS would refuse that (protocol.md §4)."""


class JobFailedError(Exception):
    """Raised in the test for what a job raised in its worker; the message is that traceback."""


class Job(Protocol[R_co]):
    """Something that a worker is sent to do."""

    def run(self, desk: "Desk") -> R_co: ...


class Desk:
    """What a job finds in a worker: the service, its store's faulty line, the starting gate."""

    def __init__(
        self, connection: Connection, gate: int, described: Template, invoke: InProcess
    ) -> None:
        self._connection = connection
        self._gate = gate
        self._invoke = invoke
        self._gateway = Gateway(described, self._serve)
        self._pace = PATIENT
        client = stores.client(context.settings())
        endpoint = client._endpoint  # type: ignore[attr-defined]  # noqa: SLF001  # the only way to its HTTP session
        self.session = FaultySession(endpoint.http_session, self._stall)
        endpoint.http_session = self.session

    def visit(
        self, request: HttpRequest, faults: tuple[Fault, ...] = (), pace: Pace = PATIENT
    ) -> Outcome:
        """The answer to `request`. Raises ReusedTokenError."""
        os.environ["COUNTERFOIL_TIMEOUT"] = str(pace.told_seconds)
        self._pace = pace
        self.session.begin(faults)
        said = io.StringIO()
        with redirect_stdout(said):
            response = self._gateway.handle(request)
        if self.session.reused_tokens:
            raise ReusedTokenError(*self.session.reused_tokens)
        body = json.loads(response.body) if response.body else {}
        return Outcome(
            status=response.status,
            headers={name.lower(): value for name, value in response.headers},
            body=body,
            raw=response.body,
            calls=tuple(self.session.calls),
            log=said.getvalue(),
        )

    def await_start(self) -> None:
        """Returns when the test opens the gate for everybody."""
        self._connection.send(READY)
        os.read(self._gate, 1)

    def tell(self, news: object) -> None:
        """Sends `news` to the test before the job is done."""
        self._connection.send(news)

    def _serve(self, function: Function, event: Event, request_id: str) -> JsonValue:
        timed = replace(function, timeout_seconds=self._pace.runs_seconds)
        return self._invoke(timed, event, request_id)

    def _stall(self) -> None:
        self._connection.send(STALLED)
        self._connection.recv()
