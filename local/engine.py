"""Starts and stops an embedded engine on a free loopback port.

Both keep tables; ministack serves queues and files too, be it beside dynoxide or for all three.
"""

import fcntl
import http.client
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final
from urllib.parse import urlsplit

from local.errors import EngineError
from local.install import DYNOXIDE_BINARY, MINISTACK_PYTHON, Kind, is_installed
from local.intrinsics import REGION
from local.tables import create_tables

__all__ = [
    "CREDENTIALS",
    "Engine",
    "EngineError",
    "Kind",
    "answers",
    "await_answers",
    "create_tables",
    "free_port",
    "launch",
    "start",
]

HOST: Final = "127.0.0.1"
READY_SECONDS: Final = 30.0
STOP_SECONDS: Final = 10.0
LOCK_SECONDS: Final = 6.0
POLL_SECONDS: Final = 0.01

# What any engine on this machine takes; none of them checks it.
CREDENTIALS: Final[Mapping[str, str]] = {
    "AWS_REGION": REGION,
    "AWS_DEFAULT_REGION": REGION,
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
}

# Ends the engine when the one who started it is gone, be it by kill -9: the pipe on its standard
# input then ends. A plain `stop` kills this watcher first.
WATCHER: Final = 'read -r _; kill -TERM "$1" 2>/dev/null'

TABLES: Final = "dynamodb"
QUEUES: Final = "sqs"
FILES: Final = "s3"

# A call that each answers without having anything.
LISTS: Final = {
    TABLES: "DynamoDB_20120810.ListTables",
    QUEUES: "AmazonSQS.ListQueues",
}


@dataclass(frozen=True)
class Engine:
    """A running engine that serves `services`; `pid` is the engine's own process."""

    name: Kind
    endpoint: str
    process: subprocess.Popen[bytes]
    watcher: subprocess.Popen[bytes]
    said: IO[bytes]
    lock: IO[str] | None = None
    services: tuple[str, ...] = (TABLES,)

    @property
    def pid(self) -> int:
        """The process of the engine itself."""
        return self.process.pid

    def environment(self) -> Mapping[str, str]:
        """The variables with which any AWS client of this machine talks to this engine."""
        names = (f"AWS_ENDPOINT_URL_{service.upper()}" for service in self.services)
        return {**CREDENTIALS, **dict.fromkeys(names, self.endpoint)}

    @property
    def is_running(self) -> bool:
        """Whether its process is there."""
        return self.process.poll() is None

    def stop(self) -> None:
        """Ends it and waits for that; a second call does nothing. Data in a folder is kept."""
        _end(self.watcher, self.watcher.kill)
        if self.watcher.stdin:
            self.watcher.stdin.close()
        _end(self.process, self.process.terminate)
        self.said.close()
        if self.lock:
            self.lock.close()


def start(
    kind: Kind | str,
    data: Path | None,
    services: tuple[str, ...] = (TABLES,),
    *,
    is_given_up: Callable[[], bool] = lambda: False,
) -> Engine:
    """An engine that answers, with its data in the folder `data` or, without one, in memory.

    It ends with the process that started it. Raises EngineError with one line: not installed, the
    folder used by another engine, or ended before it answered.
    """
    engine = launch(kind, data, services, is_given_up=is_given_up)
    await_answers(engine, is_given_up)
    return engine


def launch(
    kind: Kind | str,
    data: Path | None,
    services: tuple[str, ...] = (TABLES,),
    *,
    is_given_up: Callable[[], bool] = lambda: False,
) -> Engine:
    """As `start`, but it may not answer yet: others may be started meanwhile."""
    wanted = Kind(kind)
    if not is_installed(wanted):
        raise EngineError(f"{wanted} is not installed: run `make engines`")
    lock = _hold(data, is_given_up) if data else None
    try:
        return _launch(wanted, data, services, lock)
    except BaseException:
        if lock:
            lock.close()
        raise


