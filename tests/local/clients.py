"""A client that sees the bytes, and one that runs `make run`'s program."""

import contextlib
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from local.template import ROOT

PATIENCE_SECONDS: Final = 30
SAMPLE: Final = Path(__file__).parent / "sample"
EVENTS_TEMPLATE: Final = Path(__file__).parent / "events.yaml"


class Peer:
    """One TCP connection; `exchange` sends bytes and reads one response."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS)
        self._stream = self._socket.makefile("rb")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _e: BaseException | None, _t: TracebackType | None
    ) -> None:
        self._stream.close()
        self._socket.close()

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def shut(self) -> None:
        self._socket.shutdown(socket.SHUT_WR)

    def response(self, *, has_body: bool = True) -> tuple[int, dict[str, str], bytes]:
        status = int(self._stream.readline().split()[1])
        headers = {}
        while line := self._stream.readline().strip():
            name, _, value = line.decode().partition(": ")
            headers[name] = value
        length = int(headers.get("content-length", "0")) if has_body else 0
        return status, headers, self._stream.read(length)

    def exchange(self, data: bytes) -> tuple[int, dict[str, str], bytes]:
        self.send(data)
        return self.response()

    def is_closed(self) -> bool:
        return self._stream.read(1) == b""


class Run:
    """`python -m local.serve` on the sample service, with its output at hand."""

    def __init__(self, data: str, environment: Mapping[str, str]) -> None:
        self.said: list[str] = []
        self.error = ""
        options = ("--template", str(SAMPLE / "template.yaml"))
        functions = ("--functions", str(SAMPLE / "functions"))
        self.process = subprocess.Popen(  # noqa: S603  # our own program
            (sys.executable, "-m", "local.serve", *options, *functions),
            cwd=ROOT,
            env={**os.environ, "PORT": "0", "COUNTERFOIL_DATA": data, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def ready_port(self) -> int:
        """Waits for the ready line; it and the four lines below it are `said` then."""
        line = self._line()
        assert self.process.stdout
        self.said = [line, *(self.process.stdout.readline() for _ in range(4))]
        assert line.startswith("Counterfoil is ready: http://127.0.0.1:"), line
        return int(line.split(":")[3].split()[0])

    def await_child(self) -> None:
        """Returns when it has started something."""
        while not children_of(self.process.pid):
            os.sched_yield()

    def finished(self) -> tuple[int, str]:
        """The exit status and what it wrote on stderr, when it ends by itself."""
        if not self.process.stderr or not self.process.stderr.closed:
            _, self.error = self.process.communicate(timeout=PATIENCE_SECONDS)
        return self.process.returncode, self.error

    def _line(self) -> str:
        assert self.process.stdout
        with selectors.DefaultSelector() as waiting:
            waiting.register(self.process.stdout, selectors.EVENT_READ)
            assert waiting.select(PATIENCE_SECONDS), "it did not become ready"
        return self.process.stdout.readline()

    def end(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """The exit status and what it wrote on stderr."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.finished()


def until_late() -> Iterator[None]:
    """For what comes about by itself: yields until it should have, and fails the test then."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        yield
        os.sched_yield()
    raise AssertionError("it did not come about")


def children_of(pid: int) -> set[int]:
    """The processes that `pid` started, and that those started."""
    found: set[int] = set()
    for task in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(FileNotFoundError):  # a thread that has just ended
            found.update(map(int, (task / "children").read_text().split()))
    return found.union(*(children_of(child) for child in found))


def await_end(pids: set[int]) -> None:
    """Returns when none of them runs any more: a pidfd is readable from then on."""
    for pid in pids:
        try:
            descriptor = os.pidfd_open(pid)
        except ProcessLookupError:
            continue
        with selectors.DefaultSelector() as waiting:
            waiting.register(descriptor, selectors.EVENT_READ)
            assert waiting.select(PATIENCE_SECONDS), f"process {pid} is still there"
        os.close(descriptor)
