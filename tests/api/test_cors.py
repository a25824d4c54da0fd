"""Browsers ask before they send: preflights are answered for any origin, without a key."""

from tests.api.client import Api


def test_a_preflight_allows_what_clients_send(api: Api) -> None:
    reply = api.send("OPTIONS", "/client/v1/validations", b"", {"Origin": "https://shop.example"})

    assert (reply.status, reply.body) == (204, b"")
    assert reply.headers["access-control-allow-origin"] == "https://shop.example"
    assert reply.headers["access-control-allow-methods"] == "GET, POST"
    assert "X-Client-Token" in reply.headers["access-control-allow-headers"]
    assert reply.headers["vary"] == "Origin"


def test_without_an_origin_there_is_nothing_to_allow(api: Api) -> None:
    reply = api.send("OPTIONS", "/client/v1/validations", b"", {})

    assert reply.status == 204
    assert not [name for name in reply.headers if name.startswith("access-control-")]


def test_only_client_routes_answer_preflights(api: Api) -> None:
    reply = api.send("OPTIONS", "/v1/orders", b"", {"Origin": "https://shop.example"})

    assert (reply.status, reply.headers["allow"]) == (405, "GET, POST")


def test_an_unknown_client_path_is_not_found(api: Api) -> None:
    assert api.post("/client/v1/nothing", {}).status == 404
