import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from local import engine, install, template
from local.gateway import Gateway
from local.http_messages import HttpResponse
from local.install import Kind
from local.server import Server
from local.template import Template
from tests.local.clients import SAMPLE, Peer, Run


@pytest.fixture(scope="session")
def sample() -> Template:
    return template.load(SAMPLE / "template.yaml")


@pytest.fixture
def gateway(sample: Template, monkeypatch: pytest.MonkeyPatch) -> Gateway:
    monkeypatch.syspath_prepend(str(SAMPLE / "functions"))
    for name in sample.environment():
        monkeypatch.setenv(name, "")  # so that it is taken back afterwards
    return Gateway(sample)


@pytest.fixture
def server() -> Iterator[Server]:
    """Answers with the method, the target and the body that came."""
    running = Server(0)
    running.start(
        lambda request: HttpResponse(
            200,
            (("x-target", request.target),),
            request.method.encode() + b" " + request.body,
        )
    )
    yield running
    running.stop()


@pytest.fixture
def peer(server: Server) -> Iterator[Peer]:
    with Peer(server.port) as connected:
        yield connected


@pytest.fixture(params=list(Kind))
def kind(request: pytest.FixtureRequest) -> Kind:
    wanted = Kind(request.param)
    if not install.is_installed(wanted):
        pytest.skip(f"{wanted} cannot be had on this machine")
    return wanted


@pytest.fixture
def running(kind: Kind) -> Iterator[engine.Engine]:
    started = engine.start(kind, None)
    yield started
    started.stop()


@pytest.fixture(autouse=True)
def _engine_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in engine.CREDENTIALS.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def serve() -> Iterator[Callable[..., Run]]:
    """Starts `make run`'s program on the sample service; leftovers are killed."""
    runs: list[Run] = []

    def start(data: Path | str = ":memory:", **environment: str) -> Run:
        runs.append(Run(str(data), environment))
        return runs[-1]

    yield start
    for run in runs:
        run.end(signal.SIGKILL)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "a folder"
