"""What every endpoint shares: event in, authenticated call, operation, answer out.

A handler module declares `handler = endpoint(decode=..., operate=..., encode=...)` and no more.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from counterfoil.api import context, guard
from counterfoil.api.admission import Admission
from counterfoil.api.errors import error_response
from counterfoil.api.exchange import Exchange
from counterfoil.api.negotiation import require_json
from counterfoil.api.request import Request
from counterfoil.api.routes import require_own_path
from counterfoil.api.stores import client, means_of, store_of
from counterfoil.domain.errors import CounterfoilError, InvalidPayload, InvalidQuery
from counterfoil.operations.call import Call, Memory
from counterfoil.storage import keys
from counterfoil.storage.credentials import Kind
from counterfoil.storage.idempotency import Answer as Remembered

if TYPE_CHECKING:
    from collections.abc import Callable

    from counterfoil.api.auth import Caller
    from counterfoil.api.event import Answer, Event, Handler, Invocation
    from counterfoil.api.response import Response

Req = TypeVar("Req")
Res = TypeVar("Res")

_ADMISSION: Final = Admission()
_REMEMBERED_METHODS: Final = frozenset({"POST", "PUT"})
_MAX_KEY_LENGTH: Final = 255


def endpoint(  # noqa: PLR0913  # all by name: a route says only what is its own
    *,
    decode: Callable[[Request], Req],
    operate: Callable[[Call, Req], Res],
    encode: Callable[[Res], Response],
    body_limit: int = guard.MAX_BYTES,
    opened_by: Kind = Kind.SERVER,
    read: Callable[[Event], Request] = Request.of,
    rehearses: bool = False,
    explains: bool = False,
) -> Handler:
    """A Lambda handler for one route.

    `decode` reads the request, `operate` does it, `encode` renders what it returned. `opened_by`
    is the kind of key that the route takes; `read` makes the request of an event; one that
    `rehearses` takes `?dry_run=true`, one that `explains` takes `?explain=true`.
    """
    route = _Route(decode, operate, encode, body_limit, opened_by, read, rehearses, explains)
    _warm_up()

    def handler(event: Event, invocation: Invocation) -> Answer:
        exchange = Exchange(context.new_request_id(), context.steady_seconds())
        return exchange.settle(event, lambda: route.respond(event, invocation, exchange))

    return handler


def _warm_up() -> None:
    """Make the client while Lambda starts the process: only then has it the whole processor.

    Elsewhere a test or a local server still chooses the store after the import.
    """
    if context.is_lambda():
        client(context.settings())
    context.end_cold_start()


@dataclass(frozen=True, slots=True)
class _Route(Generic[Req, Res]):
    decode: Callable[[Request], Req]
    operate: Callable[[Call, Req], Res]
    encode: Callable[[Res], Response]
    body_limit: int
    opened_by: Kind
    read: Callable[[Event], Request]
    rehearses: bool
    explains: bool

    def respond(self, event: Event, invocation: Invocation, exchange: Exchange) -> Response:
        """The answer of the operation. Raises CounterfoilError, and Replayed."""
        known = context.settings()
        store = exchange.store = store_of(known, invocation)
        request, ids = self.read(event), context.request_ids()
        caller = _ADMISSION.admit(request, store, exchange, self.opened_by, ids.now)
        guard.require_size(request.body, self.body_limit)
        require_json(request)
        require_own_path(request)
        dry_run = self._is_rehearsal(request)
        call = exchange.call = Call(
            store=store,
            project=caller.project,
            app_id=caller.app_id,
            ids=ids,
            request_id=exchange.request_id,
            memory=self._memory(request, caller, exchange.request_id, keeps=not dry_run),
            dry_run=dry_run,
            explains=self.explains and request.flag("explain"),
            **means_of(known),
        )
        return self.encode(self.operate(call, self.decode(request)))

    def _is_rehearsal(self, request: Request) -> bool:
        """Raises InvalidQuery where one is asked for and the route would write all the same."""
        if request.method == "GET" or not request.flag("dry_run"):
            return False
        if not self.rehearses:
            raise InvalidQuery("Property .dry_run is not allowed here: the route has no dry runs")
        return True

    def _memory(
        self, request: Request, caller: Caller, request_id: str, *, keeps: bool
    ) -> Memory | None:
        """What is to be remembered under the request's Idempotency-Key, if it has one and `keeps`.

        Raises InvalidPayload for a key that is none.
        """
        header = request.header("idempotency-key")
        if header is None or request.method not in _REMEMBERED_METHODS:
            return None
        if not _is_key(header):
            message = f"Idempotency-Key must be 1 to {_MAX_KEY_LENGTH} visible ASCII characters"
            raise InvalidPayload(message)
        if not keeps:
            return None

        def remembered(result: object) -> Remembered:
            if isinstance(result, CounterfoilError):
                response = error_response(result, request_id)
            else:
                response = self.encode(result)  # type: ignore[arg-type]  # what operate returns
            return Remembered(response.status, response.body or b"")

        key = keys.idempotency(caller.project, request.method, request.path, header)
        return Memory(header, key, _hash_of(request), remembered)


def _hash_of(request: Request) -> bytes:
    """Tells requests apart that come under one key: a rollback's reason may be in the query."""
    digest = hashlib.sha256(request.body)
    for pair in request.query:
        digest.update("\0".join(("", *pair)).encode("utf-8", "surrogatepass"))
    return digest.digest()


def _is_key(header: str) -> bool:
    visible = header.isascii() and header.isprintable() and " " not in header
    return visible and 0 < len(header) <= _MAX_KEY_LENGTH
