"""Invokes functions in worker processes, each of which runs one invocation at a time."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from pydantic import JsonValue

from local.errors import WorkersError
from local.event import Event
from local.invocation import FunctionFailedError
from local.template import ROOT, Function, Template
from local.worker import FORK, READY, SERVICE, Service

MAX_WORKERS: Final = 16
FUNCTIONS_FOLDER: Final = ROOT / "functions"
END_SECONDS: Final = 5.0
POLL_SECONDS: Final = 0.1


@dataclass(frozen=True)
class _Worker:
    pid: int
    requests: Connection

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        self.requests.close()


class Workers:
    """A pool that grows with the number of invocations at once, up to `MAX_WORKERS`.

    `on_changes` is told what they write to the tables as soon as it is written, as changes.Change.
    """

    def __init__(
        self,
        template: Template,
        environment: Mapping[str, str],
        functions_folder: Path = FUNCTIONS_FOLDER,
        on_changes: Callable[[JsonValue], None] = lambda _: None,
    ) -> None:
        self._on_changes = on_changes
        self._control, child = socket.socketpair()
        with child:
            self._parent = subprocess.Popen(
                (sys.executable, "-m", "local.worker", str(child.fileno())),
                cwd=ROOT,
                env={**os.environ, **environment, "PYTHONPATH": str(functions_folder)},
                stdin=subprocess.DEVNULL,
                pass_fds=(child.fileno(),),
            )
        service = Service(functions=template.functions, tables=template.tables)
        self._control.sendall(SERVICE.dump_json(service) + b"\n")
        self._asking = threading.Lock()
        self._idle: list[_Worker] = []
        self._busy: set[_Worker] = set()
        self._room = threading.BoundedSemaphore(MAX_WORKERS)

    @property
    def pid(self) -> int:
        """The process that imports the handlers and is the parent of every worker."""
        return self._parent.pid

    def await_ready(self, is_given_up: Callable[[], bool]) -> None:
        """Returns when every handler has been imported, or has failed to be and said why."""
        self._control.settimeout(POLL_SECONDS)
        said = None
        while said is None:
            try:
                said = self._control.recv(len(READY))
            except TimeoutError:
                if is_given_up():
                    raise WorkersError("stopped while importing the functions") from None
        self._control.settimeout(None)
        if said != READY:
            raise WorkersError("the functions cannot be imported: see above")

    def __call__(self, function: Function, event: Event, request_id: str) -> JsonValue:
        """The handler's answer. A worker that dies or outlasts the function's timeout is lost."""
        with self._room:
            worker = self._take()
            self._busy.add(worker)
            try:
                answer = self._ask(worker, function, event, request_id)
            except FunctionFailedError:
                worker.kill()
                raise
            finally:
                self._busy.discard(worker)
            self._idle.append(worker)
        if "answer" not in answer:
            raise FunctionFailedError(function.logical_id)
        return answer["answer"]

    def close(self) -> None:
        """Ends all workers; an invocation under way ends with them."""
        self._control.close()
        for worker in (*self._busy, *self._idle):
            worker.kill()
        try:
            self._parent.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._parent.kill()
            self._parent.wait()

    def _ask(
        self, worker: _Worker, function: Function, event: Event, request_id: str
    ) -> Mapping[str, JsonValue]:
        deadline = time.monotonic() + function.timeout_seconds
        try:
            worker.requests.send_bytes(
                json.dumps((function.logical_id, event, request_id), separators=(",", ":")).encode()
            )
            while worker.requests.poll(max(0.0, deadline - time.monotonic())):
                said: Mapping[str, JsonValue] = json.loads(worker.requests.recv_bytes())
                if "changes" not in said:
                    return said
                self._on_changes(said["changes"])
        except (OSError, EOFError) as error:
            raise FunctionFailedError(_say(function, request_id, "lost its process")) from error
        raise FunctionFailedError(_say(function, request_id, "timed out"))

    def _take(self) -> _Worker:
        try:
            return self._idle.pop()  # the last one used has the warmest caches
        except IndexError:
            return self._start()

    def _start(self) -> _Worker:
        ours, theirs = socket.socketpair()
        requests = Connection(ours.detach())
        try:
            with theirs, self._asking:
                socket.send_fds(self._control, [FORK], [theirs.fileno()])
            return _Worker(int(requests.recv_bytes()), requests)
        except (OSError, EOFError) as error:
            raise FunctionFailedError("the process that starts workers is gone") from error


def _say(function: Function, request_id: str, what: str) -> str:
    text = f"{function.logical_id} {what}, request {request_id}"
    print(text, file=sys.stderr, flush=True)
    return text
