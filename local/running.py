"""What `make run` starts, in this order, and ends in reverse."""

import argparse
import errno
import json
import os
import shlex
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from counterfoil.storage.credentials import Kind
from local import key, template, unfinished
from local.errors import EngineError, LocalError, SettingsError
from local.event_sources import EventSources
from local.gateway import Gateway
from local.server import HOST, Server
from local.settings import Settings
from local.store import ENDPOINT_FILE, Store, enter, open_store, prepare
from local.workers import FUNCTIONS_FOLDER, Workers

WATCH_SECONDS: Final = 0.5
EXAMPLE_ORDER: Final = '{"source_id":"order-1","amount":12000}'


def run(arguments: Sequence[str], stop: threading.Event) -> int:
    """0 when `stop` was set, 1 with one line on stderr when it could not begin or go on."""
    options = _options(arguments)
    try:
        with ExitStack() as started:
            _serve(options, Settings.of(os.environ), stop, started)
    except LocalError as error:
        if not stop.is_set():
            print(f"counterfoil: {error}", file=sys.stderr)
            return 1
    return 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local.serve", description=__doc__)
    parser.add_argument("--template", type=Path, default=template.TEMPLATE)
    parser.add_argument("--functions", type=Path, default=FUNCTIONS_FOLDER)
    return parser.parse_args(arguments)


def _serve(
    options: argparse.Namespace, settings: Settings, stop: threading.Event, started: ExitStack
) -> None:
    """What `started` holds ends in reverse: the server first, the engines last."""
    server = _listen(settings.port)
    started.callback(server.stop)
    described = template.load(options.template, template.HERE)
    environment = described.environment()
    store = started.enter_context(open_store(settings, stop.is_set))
    enter(store)
    sources = EventSources(described)
    workers = Workers(described, environment, options.functions, sources.note)
    started.callback(workers.close)
    tables = prepare(store, described, settings, stop.is_set)
    workers.await_ready(stop.is_set)
    started.enter_context(_announced(json.dumps({**store.environment})))
    started.callback(sources.stop)
    started.callback(server.stop)
    if not stop.is_set():
        sources.start(workers)
        server.start(Gateway(described, workers).handle)
        _say_ready(server.port, settings, store)
        _say_link(server.port, settings, tables)
        unfinished.go_on_everywhere(store, environment)
    _await_end(store, stop)


def _await_end(store: Store, stop: threading.Event) -> None:
    """Returns when `stop` is set. Raises EngineError when an engine ends before."""
    while not stop.wait(WATCH_SECONDS):
        if not store.is_running():
            raise EngineError(f"an engine ended ({store.name})")


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
def _announced(environment: str) -> Iterator[None]:
    ENDPOINT_FILE.parent.mkdir(exist_ok=True)
    ENDPOINT_FILE.write_text(environment, "utf-8")
    try:
        yield
    finally:
        if ENDPOINT_FILE.exists() and ENDPOINT_FILE.read_text("utf-8") == environment:
            ENDPOINT_FILE.unlink(missing_ok=True)  # another run may have announced itself since


def _say_link(port: int, settings: Settings, tables: Sequence[str]) -> None:
    for table in tables:
        secret = key.make_link(table, settings.dashboard_id, settings.dashboard_token)
        print(f"  http://{HOST}:{port}/dashboard/enter/{secret} signs in once", flush=True)


def _say_ready(port: int, settings: Settings, store: Store) -> None:
    address = f"http://{HOST}:{port}"
    credentials = key.headers(Kind.SERVER, settings.app_id, settings.app_token)
    managing = key.headers(Kind.MANAGEMENT, settings.management_id, settings.management_token)
    browsing = key.headers(Kind.CLIENT, settings.client_id, settings.client_token)
    headers = (*credentials, "Content-Type: application/json")
    options = " ".join(f"-H {shlex.quote(header)}" for header in headers)
    print(
        f"Counterfoil is ready: {address} ({store.name}; {', '.join(credentials)})\n"
        f"  curl {address}/v1/orders {options} -d {shlex.quote(EXAMPLE_ORDER)}\n"
        f"  {address}/management/v1/projects/{key.LOCAL_PROJECT} takes {', '.join(managing)}\n"
        f"  {address}/client/v1 takes {', '.join(browsing)} and an Origin",
        flush=True,
    )
