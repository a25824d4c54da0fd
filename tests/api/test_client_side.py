"""Browsers validate, and redeem where their key may, from pages of whitelisted origins only."""

from datetime import UTC, datetime

import pytest

from counterfoil.domain import ids
from counterfoil.storage import credentials
from counterfoil.storage.credentials import Kind
from counterfoil.storage.store import Store
from tests.api.client import ORIGIN, Api, Reply

NAMED = {"source_id": "ann"}


def browse(
    api: Api,
    path: str,
    body: dict[str, object],
    origin: str | None = ORIGIN,
    key: str | None = None,
) -> Reply:
    """A browser's request: its own key and no other, and the origin of the page."""
    headers = {"X-Client-Application-Id": key or api.client_id, "X-Client-Token": api.token}
    with_origin = {**headers, "Origin": origin} if origin is not None else headers
    return api.with_headers("POST", f"/client/v1/{path}", body, with_origin)


def key_for(store: Store, api: Api, *origins: str, redeems: bool = False) -> str:
    name = f"{api.client_id}-{len(origins)}-{redeems}"
    credentials.mint(store, api.project, name, api.token, datetime.now(UTC), Kind.CLIENT)
    credentials.allow(store, name, origins, redeems=redeems)
    return name


def test_a_browser_is_told_what_the_server_is_told(api: Api) -> None:
    api.voucher("TEN")
    body = {**api.redeeming("TEN"), "order": {"amount": 5000}}

    told = browse(api, "validations", body)
    server = api.post("/v1/validations", body)

    assert told.status == 200
    assert {**told.json, "id": ""} == {**server.json, "id": ""}
    assert told.json["order"]["total_amount"] == 4500


def test_a_browser_redeems_with_a_key_that_may(api: Api) -> None:
    api.voucher("TEN")

    redeemed = browse(api, "redemptions", {**api.redeeming("TEN"), "order": {"amount": 5000}})

    assert redeemed.status == 200
    assert redeemed.json["order"]["status"] == "PAID"
    assert redeemed.json["redemptions"][0]["channel"]["channel_id"] == api.client_id
    assert api.used("TEN") == 1


def test_a_key_does_not_redeem_unless_it_was_told_so(api: Api, store: Store) -> None:
    api.voucher("TEN")
    key = key_for(store, api, ORIGIN)
    body = {**api.redeeming("TEN"), "order": {"amount": 5000}}

    refused = browse(api, "redemptions", body, key=key)

    assert (refused.status, refused.json["key"]) == (403, "missing_required_permission")
    assert refused.headers["access-control-allow-origin"] == ORIGIN
    assert browse(api, "validations", body, key=key).json["valid"] is True
    assert api.used("TEN") == 0


@pytest.mark.parametrize(
    "origin", [None, "null", "https://evil.example", "http://shop.example", f"{ORIGIN}:8443"]
)
def test_a_page_of_another_origin_is_refused_and_cannot_read_why(
    api: Api, origin: str | None
) -> None:
    refused = browse(api, "validations", api.redeeming("TEN"), origin)

    assert (refused.status, refused.json["key"]) == (403, "forbidden")
    assert "access-control-allow-origin" not in refused.headers


def test_a_whitelisted_page_may_read_the_answer(api: Api) -> None:
    answered = browse(api, "validations", {**api.redeeming("TEN"), "order": {"amount": 1}})
    malformed = browse(api, "validations", {})

    for reply in (answered, malformed):
        assert reply.headers["access-control-allow-origin"] == ORIGIN
        assert reply.headers["vary"] == "Origin"
        assert "X-Request-Id" in reply.headers["access-control-expose-headers"]
    assert (answered.status, malformed.status) == (200, 400)


def test_a_key_for_any_origin_takes_any_and_still_needs_one(api: Api, store: Store) -> None:
    key = key_for(store, api, "*")
    body = api.redeeming("TEN")

    anywhere = browse(api, "validations", body, "https://any.example", key)

    assert anywhere.headers["access-control-allow-origin"] == "https://any.example"
    assert browse(api, "validations", body, None, key).status == 403


def test_a_key_without_origins_opens_nothing(api: Api, store: Store) -> None:
    key = key_for(store, api)

    assert browse(api, "validations", api.redeeming("TEN"), key=key).status == 403


def test_a_server_is_not_told_which_origins_may_read(api: Api) -> None:
    reply = api.get("/v1/orders")

    assert not [name for name in reply.headers if name.startswith("access-control-")]


@pytest.mark.parametrize(
    ("scope", "path", "status"),
    [
        ("client_api", "redemptions", 200),
        ("client_redemptions", "redemptions", 200),
        ("client_validations", "redemptions", 403),
        ("client_validations", "validations", 200),
        ("api", "validations", 403),
    ],
)
def test_a_bearer_token_opens_client_routes_by_their_scopes(
    api: Api, scope: str, path: str, status: int
) -> None:
    api.voucher("TEN")
    grant = {"grant_type": "client_credentials", "scope": scope}
    token = api.post("/v1/oauth/token", grant).json["access_token"]
    body = {**api.redeeming("TEN"), "order": {"amount": 5000}}
    headers = {"Authorization": f"Bearer {token}", "Origin": "https://any.example"}

    assert api.with_headers("POST", f"/client/v1/{path}", body, headers).status == status


@pytest.mark.parametrize("path", ["validations", "redemptions"])
@pytest.mark.parametrize(
    "named",
    [
        {"customer": {"source_id": "bob"}},
        {"customer": {"id": ids.customer_id("shop", "bob")}},
        {"order": {"amount": 1, "customer": {"source_id": "bob"}}},
    ],
)
def test_a_tracking_id_of_another_customer_is_ambiguous(
    api: Api, path: str, named: dict[str, object]
) -> None:
    api.voucher("TEN")
    tracking = ids.tracking_id(ids.customer_id("shop", "ann"))

    refused = browse(api, path, {**api.redeeming("TEN"), **named, "tracking_id": tracking})

    assert (refused.status, refused.json["key"]) == (400, "ambiguous_tracking_id")
    assert api.used("TEN") == 0


@pytest.mark.parametrize(
    "sent",
    [
        {"tracking_id": ids.tracking_id(ids.customer_id("shop", "ann")), "customer": NAMED},
        {"tracking_id": ids.tracking_id(ids.customer_id("shop", "ann"))},
        {"tracking_id": "a session of the page's own", "customer": NAMED},
        {"tracking_id": ids.tracking_id(ids.customer_id("shop", "ann")), "customer": {}},
    ],
)
def test_one_identity_is_taken(api: Api, sent: dict[str, object]) -> None:
    api.voucher("TEN")
    body = {**api.redeeming("TEN"), "order": {"amount": 1}, **sent}

    assert browse(api, "validations", body).json["valid"] is True
