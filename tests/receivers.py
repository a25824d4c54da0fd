"""A receiver of webhooks on this machine: it answers as it is told, and keeps what it was sent."""

from __future__ import annotations

import threading
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Final

from pydantic_core import from_json

from counterfoil.api.webhook_messages import SIGNATURE, signature

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator, Mapping

HOST: Final = "127.0.0.1"
LATE_SECONDS: Final = 60

Answer = tuple[int, "Mapping[str, str]", bytes]


@dataclass(frozen=True)
class Received:
    """One request; header names in lower case."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def event(self) -> Any:  # noqa: ANN401  # a test looks into whatever was sent
        return from_json(self.body)

    def is_signed_with(self, secret: str) -> bool:
        return self.headers[SIGNATURE] == signature(secret, self.body)


@dataclass
class Receiver:
    """`answers` are given one after the other, and 200 when there are no more.

    `refuses` tells of a request that it is to be answered 500, whatever is next.
    """

    port: int = 0
    scheme: str = "http"
    answers: deque[Answer] = field(default_factory=deque)
    received: list[Received] = field(default_factory=list)
    refuses: Callable[[Received], bool] = lambda _: False
    arrivals: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    @property
    def url(self) -> str:
        return f"{self.scheme}://{HOST}:{self.port}/hooks?shop=1"

    @property
    def names(self) -> list[str]:
        """What was told, in order."""
        return [each.event["type"] for each in self.received]

    def await_one_more(self) -> Received:
        """The next request, which somebody else's process makes."""
        assert self.arrivals.acquire(timeout=LATE_SECONDS)
        return self.received[-1]

    def will_answer(self, *statuses: int) -> None:
        self.answers.extend((status, {}, b"") for status in statuses)

    def answer(self, request: Received) -> Answer:
        self.received.append(request)
        self.arrivals.release()
        if self.refuses(request):
            return 500, {}, b"not now"
        return self.answers.popleft() if self.answers else (200, {}, b"")


@contextmanager
def receiving(tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """A receiver that runs as long as the block."""
    receiver = Receiver(scheme="http" if tls is None else "https")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, own, content = receiver.answer(Received(self.path, headers, body))
            self.send_response(status)
            for name, value in {**own, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its own name
            """Say nothing."""

    with serving(Handler, tls) as port:
        receiver.port = port
        yield receiver


@contextmanager
def serving(
    handler: type[BaseHTTPRequestHandler], tls: ssl.SSLContext | None = None
) -> Iterator[int]:
    """The port on which `handler` answers."""
    server = ThreadingHTTPServer((HOST, 0), handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a sender that hangs up is no news
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
