"""What can go wrong between us and the store, put in at the HTTP session of botocore's client.

None of the engines refuses, delays or loses anything by itself (architecture.md §7).
"""

import io
import json
import os
import secrets
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import Final, Protocol

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError

TRANSACTION: Final = "TransactWriteItems"
WRITES: Final = frozenset({"UpdateItem", TRANSACTION})
_KEY_LOOKUP: Final = b'"KEY#'
_PREFIX: Final = "com.amazonaws.dynamodb.v20120810#"


class Kind(StrEnum):
    """What happens to one store call."""

    REQUEST_LOST = "the request is lost"
    RESPONSE_LOST = "the response is lost"
    LATE = "timed out here, executed when `deliver` says"
    THROTTLED = "refused as too much"
    CONFLICT = "refused for another transaction on the same item"
    FAILED = "500, not executed"
    FAILED_AFTER = "500, executed"
    KILLED_BEFORE = "kill -9 before it is sent"
    KILLED_AFTER = "kill -9 when it has been executed"
    STALLED = "held back until the test lets it go"
    DELIVERED = "whatever is late arrives just before it"
    FORGOTTEN = "the store knows nothing of the token of an earlier attempt"
    TORN = "a batch reads its definitions and profiles, is held back, and reads the rest"
    TORN_MONTHS = "a batch reads its months, is held back, and reads the rest"


# What begins the sort keys of the items that a torn batch reads first.
_READ_FIRST: Final = {Kind.TORN: "#", Kind.TORN_MONTHS: "D#"}

# One of these, once, costs a patient request nothing but time.
PASSING: Final = (
    Kind.REQUEST_LOST,
    Kind.RESPONSE_LOST,
    Kind.LATE,
    Kind.THROTTLED,
    Kind.CONFLICT,
    Kind.FAILED,
    Kind.FAILED_AFTER,
)


_HARMLESS: Final = {Kind.DELIVERED, Kind.FORGOTTEN}


@dataclass(frozen=True)
class Fault:
    """`call` counts a request's store calls from 1; `lasts` hits the later ones too.

    Call 0 is the lookup of the caller's key, which a process does once a minute.
    """

    kind: Kind
    call: int
    lasts: bool = False

    def strikes(self, call: int) -> bool:
        return call == self.call or (self.lasts and call > self.call)


FORGETFUL: Final = Fault(Kind.FORGOTTEN, 1, lasts=True)


class Session(Protocol):
    """The part of botocore's HTTP session that its endpoint uses."""

    def send(self, request: AWSPreparedRequest) -> AWSResponse: ...

    def close(self) -> None: ...


