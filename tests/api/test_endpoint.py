"""What all endpoints share: ids, headers, content types, sizes, the log line, failures."""

import base64
import json
import re
from collections.abc import Mapping
from typing import Any

import pytest

from counterfoil.api import guard
from counterfoil.api.endpoint import endpoint
from counterfoil.api.event import Event
from counterfoil.api.request import Request
from counterfoil.api.response import Response, json_response
from counterfoil.domain.order_payloads import OrderPayload
from counterfoil.operations.call import Call
from local.invocation import Context
from tests.api.client import Api

CONTEXT = Context("test", 1024, "test", deadline=1e9)
ORDER = {"source_id": "s", "amount": 1000, "customer": {"source_id": "c", "name": "Ann Example"}}


def an_event(api: Api, body: str = "", *, encoded: bool = False) -> Event:
    return {
        "routeKey": "POST /v1/test",
        "rawPath": "/v1/test",
        "rawQueryString": "",
        "headers": {"X-App-Id": api.app_id, "x-app-token": api.token},
        "requestContext": {"http": {"method": "POST"}},
        "body": body,
        "isBase64Encoded": encoded,
    }


def lines(captured: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in captured.readouterr().out.splitlines()]


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("GET", "/health"),
        ("GET", "/v1/orders/unknown"),
        ("GET", "/nowhere"),
        ("POST", "/v1/orders"),
    ],
)
def test_every_response_has_an_id_of_its_own(api: Api, method: str, target: str) -> None:
    ids = {api.call(method, target).headers["x-request-id"] for _ in range(2)}

    assert len(ids) == 2
    assert all(re.fullmatch(r"v-[0-9a-f]{18}", each) for each in ids)


def test_an_error_names_the_id_of_its_response(api: Api) -> None:
    reply = api.get("/v1/orders/unknown")

    assert reply.json["request_id"] == reply.headers["x-request-id"]


@pytest.mark.parametrize(
    "path", ["/", "/v1", "/v1/order", "/v1/orders/", "/V1/ORDERS", "/health/x"]
)
def test_an_unknown_path_is_404(api: Api, path: str) -> None:
    reply = api.get(path)

    assert (reply.status, reply.json["key"]) == (404, "not_found")
    assert reply.json["details"] == f"Cannot find path {path}"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PATCH", "/v1/orders", "GET, POST"),
        ("POST", "/v1/orders/a/b", "GET, PUT"),
        ("DELETE", "/v1/orders/%2F", "GET, PUT"),
        ("PUT", "/health", "GET"),
        ("OPTIONS", "/v1/validations", "POST"),
        ("PATCH", "/v1/vouchers/a/enable/b", "DELETE, GET, POST, PUT"),
        ("GET", "/v1/redemptions/r_1/rollback", "POST"),
        ("GET", "/v1/vouchers/a/enable", "POST"),
        ("PUT", "/v1/vouchers/a/disable", "POST"),
        ("DELETE", "/v1/vouchers/a/redemption", "GET, POST"),
        ("GET", "/v1/vouchers/a/validate", "POST"),
        ("PUT", "/v1/vouchers/a/balance", "POST"),
        ("DELETE", "/v1/vouchers/a/transactions", "GET"),
        ("GET", "/v1/vouchers/a/sessions/key", "DELETE"),
        ("POST", "/v1/products/a", "DELETE, GET, PUT"),
    ],
)
def test_another_method_is_405_and_names_the_allowed(
    api: Api, method: str, path: str, allowed: str
) -> None:
    reply = api.call(method, path)

    assert (reply.status, reply.headers["allow"]) == (405, allowed)
    assert (reply.json["code"], reply.json["message"]) == (405, "HTTP Method Not Allowed")
    assert reply.json["details"].endswith(f"allowed: {allowed}")


@pytest.mark.parametrize("method", ["DELETE", "GET", "POST", "PUT"])
@pytest.mark.parametrize(
    "path",
    [
        "a/sessions",
        "a/transactions/export",
        "a/b/enable",
        "a/enable/",
        "a%2Fb/sessions",
    ],
)
def test_what_the_contract_has_below_a_voucher_is_never_a_code(
    api: Api, method: str, path: str
) -> None:
    api.voucher("a")
    body = {"type": "DISCOUNT_VOUCHER", "discount": {"type": "PERCENT", "percent_off": 10}}

    reply = api.call(method, f"/v1/vouchers/{path}", body)

    assert (reply.status, reply.json["key"]) == (404, "not_found")
    assert reply.json["details"].startswith("Cannot find path /v1/vouchers/a/")
    assert api.get("/v1/vouchers").json["total"] == 1


