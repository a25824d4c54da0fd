"""What runs in the processes that serve requests, one request at a time, as in Lambda."""

import io
import json
import os
import time
from collections.abc import Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
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
    """How long a function may run, and the timeout it is told of, which makes its leases.

    `after_fault` is what is left to run once something has gone wrong, as if waiting for the
    answer had used up the rest.
    """

    runs_seconds: int
    told_seconds: int
    after_fault: float | None = None


PATIENT: Final = Pace(10, 10)  # as in template.yaml
# It has time to repeat its store calls, and its orders are free again after two seconds.
BRIEF: Final = Pace(10, 0)
# No store call is repeated after a fault, but the release that ends a session still begins.
HASTY: Final = Pace(10, 0, after_fault=1.0)

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


@dataclass(frozen=True, kw_only=True)
class HurriedContext(Context):
    """Lambda's context of a function whose time a fault has used up."""

    session: FaultySession
    after_fault: float | None

    def get_remaining_time_in_millis(self) -> int:
        left = super().get_remaining_time_in_millis()
        since = self.session.struck_at
        if since is None or self.after_fault is None:
            return left
        return max(0, min(left, int((since + self.after_fault - time.monotonic()) * 1000)))


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
        known = Context.of(timed, request_id)
        hurried = HurriedContext(
            known.function_name,
            known.memory_limit_in_mb,
            known.aws_request_id,
            known.deadline,
            session=self.session,
            after_fault=self._pace.after_fault,
        )
        return self._invoke.load(timed)(event, hurried)

    def _stall(self) -> None:
        self._connection.send(STALLED)
        self._connection.recv()
