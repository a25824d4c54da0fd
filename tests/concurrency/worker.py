"""What runs in the processes that serve requests, one request at a time, as in Lambda."""

import io
import json
import os
import time
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Final, Protocol, TypeVar

from pydantic import JsonValue

from counterfoil.api import context, stores
from local.event import Event
from local.gateway import Gateway, HttpRequest
from local.invocation import Context, InProcess
from local.template import Function, Template
from tests.concurrency.faults import Fault, FaultySession

READY: Final = b"ready"
STALLED: Final = "stalled"


@dataclass(frozen=True)
class Pace:
    """The timeout that a function is told of, which makes its leases, and what a fault costs it.

    A lost answer is waited for two seconds in truth; here such time passes, and nobody waits.
    """

    told_seconds: int
    fault_seconds: float


RUNS_SECONDS: Final = 10  # as in template.yaml
PATIENT: Final = Pace(10, 0.0)
# Its orders are free again after two seconds.
BRIEF: Final = Pace(0, 0.0)
# After a fault no time is left to repeat a call, but enough to end the session.
HASTY: Final = Pace(0, 7.0)

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


@dataclass(frozen=True)
class HurriedContext(Context):
    """Lambda's context, which counts the time that faults have cost as gone."""

    lost_seconds: Callable[[], float] = lambda: 0.0

    def get_remaining_time_in_millis(self) -> int:
        left = self.deadline - time.monotonic() - self.lost_seconds()
        return max(0, int(left * 1000))


class Job(Protocol[R_co]):
    """Something that a worker is sent to do."""

    def run(self, desk: "Desk") -> R_co: ...


class Desk:
    """What a job finds in a worker: the service, its store's faulty line, the starting gate."""

    def __init__(
        self, connection: Connection, gate: int, described: Template, handlers: InProcess
    ) -> None:
        self._connection = connection
        self._gate = gate
        self._handlers = handlers
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
        body = json.loads(response.body) if response.body.startswith(b"{") else {}
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
        told = HurriedContext(
            function_name=function.logical_id,
            memory_limit_in_mb=function.memory_mb,
            aws_request_id=request_id,
            deadline=time.monotonic() + RUNS_SECONDS,
            lost_seconds=lambda: self.session.faults_met * self._pace.fault_seconds,
        )
        answer: JsonValue = self._handlers.load(function)(event, told)
        return answer

    def _stall(self) -> None:
        self._connection.send(STALLED)
        self._connection.recv()
