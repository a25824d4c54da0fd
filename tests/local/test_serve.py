import http.client
import json
import os
import re
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from local import engine, install
from local.engine import Engine
from local.install import Kind
from tests.local.clients import Run, await_end, children_of, until_late

Serve = Callable[..., Run]

pytestmark = pytest.mark.engine


def get(port: int, path: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response.status, body


def test_the_ready_line_tells_all_that_a_first_call_needs(serve: Serve, kind: Kind) -> None:
    run = serve(COUNTERFOIL_ENGINE=kind, COUNTERFOIL_APP_TOKEN="it's secret")

    port = run.ready_port()

    assert run.said[0] == (
        f"Counterfoil is ready: http://127.0.0.1:{port} ({kind}, data in memory; "
        "X-App-Id: local-app, X-App-Token: it's secret)\n"
    )
    assert get(port, "/echo/1")[0] == 200
    assert run.said[1].startswith(f"  curl http://127.0.0.1:{port}/")
    assert "'X-App-Token: it'\"'\"'s secret'" in run.said[1]
    assert run.said[2] == (
        f"  http://127.0.0.1:{port}/management/v1/projects/local takes "
        "X-Management-Id: local-management, X-Management-Token: local-management-token\n"
    )
    assert run.said[3] == (
        f"  http://127.0.0.1:{port}/client/v1 takes "
        "X-Client-Application-Id: local-client, X-Client-Token: local-client-token and an Origin\n"
    )
    link = rf"  http://127\.0\.0\.1:{port}/dashboard/enter/[\w-]{{43}} signs in once\n"
    assert re.fullmatch(link, run.said[4])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_everything_that_was_started(
    serve: Serve, kind: Kind, number: signal.Signals
) -> None:
    run = serve(COUNTERFOIL_ENGINE=kind)
    get(run.ready_port(), "/echo/1")
    started = children_of(run.process.pid)
    others = ("services", "watcher") if kind is Kind.DYNOXIDE else ()
    assert len(started) >= len(("engine", "watcher", "parent", "worker", *others))

    status, _ = run.end(number)

    await_end(started)
    assert status == 0


def test_a_signal_while_starting_ends_it_too(serve: Serve, kind: Kind) -> None:
    run = serve(COUNTERFOIL_ENGINE=kind)
    run.await_child()
    started = children_of(run.process.pid)

    status, _ = run.end()

    await_end(started)
    assert status == 0


def test_nothing_outlives_a_server_that_is_killed(serve: Serve, kind: Kind) -> None:
    run = serve(COUNTERFOIL_ENGINE=kind)
    get(run.ready_port(), "/echo/1")
    started = children_of(run.process.pid)

    run.end(signal.SIGKILL)

    await_end(started)


def test_a_port_in_use_is_one_clear_line(serve: Serve) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        status, said = serve(PORT=str(port)).finished()

    assert status == 1
    assert said == f"counterfoil: port {port} is in use: choose another, PORT={port + 1}\n"


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"PORT": "http"}, "PORT is a number from 0 to 65535, not 'http'"),
        ({"COUNTERFOIL_ENGINE": "x"}, "COUNTERFOIL_ENGINE is dynoxide or ministack, not 'x'"),
        ({"data": "/dev/null/x"}, "the data folder /dev/null/x cannot be used"),
        ({"COUNTERFOIL_DYNAMODB_ENDPOINT": "http://127.0.0.1:9"}, "the tables cannot be created"),
    ],
)
def test_what_cannot_be_used_is_one_clear_line(
    serve: Serve, environment: dict[str, str], said: str
) -> None:
    run = serve(**environment)

    status, error = run.finished()

    assert status == 1
    assert error.splitlines()[-1].startswith(f"counterfoil: {said}")


def test_another_endpoint_is_used_and_left_running(
    serve: Serve, running: Engine, data: Path
) -> None:
    run = serve(data, COUNTERFOIL_DYNAMODB_ENDPOINT=running.endpoint)
    port = run.ready_port()

    assert f"endpoint {running.endpoint}" in run.said[0]
    assert get(port, "/echo/1")[0] == 200
    run.end()
    assert engine.answers(running.endpoint)
    assert not data.exists()


def files(port: int) -> dict[str, str]:
    found: dict[str, str] = json.loads(get(port, "/files")[1])["files"]
    return found


def await_files(port: int, *names: str) -> None:
    for _ in until_late():
        if set(files(port)) == set(names):
            return


def test_a_message_is_kept_and_what_is_kept_becomes_a_file(serve: Serve, kind: Kind) -> None:
    """A queue's reader writes an item, and what follows the table a file."""
    port = serve(COUNTERFOIL_ENGINE=kind).ready_port()

    get(port, "/queue/hello")

    await_files(port, "hello")
    assert json.loads(files(port)["hello"]) == {"pk": {"S": "kept"}, "sk": {"S": "hello"}}


def test_what_a_function_wrote_before_it_was_cut_off_is_handed_over(
    serve: Serve, kind: Kind
) -> None:
    port = serve(COUNTERFOIL_ENGINE=kind).ready_port()

    assert get(port, "/trouble/written")[0] == 500

    await_files(port, "written")


def test_what_is_written_is_handed_over_before_an_orderly_end(
    serve: Serve, kind: Kind, data: Path
) -> None:
    first = serve(data, COUNTERFOIL_ENGINE=kind)
    get(first.ready_port(), "/store/put")
    _, said = first.end()

    second = serve(data, COUNTERFOIL_ENGINE=kind)

    assert "handed over" not in said
    assert len(files(second.ready_port())) == 1
    second.end()


def test_files_survive_a_kill_of_everything(serve: Serve, kind: Kind, data: Path) -> None:
    first = serve(data, COUNTERFOIL_ENGINE=kind)
    port = first.ready_port()
    get(port, "/queue/hello")
    await_files(port, "hello")
    for pid in (first.process.pid, *children_of(first.process.pid)):
        os.kill(pid, signal.SIGKILL)
    first.end()

    second = serve(data, COUNTERFOIL_ENGINE=kind)

    await_files(second.ready_port(), "hello")
    second.end()


def test_acknowledged_items_survive_a_restart(serve: Serve, kind: Kind, data: Path) -> None:
    first = serve(data, COUNTERFOIL_ENGINE=kind)
    assert json.loads(get(first.ready_port(), "/store/put")[1]) == {"items": 1}
    first.end()

    second = serve(data, COUNTERFOIL_ENGINE=kind)

    assert json.loads(get(second.ready_port(), "/store/put")[1]) == {"items": 2}
    second.end()


def test_acknowledged_items_survive_a_kill_of_everything_on_dynoxide(
    serve: Serve, data: Path
) -> None:
    if not install.is_installed(Kind.DYNOXIDE):
        pytest.skip("dynoxide cannot be had on this machine")
    first = serve(data, COUNTERFOIL_ENGINE=Kind.DYNOXIDE)
    port = first.ready_port()
    for _ in range(20):
        get(port, "/store/put")
    for pid in (first.process.pid, *children_of(first.process.pid)):
        os.kill(pid, signal.SIGKILL)
    first.end()

    second = serve(data, COUNTERFOIL_ENGINE=Kind.DYNOXIDE)

    assert json.loads(get(second.ready_port(), "/store/put")[1]) == {"items": 21}
    second.end()