@pytest.mark.parametrize("code", ["a/b", "enable", "a/enabled", "/enable"])
def test_other_codes_with_a_slash_are_codes(api: Api, code: str) -> None:
    assert api.voucher(code)["code"] == code
    assert api.get(f"/v1/vouchers/{code}").json["code"] == code


@pytest.mark.parametrize(
    "accept",
    [
        "application/json",
        "Application/JSON; charset=utf-8",
        "*/*",
        "application/*",
        "text/html, */*;q=0.8",
        "text/html;q=1,application/json;q=0.001",
        "application/json;q=",
        "",
    ],
)
def test_who_reads_json_is_answered(api: Api, accept: str) -> None:
    assert api.call("GET", "/v1/orders", None, {"Accept": accept}).status == 200


@pytest.mark.parametrize(
    "accept",
    ["text/html", "text/*, image/png", "application/json;q=0", "*/*, application/json; q=0.000"],
)
def test_who_reads_no_json_is_told_406(api: Api, accept: str) -> None:
    reply = api.call("POST", "/v1/orders", ORDER, {"Accept": accept})

    assert (reply.status, reply.json["code"], reply.json["message"]) == (406, 406, "Not Acceptable")
    assert api.get("/v1/orders/s").status == 404


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "application/json; charset=utf-8", "Application/JSON;charset=UTF-8"],
)
def test_json_is_accepted_by_its_names(api: Api, content_type: str) -> None:
    assert api.post("/v1/orders", ORDER, {"Content-Type": content_type}).status == 200


def test_a_body_without_a_type_is_json(api: Api) -> None:
    handler = endpoint(decode=_payload, operate=_amount, encode=_answer)

    answer = handler(an_event(api, '{"amount": 5}'), CONTEXT)

    assert (answer["statusCode"], answer["body"]) == (200, '{"amount":5}')


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "application/xml", "", "json"],
)
def test_a_body_of_another_type_is_415(api: Api, content_type: str) -> None:
    reply = api.post("/v1/orders", ORDER, {"Content-Type": content_type})

    assert (reply.status, reply.json["code"]) == (415, 415)
    assert reply.json["message"] == "Unsupported Media Type"
    assert api.get("/v1/orders/s").status == 404


@pytest.mark.parametrize("content_type", ["application/json", "text/plain"])
def test_without_a_body_the_type_means_nothing(api: Api, content_type: str) -> None:
    order = api.post("/v1/orders", ORDER).json["id"]
    headers = {"Content-Type": content_type}

    assert api.call("GET", f"/v1/orders/{order}", None, headers).status == 200
    assert api.call("POST", "/v1/orders", None, headers).status == 200


def test_an_empty_body_is_an_empty_object(api: Api) -> None:
    assert api.post("/v1/orders", None).json["metadata"] == {}


@pytest.mark.parametrize("body", [b"[]", b"5", b'"text"', b"null", b"true"])
def test_a_body_that_is_no_object_is_400(api: Api, body: bytes) -> None:
    headers = {"X-App-Id": api.app_id, "X-App-Token": api.token}

    reply = api.send("POST", "/v1/orders", body, headers)

    assert (reply.status, reply.json["key"]) == (400, "invalid_payload")
    assert reply.json["details"] == "The request body must be a JSON object"


def test_a_body_that_came_encoded_is_the_same(api: Api) -> None:
    handler = endpoint(decode=_payload, operate=_amount, encode=_answer)
    body = base64.b64encode('{"amount": 5, "source_id": "é"}'.encode()).decode()

    assert handler(an_event(api, body, encoded=True), CONTEXT)["body"] == '{"amount":5}'


def test_a_body_over_the_limit_is_413(api: Api) -> None:
    reply = api.post("/v1/orders", {"metadata": {"text": "x" * 1024 * 1024}})

    assert reply.status == 413
    assert reply.json["statusCode"] == 413
    assert reply.json["error"] == "Request Entity Too Large"
    assert "x-request-id" in reply.headers


def test_a_route_may_take_a_larger_body(api: Api) -> None:
    handler = endpoint(
        decode=_payload, operate=_amount, encode=_answer, body_limit=5 * guard.MAX_BYTES
    )
    body = json.dumps({"amount": 5, "unknown": "x" * 1_500_000})

    assert handler(an_event(api, body), CONTEXT)["statusCode"] == 200


