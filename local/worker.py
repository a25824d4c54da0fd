"""The processes in which functions run: `python -m local.worker <descriptor>`.

Lambda gives a process one invocation at a time, and code that is right there may keep the request
in a global (Powertools' resolver does). So one parent imports every handler once and forks a
worker for each invocation that runs beside others; a worker then serves one after the other.
"""

import contextlib
import json
import os
import signal
import socket
import sys
import threading
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Final

from pydantic import JsonValue, TypeAdapter

from local.changes import Change, Recorder
from local.event import Event
from local.invocation import FunctionFailedError, InProcess
from local.template import Function, TableProperties, Template


@dataclass(frozen=True)
class Service:
    """What workers have to know of a template."""

    functions: Mapping[str, Function]
    tables: Mapping[str, TableProperties]


SERVICE: Final = TypeAdapter(Service)
READY: Final = b"r"  # one byte each, so that none arrives in parts
FORK: Final = b"f"


class _Line:
    """Where a worker answers; its handler may write from several threads."""

    def __init__(self) -> None:
        self._requests: Connection | None = None
        self._speaking = threading.Lock()

    def open(self, requests: Connection) -> None:
        """Speak there from now on."""
        self._requests = requests

    def say(self, message: Mapping[str, JsonValue]) -> None:
        with self._speaking:
            if self._requests:
                self._requests.send_bytes(json.dumps(message).encode())

    def tell(self, changes: list[Change]) -> None:
        """Said at once: what a worker wrote is known even if it never ends what it does."""
        told: list[JsonValue] = [
            {"table": it.table, "key": it.key, "is_new": it.is_new} for it in changes
        ]
        self.say({"changes": told})


def main(descriptor: int) -> None:
    """Forks a worker for each connection that comes in; ends when the server is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the system forgets workers that ended
    control = socket.socket(fileno=descriptor)
    service = SERVICE.validate_json(_received_line(control))
    described = Template(functions=service.functions, routes=(), tables=service.tables)
    line = _Line()
    Recorder(described, line.tell).record_every_client()
    invoke = InProcess(described)
    for function in service.functions.values():
        try:
            invoke.load(function)
        except Exception:  # noqa: BLE001  # a function that cannot be imported fails alone
            reason = traceback.format_exc().splitlines()[-1]
            print(f"{function.logical_id} cannot be imported: {reason}", file=sys.stderr)
    with contextlib.suppress(ConnectionError):  # the server may be gone by now
        control.sendall(READY)
        _fork_on_demand(control, service.functions, invoke, line)


def _received_line(control: socket.socket) -> bytes:
    with control.makefile("rb", buffering=0) as stream:
        return stream.readline()


def _fork_on_demand(
    control: socket.socket, functions: Mapping[str, Function], invoke: InProcess, line: _Line
) -> None:
    while True:
        asked, descriptors, _, _ = socket.recv_fds(control, len(FORK), 1)
        if not asked:
            return
        if os.fork() == 0:
            control.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _serve(Connection(descriptors[0]), functions, invoke, line)
            return
        os.close(descriptors[0])


def _serve(
    requests: Connection, functions: Mapping[str, Function], invoke: InProcess, line: _Line
) -> None:
    requests.send_bytes(str(os.getpid()).encode())
    line.open(requests)
    while True:
        try:
            name, event, request_id = json.loads(requests.recv_bytes())
            line.say(_answer(invoke, functions[name], event, request_id))
        except (EOFError, ConnectionError):
            return  # the server is gone


def _answer(
    invoke: InProcess, function: Function, event: Event, request_id: str
) -> Mapping[str, JsonValue]:
    try:
        return {"answer": invoke(function, event, request_id)}
    except FunctionFailedError:
        return {}


if __name__ == "__main__":
    main(int(sys.argv[1]))
