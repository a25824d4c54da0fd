import base64
import json
from datetime import UTC, datetime

import pytest

from local.event import build_event
from local.gateway import Gateway, HttpRequest
from local.routing import Match
from local.template import Route, Template

NOW = datetime(2026, 3, 1, 12, 30, 15, 250_000, tzinfo=UTC)
POST = Match(Route("POST", "/echo", "Echo"), {})
CALL = Match(Route("PUT", "/items/{id}", "Echo"), {"id": "a/b"})


def test_an_event_is_payload_format_2() -> None:
    request = HttpRequest(
        "PUT",
        "/items/a%2Fb?q=1&q=a%20b&empty=&%5Bcreated_at%5D%5Bafter%5D=2026",
        (
            ("Host", "localhost"),
            ("X-Many", "1"),
            ("x-many", "2"),
            ("Cookie", "a=1; b=2"),
            ("User-Agent", "test"),
            ("Content-Type", "application/json; charset=utf-8"),
        ),
        '{"name":"ł"}'.encode(),
        "192.0.2.7",
    )

    assert build_event(request, CALL, "r-1", NOW) == {
        "version": "2.0",
        "routeKey": "PUT /items/{id}",
        "rawPath": "/items/a/b",
        "rawQueryString": "q=1&q=a%20b&empty=&%5Bcreated_at%5D%5Bafter%5D=2026",
        "cookies": ["a=1", "b=2"],
        "headers": {
            "host": "localhost",
            "x-many": "1,2",
            "user-agent": "test",
            "content-type": "application/json; charset=utf-8",
        },
        "queryStringParameters": {"q": "1,a b", "empty": "", "[created_at][after]": "2026"},
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "local",
            "domainName": "local.execute-api.eu-central-1.amazonaws.com",
            "domainPrefix": "local",
            "http": {
                "method": "PUT",
                "path": "/items/a/b",
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.7",
                "userAgent": "test",
            },
            "requestId": "r-1",
            "routeKey": "PUT /items/{id}",
            "stage": "$default",
            "time": "01/Mar/2026:12:30:15 +0000",
            "timeEpoch": 1772368215250,
        },
        "pathParameters": {"id": "a/b"},
        "body": '{"name":"ł"}',
        "isBase64Encoded": False,
    }


def test_what_a_request_lacks_is_absent_from_its_event() -> None:
    event = build_event(HttpRequest("POST", "/echo"), POST, "r-1", NOW)

    optional = {"cookies", "queryStringParameters", "pathParameters", "body"}
    assert not optional & event.keys()


@pytest.mark.parametrize(
    ("content_type", "body", "encoding"),
    [
        ("application/json", b"{}", "none"),
        ("text/csv", b"a,b", "none"),
        ("", b"{}", "none"),
        ("application/json", b"\xff", "base64"),
        ("application/octet-stream", b"{}", "base64"),
        ("application/x-www-form-urlencoded", b"a=1", "base64"),
    ],
)
def test_a_body_that_is_not_text_travels_encoded(
    content_type: str, body: bytes, encoding: str
) -> None:
    request = HttpRequest("POST", "/echo", {"Content-Type": content_type}, body)

    event = build_event(request, POST, "r-1", NOW)

    encoded = {"none": body.decode("latin-1"), "base64": base64.b64encode(body).decode()}
    assert event["isBase64Encoded"] is (encoding == "base64")
    assert event["body"] == encoded[encoding]


def test_a_handler_is_called_with_its_context_and_environment(gateway: Gateway) -> None:
    response = gateway.handle(HttpRequest("GET", "/echo/1"))

    answer = json.loads(response.body)
    assert answer["function"] == "Echo"
    assert 0 < answer["remaining"] <= 2000
    assert answer["environment"]["SAMPLE_STAGE"] == "dev-eu-central-1"
    assert answer["event"]["requestContext"]["requestId"] == answer["request_id"]


def test_headers_and_cookies_of_an_answer_are_sent(gateway: Gateway) -> None:
    response = gateway.handle(HttpRequest("GET", "/echo/1"))

    assert response.headers == (
        ("content-type", "application/json"),
        ("x-flag", "true"),
        ("set-cookie", "a=1"),
        ("set-cookie", "b=2"),
    )


@pytest.mark.parametrize(
    ("kind", "status", "body"),
    [
        ("plain", 200, b'{"kind":"plain"}'),
        ("bytes", 201, b"\x00\xff"),
        ("empty", 204, b""),
        ("raise", 500, b'{"message":"Internal Server Error"}'),
        ("nonsense", 500, b'{"message":"Internal Server Error"}'),
    ],
)
def test_an_answer_becomes_a_response(
    gateway: Gateway, kind: str, status: int, body: bytes
) -> None:
    response = gateway.handle(HttpRequest("GET", f"/trouble/{kind}"))

    assert (response.status, response.body) == (status, body)


def test_a_failing_handler_leaves_its_traceback_on_stderr(
    gateway: Gateway, capsys: pytest.CaptureFixture[str]
) -> None:
    gateway.handle(HttpRequest("GET", "/trouble/raise"))

    assert "RuntimeError: on purpose" in capsys.readouterr().err


def test_a_path_that_is_not_utf_8_is_refused(gateway: Gateway) -> None:
    assert gateway.handle(HttpRequest("GET", "/echo/%ff")).status == 400


def test_a_path_without_a_route_is_not_found(sample: Template) -> None:
    unrouted = Gateway(Template(functions=sample.functions, routes=(), tables={}), lambda *_: None)

    response = unrouted.handle(HttpRequest("GET", "/echo/1"))

    assert (response.status, response.body) == (404, b'{"message":"Not Found"}')