def test_an_answer_is_json_and_one_without_content_has_no_type(api: Api) -> None:
    handler = endpoint(decode=_nothing, operate=_amount, encode=lambda _: Response(204))

    answer = handler(an_event(api), CONTEXT)

    assert (answer["statusCode"], answer["body"]) == (204, "")
    assert "Content-Type" not in answer["headers"]
    assert api.get("/v1/orders").headers["content-type"] == "application/json"


@pytest.mark.parametrize("size", [513, 5000])
def test_a_path_too_long_for_an_identifier_names_nothing(api: Api, size: int) -> None:
    reply = api.get(f"/v1/orders/ord_{'x' * size}")

    assert (reply.status, reply.json["resource_type"]) == (404, "order")


def test_the_log_has_one_line_with_outcome_cost_and_ids(
    api: Api, capsys: pytest.CaptureFixture[str]
) -> None:
    api.get("/v1/orders/unknown")
    capsys.readouterr()

    reply = api.post("/v1/orders", ORDER)

    (line,) = lines(capsys)
    assert line["level"] == "INFO"
    assert line["service"] == "counterfoil"
    assert line["request_id"] == reply.headers["x-request-id"]
    assert line["route"] == "POST /v1/orders"
    assert line["status"] == 200
    assert (line["project"], line["app_id"]) == (api.project, api.app_id)
    assert line["order_id"] == reply.json["id"]
    assert line["store_calls"] >= 1
    assert line["store_units"] >= 1
    assert 0 < line["duration_ms"] < 10_000
    assert "error" not in line


def test_the_log_of_a_refusal_names_its_key(api: Api, capsys: pytest.CaptureFixture[str]) -> None:
    api.get("/v1/orders/unknown")

    (line,) = lines(capsys)
    assert (line["level"], line["status"], line["error"]) == ("INFO", 404, "not_found")


def test_the_log_tells_the_fence_of_an_order_session(
    api: Api, capsys: pytest.CaptureFixture[str]
) -> None:
    api.post("/v1/orders", ORDER)
    capsys.readouterr()

    reply = api.put("/v1/orders/s", {"amount": 1})

    (line,) = lines(capsys)
    found = re.fullmatch(r"fence=(\d+); held_ms=\d+", reply.headers["x-order-session"])
    assert found is not None
    assert line["fence"] == int(found[1])


def test_the_log_holds_nothing_personal(api: Api, capsys: pytest.CaptureFixture[str]) -> None:
    api.post("/v1/orders", {**ORDER, "metadata": {"note": "at the door"}})
    api.get("/v1/customers/c%40example.com")
    api.get("/v1/orders?secret=c%40example.com")

    logged = capsys.readouterr().out
    for each in ("Ann", "c@example.com", "c%40example.com", api.token, "at the door"):
        assert each not in logged


def test_a_failure_of_the_service_is_500_in_the_contracts_shape(
    api: Api, capsys: pytest.CaptureFixture[str]
) -> None:
    handler = endpoint(decode=_nothing, operate=_fail, encode=_answer)

    answer = handler(an_event(api), CONTEXT)

    (line,) = lines(capsys)
    document = json.loads(answer["body"])
    assert (answer["statusCode"], document["code"], document["key"]) == (500, 500, "internal_error")
    assert document["request_id"] == answer["headers"]["X-Request-Id"] == line["request_id"]
    assert "secret" not in answer["body"]
    assert line["level"] == "ERROR"
    assert "ZeroDivisionError" in line["exception"]
    assert "_fail" in line["exception"]


def test_a_function_without_its_settings_is_500(
    api: Api, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("COUNTERFOIL_TABLE")

    reply = api.get("/v1/orders")

    assert (reply.status, reply.json["key"]) == (500, "internal_error")
    assert "COUNTERFOIL_TABLE" in capsys.readouterr().out


def _payload(request: Request) -> OrderPayload:
    return request.payload(OrderPayload)


def _nothing(_request: Request) -> OrderPayload:
    return OrderPayload()


def _amount(_call: Call, order: OrderPayload) -> Mapping[str, object]:
    return {"amount": order.amount}


def _fail(_call: Call, _order: OrderPayload) -> Mapping[str, object]:
    return {"secret": 1 // 0}


def _answer(document: Mapping[str, object]) -> Response:
    return json_response(200, document)