def _hold(data: Path, is_given_up: Callable[[], bool]) -> IO[str]:
    """The lock of the folder. The engine inherits it, so it lasts as long as either of us."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        lock = (data / "lock").open("a", encoding="utf-8")
    except OSError as error:
        raise EngineError(f"the data folder {data} cannot be used: {error.strerror}") from error
    deadline = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() > deadline or is_given_up():
                lock.close()
                raise EngineError(f"the data folder {data} is used by another run") from error
            time.sleep(POLL_SECONDS)
        else:
            return lock


def _launch(
    kind: Kind, data: Path | None, services: tuple[str, ...], lock: IO[str] | None
) -> Engine:
    port = free_port()
    said = tempfile.TemporaryFile()  # noqa: SIM115  # closed when the engine ends
    process = subprocess.Popen(
        _command(kind, port, data),
        env={**os.environ, **_variables(kind, port, data, services)},
        stdin=subprocess.DEVNULL,
        stdout=said,
        stderr=said,
        start_new_session=True,  # Ctrl-C is for the server, which ends the engine last
        pass_fds=(lock.fileno(),) if lock else (),
    )
    endpoint, watcher = f"http://{HOST}:{port}", _watch(process.pid)
    return Engine(kind, endpoint, process, watcher, said, lock, services)


def await_answers(engine: Engine, is_given_up: Callable[[], bool] = lambda: False) -> None:
    """Returns when it answers; else it is stopped, and the EngineError has its last line."""
    try:
        _await(engine, is_given_up)
    except EngineError as error:
        _end(engine.process, engine.process.terminate)
        engine.said.seek(0)
        lines = engine.said.read().decode(errors="replace").strip().splitlines()
        engine.stop()
        raise EngineError(f"{error}: {lines[-1]}" if lines else str(error)) from error


def _watch(pid: int) -> subprocess.Popen[bytes]:
    command = ("/bin/sh", "-c", WATCHER, "watcher", str(pid))
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def free_port() -> int:
    """A loopback port that nobody has at this moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _command(kind: Kind, port: int, data: Path | None) -> tuple[str, ...]:
    if kind is Kind.MINISTACK:
        return str(MINISTACK_PYTHON), "-m", "ministack"
    kept = ("--db-path", str(data / "dynoxide.db")) if data else ()
    return str(DYNOXIDE_BINARY), "serve", "--host", HOST, "--port", str(port), *kept


def _variables(
    kind: Kind, port: int, data: Path | None, services: tuple[str, ...]
) -> Mapping[str, str]:
    """Ministack is steered by its environment.

    It saves its tables and queues when it ends, not before; its files when they are put. An address
    of a file is good if it is signed with the credentials that ministack has itself.
    """
    if kind is Kind.DYNOXIDE:
        return {}
    return {
        **CREDENTIALS,
        "AWS_SESSION_TOKEN": "",
        "BIND_HOST": HOST,
        "GATEWAY_PORT": str(port),
        "SERVICES": ",".join(services),
        "LOG_LEVEL": "WARNING",
        "PERSIST_STATE": "1" if data else "0",
        "STATE_DIR": str(data / "ministack") if data else "",
        "S3_PERSIST": "1" if data else "0",
        "S3_DATA_DIR": str(data / "files") if data else "",
        "MINISTACK_REGION": REGION,
        # It removes containers of its own that earlier runs left: there are none to look for.
        "DOCKER_HOST": "unix:///nonexistent/docker.sock",
    }


def _await(engine: Engine, is_given_up: Callable[[], bool]) -> None:
    deadline = time.monotonic() + READY_SECONDS
    service = TABLES if TABLES in engine.services else QUEUES
    while not answers(engine.endpoint, service):
        if not engine.is_running:
            raise EngineError(f"{engine.name} ended before it answered")
        if is_given_up():
            raise EngineError(f"{engine.name} was stopped while starting")
        if time.monotonic() > deadline:
            raise EngineError(f"{engine.name} did not answer within {READY_SECONDS:.0f} s")
        time.sleep(POLL_SECONDS)


def answers(endpoint: str, service: str = TABLES) -> bool:
    """Whether an engine answers there now, for its tables or another of LISTS."""
    connection = http.client.HTTPConnection(urlsplit(endpoint).netloc, timeout=1)
    try:
        connection.request("POST", "/", b"{}", _list_headers(service))
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _list_headers(service: str) -> Mapping[str, str]:
    return {
        "X-Amz-Target": LISTS[service],
        "X-Amz-Date": "20260101T000000Z",
        "Content-Type": "application/x-amz-json-1.0",
        "Authorization": (
            f"AWS4-HMAC-SHA256 Credential=local/20260101/{REGION}/{service}/aws4_request,"
            " SignedHeaders=host;x-amz-date, Signature=local"
        ),
    }


def _end(process: subprocess.Popen[bytes], ask: Callable[[], None]) -> None:
    if process.poll() is not None:
        return
    ask()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        print(f"process {process.pid} did not end when asked: killed", file=sys.stderr)
        process.kill()
        process.wait()
