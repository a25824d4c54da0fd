import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from local.engine import CREDENTIALS, HOST
from tests.concurrency.crew import Crew
from tests.concurrency.engines import EVERY_ENGINE, Running
from tests.concurrency.probe import flaw_of

pytestmark = pytest.mark.engine


class Yes(BaseHTTPRequestHandler):
    """Grants every write and keeps none."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        body = json.dumps({}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def yes_crew() -> Iterator[Crew]:
    with ThreadingHTTPServer((HOST, 0), Yes) as server:
        Thread(target=server.serve_forever).start()
        endpoint = f"http://{HOST}:{server.server_port}"
        crew = Crew({**CREDENTIALS, "AWS_ENDPOINT_URL_DYNAMODB": endpoint})
        yield crew
        crew.close()
        server.shutdown()


@EVERY_ENGINE
def test_the_engines_serialise_conditional_writes(engine: Running) -> None:
    assert engine.kind


def test_the_probe_refuses_an_engine_that_grants_everything(yes_crew: Crew) -> None:
    assert "does not serialise" in str(flaw_of(yes_crew, "counterfoil"))


def test_an_engine_is_installed() -> None:
    assert EVERY_ENGINE.args[1], "run `make engines`: without one the races prove nothing"