class FaultySession:
    """Sends as `inner` does, unless a fault strikes."""

    def __init__(self, inner: Session, stall: Callable[[], None]) -> None:
        self._inner = inner
        self._stall = stall
        self._faults: tuple[Fault, ...] = ()
        self._late: list[AWSPreparedRequest] = []
        self._tokens: dict[str, bytes] = {}
        self.calls: list[str] = []
        self.faults_met = 0
        self._lookups = 0
        self.reused_tokens: list[str] = []

    def begin(self, faults: tuple[Fault, ...]) -> None:
        """A new request: its calls are counted from 1."""
        self._faults = faults
        self._tokens.clear()
        self.calls = []
        self.faults_met = 0
        self._lookups = 0
        self.reused_tokens = []

    def send(self, request: AWSPreparedRequest) -> AWSResponse:
        for kind in self._striking(request):
            self.faults_met += kind not in _HARMLESS
            answer = self._suffer(kind, request)
            if answer is not None:
                return answer
        return self._inner.send(request)

    def deliver(self) -> list[int]:
        """Sends what is late, the oldest first; the statuses that nobody waits for any more."""
        late, self._late = self._late, []
        return [self._inner.send(request).status_code for request in late]

    def close(self) -> None:
        self._inner.close()

    def _striking(self, request: AWSPreparedRequest) -> list[Kind]:
        """What is to happen to the call that `request` is; the first lookup of a key is call 0."""
        body = body_of(request)
        if _KEY_LOOKUP in body:
            self._lookups += 1
            return [it.kind for it in self._faults if it.strikes(1 - self._lookups)]
        self._check_token(request, body)
        self.calls.append(target_of(request))
        return [it.kind for it in self._faults if it.strikes(len(self.calls))]

    def _prepare(self, kind: Kind, request: AWSPreparedRequest) -> None:
        """What happens before the call is sent, and does not keep it from being sent."""
        match kind:
            case Kind.STALLED:
                self._stall()
            case Kind.DELIVERED:
                self.deliver()
            case Kind.FORGOTTEN:
                _forget_token(request)
            case Kind.KILLED_BEFORE:
                _die()
            case _:
                raise ValueError(kind)

    def _suffer(self, kind: Kind, request: AWSPreparedRequest) -> AWSResponse | None:
        """The answer that `kind` leaves, or None when the request goes on to the store."""
        match kind:
            case Kind.TORN | Kind.TORN_MONTHS:
                return self._read_twice(request, _READ_FIRST[kind])
            case Kind.REQUEST_LOST:
                raise ConnectTimeoutError(endpoint_url=request.url)
            case Kind.LATE:
                self._late.append(request)
                raise ReadTimeoutError(endpoint_url=request.url)
            case Kind.THROTTLED | Kind.CONFLICT | Kind.FAILED:
                return _refusal(kind, request)
            case Kind.RESPONSE_LOST | Kind.FAILED_AFTER | Kind.KILLED_AFTER:
                return self._suffer_after(kind, request, self._inner.send(request))
            case _:
                self._prepare(kind, request)
        return None

    def _read_twice(self, request: AWSPreparedRequest, first: str) -> AWSResponse:
        """A batch is not atomic across its items: those whose key begins so are the older ones."""
        before = json.loads(self._inner.send(request).content)
        self._stall()
        after = json.loads(self._inner.send(request).content)
        for table, items in after["Responses"].items():
            newer = [item for item in items if not item["sk"]["S"].startswith(first)]
            older = [it for it in before["Responses"][table] if it["sk"]["S"].startswith(first)]
            after["Responses"][table] = newer + older
        return _answer(request, HTTPStatus.OK, after)

    def _suffer_after(
        self, kind: Kind, request: AWSPreparedRequest, executed: AWSResponse
    ) -> AWSResponse:
        _ = executed.content
        if kind is Kind.KILLED_AFTER:
            _die()
        if kind is Kind.FAILED_AFTER:
            return _refusal(Kind.FAILED, request)
        raise ReadTimeoutError(endpoint_url=request.url)

    def _check_token(self, request: AWSPreparedRequest, body: bytes) -> None:
        if target_of(request) != TRANSACTION:
            return
        token = json.loads(body)["ClientRequestToken"]
        if self._tokens.setdefault(token, body) != body:
            self.reused_tokens.append(token)


def target_of(request: AWSPreparedRequest) -> str:
    """The operation's name."""
    name = request.headers["X-Amz-Target"]
    text = name.decode() if isinstance(name, bytes) else str(name)
    return text.rpartition(".")[2]


def body_of(request: AWSPreparedRequest) -> bytes:
    """The bytes that are sent."""
    if not isinstance(request.body, bytes):
        raise TypeError(request.body)
    return request.body


def _forget_token(request: AWSPreparedRequest) -> None:
    """Correctness never rests on the token: it lasts for ten minutes only (protocol.md §4)."""
    if target_of(request) == TRANSACTION:
        body = body_of(request)
        token = str(json.loads(body)["ClientRequestToken"])
        request.body = body.replace(token.encode(), secrets.token_hex(len(token) // 2).encode())


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _refusal(kind: Kind, request: AWSPreparedRequest) -> AWSResponse:
    """As DynamoDB words it."""
    if kind is Kind.FAILED:
        return _answer(request, 500, {"__type": f"{_PREFIX}InternalServerError"})
    throttled = kind is Kind.THROTTLED
    if target_of(request) != TRANSACTION:
        name = "ProvisionedThroughputExceededException"
        name = name if throttled else "TransactionConflictException"
        return _answer(request, 400, {"__type": f"{_PREFIX}{name}", "message": kind.value})
    count = len(json.loads(body_of(request))["TransactItems"])
    code = "ThrottlingError" if throttled else "TransactionConflict"
    reasons = [{"Code": "None"}] * (count - 1) + [{"Code": code, "Message": kind.value}]
    name = f"{_PREFIX}TransactionCanceledException"
    return _answer(
        request, 400, {"__type": name, "message": kind.value, "CancellationReasons": reasons}
    )


class _Raw(io.BytesIO):
    """A body as urllib3 hands it over."""

    def stream(self, **_options: object) -> Iterator[bytes]:
        yield self.read()


def _answer(request: AWSPreparedRequest, status: int, document: object) -> AWSResponse:
    headers = HTTPHeaders()
    headers["Content-Type"] = "application/x-amz-json-1.0"
    return AWSResponse(request.url, status, headers, _Raw(json.dumps(document).encode()))
