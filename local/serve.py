"""`make run`: an engine, its tables, a key and every route of template.yaml on one port."""

import argparse
import errno
import os
import shlex
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import Final

from local import template
from local.errors import EngineError, LocalError, SettingsError
from local.gateway import Gateway
from local.server import HOST, Server
from local.settings import Settings
from local.store import ENDPOINT_FILE, Store, enter, open_store, prepare
from local.workers import FUNCTIONS_FOLDER, Workers

ENDING: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
WATCH_SECONDS: Final = 0.5
EXAMPLE_ORDER: Final = '{"source_id":"order-1","amount":12000}'


def main(arguments: Sequence[str]) -> int:
    """0 when it was asked to end, 1 with one line on stderr when it could not begin or go on."""
    stop = threading.Event()
    _end_on_signals(stop)
    options = _options(arguments)
    try:
        with ExitStack() as started:
            _serve(options, Settings.of(os.environ), stop, started)
    except LocalError as error:
        if not stop.is_set():
            print(f"counterfoil: {error}", file=sys.stderr)
            return 1
    return 0


def _end_on_signals(stop: threading.Event) -> None:
    """A flag, not an exception: nothing that is just being started can be left behind."""

    def end(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in ENDING:
        signal.signal(number, end)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local.serve", description=__doc__)
    parser.add_argument("--template", type=Path, default=template.TEMPLATE)
    parser.add_argument("--functions", type=Path, default=FUNCTIONS_FOLDER)
    return parser.parse_args(arguments)


def _serve(
    options: argparse.Namespace, settings: Settings, stop: threading.Event, started: ExitStack
) -> None:
    """What `started` holds ends in reverse: the server first, the engine last."""
    server = _listen(settings.port)
    started.callback(server.stop)
    described = template.load(options.template)
    environment = described.environment()
    store = started.enter_context(open_store(settings, stop.is_set))
    enter(store)
    workers = Workers(described, environment, options.functions)
    started.callback(workers.close)
    prepare(store, described, settings)
    workers.await_ready()
    started.enter_context(_announced(store.endpoint))
    started.callback(server.stop)
    if not stop.is_set():
        server.start(Gateway(described, workers).handle)
        _say_ready(server.port, settings, store)
    while not stop.wait(WATCH_SECONDS):
        if not store.is_running():
            raise EngineError(f"the engine ended ({store.name})")


def _listen(port: int) -> Server:
    try:
        return Server(port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise SettingsError(
                f"port {port} is in use: choose another, PORT={port + 1}"
            ) from error
        raise SettingsError(f"port {port} cannot be used: {error.strerror}") from error


@contextmanager
def _announced(endpoint: str) -> Iterator[None]:
    ENDPOINT_FILE.parent.mkdir(exist_ok=True)
    ENDPOINT_FILE.write_text(endpoint, "utf-8")
    try:
        yield
    finally:
        ENDPOINT_FILE.unlink(missing_ok=True)


def _say_ready(port: int, settings: Settings, store: Store) -> None:
    address = f"http://{HOST}:{port}"
    credentials = (f"X-App-Id: {settings.app_id}", f"X-App-Token: {settings.app_token}")
    headers = " ".join(f"-H {shlex.quote(header)}" for header in credentials)
    print(
        f"Counterfoil is ready: {address} ({store.name}; {', '.join(credentials)})\n"
        f"  curl {address}/v1/orders {headers} -d {shlex.quote(EXAMPLE_ORDER)}",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
