import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from local.gateway import Gateway, HttpRequest
from local.template import Template
from local.workers import Workers
from tests.local.clients import SAMPLE, await_end, children_of


@pytest.fixture
def workers(sample: Template) -> Iterator[Workers]:
    started = Workers(sample, sample.environment(), SAMPLE / "functions")
    started.await_ready(lambda: False)
    yield started
    started.close()


@pytest.fixture
def served(sample: Template, workers: Workers) -> Gateway:
    return Gateway(sample, workers)


def pid_of_echo(gateway: Gateway) -> int:
    response = gateway.handle(HttpRequest("GET", "/echo/1"))
    return int(json.loads(response.body)["pid"])


def test_a_worker_serves_one_request_after_the_other(served: Gateway) -> None:
    assert pid_of_echo(served) == pid_of_echo(served)


def test_requests_at_once_have_a_process_each(served: Gateway) -> None:
    with ThreadPoolExecutor() as pool:
        hanging = pool.submit(served.handle, HttpRequest("GET", "/trouble/hang"))
        echoes = [pid_of_echo(served) for _ in range(3)]

        assert hanging.result().status == 500
    assert len(set(echoes)) == 1


def test_a_function_has_the_environment_of_the_template(served: Gateway) -> None:
    answer = json.loads(served.handle(HttpRequest("GET", "/echo/1")).body)

    assert answer["environment"]["SAMPLE_TABLE"] == "counterfoil"


@pytest.mark.parametrize("kind", ["raise", "exit", "hang", "nonsense"])
def test_a_function_that_fails_is_500_and_the_next_one_works(served: Gateway, kind: str) -> None:
    response = served.handle(HttpRequest("GET", f"/trouble/{kind}"))

    assert (response.status, response.body) == (500, b'{"message":"Internal Server Error"}')
    assert pid_of_echo(served) > 0


def test_a_function_that_outlasts_its_timeout_says_so(
    served: Gateway, capsys: pytest.CaptureFixture[str]
) -> None:
    served.handle(HttpRequest("GET", "/trouble/hang"))

    assert "Trouble timed out" in capsys.readouterr().err


def test_a_function_that_cannot_be_imported_fails_alone(served: Gateway) -> None:
    assert served.handle(HttpRequest("GET", "/anything")).status == 500
    assert served.handle(HttpRequest("GET", "/echo/1")).status == 200


def test_a_large_body_passes_whole(served: Gateway) -> None:
    body = b"x" * 5_000_000

    response = served.handle(HttpRequest("POST", "/echo", (), body))

    assert len(json.loads(response.body)["event"]["body"]) == len(body)


def test_closing_ends_every_process(sample: Template) -> None:
    workers = Workers(sample, sample.environment(), SAMPLE / "functions")
    workers.await_ready(lambda: False)
    pid_of_echo(Gateway(sample, workers))
    started = {workers.pid} | children_of(workers.pid)
    assert len(started) == 2

    workers.close()

    await_end(started)
