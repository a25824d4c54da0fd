"""Bearer tokens: made by a key for a while and some routes, ended at once (domain.md §2.0)."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlencode

import boto3
import pytest

from counterfoil.api.permissions import scopes_of
from counterfoil.api.routes import METHODS
from counterfoil.domain.scopes import KNOWN
from counterfoil.storage import credential_keys, credentials, tokens
from counterfoil.storage.credentials import Kind
from counterfoil.storage.plans import Action, Guard
from counterfoil.storage.store import Refused, Store
from counterfoil.storage.tokens import Token
from tests.api.client import Api, Reply

FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}
GRANT: Final = {"grant_type": "client_credentials"}


def post_form(
    api: Api, path: str, fields: dict[str, str], headers: dict[str, str] | None = None
) -> Reply:
    sent = api.credentials if headers is None else headers
    return api.send("POST", path, urlencode(fields).encode(), {**sent, **FORM})


def token_of(api: Api, scope: str = "api") -> str:
    reply = post_form(api, "/v1/oauth/token", {**GRANT, "scope": scope})
    assert reply.status == 200, reply.body
    return str(reply.json["access_token"])


def ask(api: Api, token: str, method: str, path: str, body: object = None) -> Reply:
    content = b"" if body is None else json.dumps(body).encode()
    return api.send(method, path, content, {"Authorization": f"Bearer {token}"})


def test_a_token_is_told_once_with_all_about_it(api: Api) -> None:
    before = int(datetime.now(UTC).timestamp())
    reply = post_form(api, "/v1/oauth/token", {**GRANT, "scope": "orders vouchers"})
    after = int(datetime.now(UTC).timestamp())

    assert reply.status == 200
    assert reply.headers["cache-control"] == "no-store"
    told = reply.json
    assert before + 900 <= told.pop("expires_at") <= after + 900
    assert len(told.pop("access_token")) == 43
    assert told == {
        "client_id": api.app_id,
        "expires_in": 900,
        "scope": "orders vouchers",
        "token_type": "Bearer",
    }


def test_json_is_taken_as_well_as_a_form(api: Api) -> None:
    assert api.post("/v1/oauth/token", GRANT).json["scope"] == "api"


def test_no_token_is_stored_not_even_for_an_idempotency_key(api: Api, store: Store) -> None:
    reply = api.post("/v1/oauth/token", GRANT, {"Idempotency-Key": "k"})

    items = boto3.client("dynamodb").scan(TableName=store.table)["Items"]

    assert reply.json["access_token"] not in str(items)
    assert len(items) == 2 + len(Kind)  # the token, the project and its keys


@pytest.mark.parametrize("scheme", ["Bearer", "bearer"])
def test_a_token_opens_its_project_from_the_moment_it_is_told(api: Api, scheme: str) -> None:
    api.voucher("TEN")
    headers = {"Authorization": f"{scheme} {token_of(api)}"}

    assert api.send("GET", "/v1/vouchers/TEN", b"", headers).json["code"] == "TEN"


def test_a_token_decides_alone_whatever_key_is_sent_beside_it(api: Api) -> None:
    headers = {"X-App-Id": "", "X-App-Token": "", "Authorization": f"Bearer {token_of(api)}"}

    assert api.send("GET", "/v1/orders", b"", headers).status == 200
    assert (
        api.send("GET", "/v1/orders", b"", {**api.credentials, "Authorization": "Bearer x"}).status
        == 401
    )


@pytest.mark.parametrize("secret", ["nobody", "", "é", "x" * 300, "0" * 43])
def test_what_is_no_token_is_refused_with_a_challenge(api: Api, secret: str) -> None:
    reply = api.send("GET", "/v1/orders", b"", {"Authorization": f"Bearer {secret}"})

    assert (reply.status, reply.json["key"]) == (401, "unauthorized")
    assert reply.json["details"] == "The bearer token is not in force"
    assert reply.headers["www-authenticate"] == 'Bearer error="invalid_token"'


def test_the_hash_of_a_token_is_no_token(api: Api) -> None:
    assert ask(api, credentials.hash_of(token_of(api)), "GET", "/v1/orders").status == 401


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", "/v1/orders", "orders"),
        ("GET", "/v1/orders/o", "orders"),
        ("GET", "/v1/customers", "customers"),
        ("GET", "/v1/vouchers", "vouchers"),
        ("POST", "/v1/vouchers/V/enable", "vouchers"),
        ("GET", "/v1/vouchers/V/redemption", "redemptions"),
        ("POST", "/v1/vouchers/V/redemption", "redemptions"),
        ("GET", "/v1/redemptions", "redemptions"),
        ("POST", "/v1/redemptions/r_1/rollback", "redemptions"),
        ("POST", "/v1/validations", "validations"),
        ("GET", "/v1/exports", "exports"),
        ("GET", "/v1/reports/daily", "reports"),
    ],
)
def test_a_scope_opens_its_part_of_the_api_and_no_other(
    api: Api, method: str, path: str, scope: str
) -> None:
    others = "orders customers vouchers redemptions validations".replace(scope, "").strip()
    body: object = None if method == "GET" else {}

    inside = ask(api, token_of(api, scope), method, path, body)
    outside = ask(api, token_of(api, others), method, path, body)

    assert inside.status != 403
    assert (outside.status, outside.json["key"]) == (403, "missing_required_permission")
    assert f"needs one of the scopes api, {scope}" in outside.json["details"]


@pytest.mark.parametrize(
    ("route", "scopes"),
    [
        ("GET /v1/orders/{orderId+}", {"api", "orders"}),
        ("POST /v1/products/{productId}/skus", {"api", "products", "skus"}),
        ("GET /v1/skus/{skuId}", {"api", "skus"}),
        ("POST /v1/promotions/tiers/{tierId}/validation", {"api", "validations"}),
        ("POST /v1/promotions/tiers/{tierId}/redemption", {"api", "redemptions"}),
        ("GET /v1/promotions/tiers", {"api", "promotions"}),
        ("DELETE /v1/segments/{segmentId}", {"api", "segments"}),
        ("GET /v1/customers/{customerId}/segments", {"api", "customers"}),
        ("GET /v1/validation-rules-assignments", {"api", "validation-rules-assignments"}),
        ("POST /client/v1/validations", {"client_api", "client_validations"}),
        ("GET /client/v1/promotions/tiers", {"client_api", "client_promotions"}),
        ("POST /v1/oauth/token", set()),
    ],
)
def test_a_route_is_opened_by_the_whole_api_or_by_its_part(route: str, scopes: set[str]) -> None:
    assert scopes_of(route) == scopes


def test_every_part_of_the_api_can_be_asked_for_by_its_scope() -> None:
    routes = [f"{method} {path}" for path in METHODS for method in METHODS[path]]
    apis = [each for each in routes if " /v1/" in each or "T /client/v1/" in each]

    assert {scope for each in apis for scope in scopes_of(each)} <= KNOWN


@pytest.mark.parametrize("path", ["token", "introspect", "token/revoke"])
def test_a_token_neither_makes_nor_shows_nor_ends_tokens(api: Api, path: str) -> None:
    token = token_of(api)

    reply = ask(api, token, "POST", f"/v1/oauth/{path}", {**GRANT, "access_token": token})

    assert (reply.status, reply.json["key"]) == (403, "missing_required_permission")
    assert reply.json["details"] == f"POST /v1/oauth/{path} needs a key"
    assert ask(api, token, "GET", "/v1/orders").status == 200


def test_a_token_is_shown_to_its_project_while_it_is_in_force(
    api: Api, other_project_api: Api
) -> None:
    made = post_form(api, "/v1/oauth/token", {**GRANT, "scope": "orders"}).json
    token = {"access_token": made["access_token"]}

    shown = post_form(api, "/v1/oauth/introspect", token).json
    elsewhere = post_form(other_project_api, "/v1/oauth/introspect", token).json
    unknown = post_form(api, "/v1/oauth/introspect", {"token": "nobody"}).json

    assert 0 < shown.pop("expires_in") <= made.pop("expires_in")
    assert shown == {**made, "active": True}
    assert elsewhere == unknown == {"active": False}


def test_a_revoked_token_ends_at_once_and_only_once(api: Api, other_project_api: Api) -> None:
    token = token_of(api)
    sent = {"access_token": token}

    elsewhere = post_form(other_project_api, "/v1/oauth/token/revoke", sent)
    assert ask(api, token, "GET", "/v1/orders").status == 200
    revoked = post_form(api, "/v1/oauth/token/revoke", sent)
    again = post_form(api, "/v1/oauth/token/revoke", sent)

    assert (revoked.status, revoked.body) == (204, b"")
    assert ask(api, token, "GET", "/v1/orders").status == 401
    assert post_form(api, "/v1/oauth/introspect", sent).json == {"active": False}
    for refused in (elsewhere, again):
        assert (refused.status, refused.json["key"]) == (404, "not_found")
        assert token not in refused.body.decode()


@pytest.mark.parametrize("path", ["introspect", "token/revoke"])
def test_a_token_has_to_be_named(api: Api, path: str) -> None:
    reply = post_form(api, f"/v1/oauth/{path}", {"access_token": ""})

    assert (reply.status, reply.json["key"]) == (400, "missing_parameters")


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"scope": "api"}, "invalid_grant_type"),
        ({"grant_type": "password", "scope": "api"}, "invalid_grant_type"),
        ({**GRANT, "scope": "vouchers,campaigns"}, "invalid_scope"),
    ],
)
def test_another_grant_or_an_unknown_scope_is_refused(
    api: Api, fields: dict[str, str], key: str
) -> None:
    reply = post_form(api, "/v1/oauth/token", fields)

    assert (reply.status, reply.json["key"]) == (400, key)


@pytest.mark.parametrize("form", [b"grant_type=a&grant_type=b", b"grant_type=%FF", b"\xff=1"])
def test_a_form_that_says_two_things_or_nothing_readable_is_refused(api: Api, form: bytes) -> None:
    reply = api.send("POST", "/v1/oauth/token", form, {**api.credentials, **FORM})

    assert (reply.status, reply.json["key"]) == (400, "invalid_payload")


def test_a_form_of_more_than_a_megabyte_is_too_large(api: Api) -> None:
    form = b"scope=" + b"x" * 1024 * 1024

    assert api.send("POST", "/v1/oauth/token", form, {**api.credentials, **FORM}).status == 413


def test_a_key_comes_as_oauth_libraries_send_it(api: Api) -> None:
    pair = base64.b64encode(f"{api.app_id}:{api.token}".encode()).decode()
    fields = {**GRANT, "client_id": api.app_id, "client_secret": api.token}

    basic = post_form(api, "/v1/oauth/token", GRANT, {"Authorization": f"Basic {pair}"})
    in_form = post_form(api, "/v1/oauth/token", fields, {})

    assert [basic.json["client_id"], in_form.json["client_id"]] == [api.app_id] * 2


@pytest.mark.parametrize(
    ("headers", "fields"),
    [
        ({}, {}),
        ({"Authorization": "Basic bm9ib2R5Om5v"}, {}),
        ({"Authorization": "Basic no base64"}, {}),
        ({"Authorization": "Basic w6k="}, {}),
        ({}, {"client_id": "nobody"}),
        ({}, {"client_id": "nobody", "client_secret": "no"}),
    ],
)
def test_a_wrong_client_is_refused_as_a_wrong_key_is(
    api: Api, headers: dict[str, str], fields: dict[str, str]
) -> None:
    reply = post_form(api, "/v1/oauth/token", {**GRANT, **fields}, headers)

    assert (reply.status, reply.json["key"]) == (401, "unauthorized")


def put(store: Store, secret: str, *, project: str = "shop", app_id: str = "a", ends: int) -> Token:
    now = datetime.now(UTC) + timedelta(seconds=ends)
    token = Token(project, app_id, ("api",), int(now.timestamp()))
    tokens.put(store, secret, token)
    return token


def test_an_expired_token_opens_nothing_though_the_table_still_has_it(
    api: Api, store: Store
) -> None:
    put(store, "old", app_id=api.app_id, ends=-1)
    put(store, "new", app_id=api.app_id, ends=60)

    assert ask(api, "new", "GET", "/v1/orders").status == 200
    assert ask(api, "old", "GET", "/v1/orders").status == 401
    assert post_form(api, "/v1/oauth/introspect", {"access_token": "old"}).json == {"active": False}
    assert post_form(api, "/v1/oauth/token/revoke", {"access_token": "old"}).status == 404


def test_a_token_is_in_force_until_its_second_and_not_in_it(store: Store) -> None:
    token = put(store, "one", ends=60)

    assert tokens.get(store, "one", token.expires_at - 1) == token
    assert tokens.get(store, "one", token.expires_at) is None


def test_a_token_without_its_key_opens_nothing(
    api: Api, store: Store, new_api: Callable[[str], Api]
) -> None:
    elsewhere = new_api("other")
    put(store, "no key", app_id="gone", ends=60)
    put(store, "a key of another project", app_id=elsewhere.app_id, ends=60)
    put(store, "a key of another kind", app_id=api.management_id, ends=60)

    for secret in ("no key", "a key of another project", "a key of another kind"):
        assert ask(api, secret, "GET", "/v1/orders").status == 401


def test_a_token_outlives_a_change_of_its_keys_own_token(api: Api, store: Store) -> None:
    token = token_of(api)
    for each in ("two", "three"):
        credentials.mint(store, "shop", api.app_id, each, datetime.now(UTC), Kind.SERVER)

    assert ask(api, token, "GET", "/v1/orders").status == 200


def test_a_management_route_takes_no_token(api: Api) -> None:
    reply = ask(api, token_of(api), "GET", "/management/v1/projects/shop/stacking-rules")

    assert reply.status in {401, 404}


def test_repeating_the_write_of_a_token_changes_nothing(store: Store) -> None:
    token = put(store, "one", ends=60)

    tokens.put(store, "one", token)

    assert tokens.get(store, "one", 0) == token
    with pytest.raises(Refused):
        put(store, "one", app_id="b", ends=60)


def test_repeating_a_revocation_of_ones_own_is_no_refusal(store: Store) -> None:
    put(store, "one", ends=60)

    assert tokens.revoke(store, "shop", "one", 0, "me")
    assert tokens.revoke(store, "shop", "one", 0, "me")
    assert not tokens.revoke(store, "shop", "one", 0, "another")


def test_a_token_is_not_looked_for_among_the_keys(api: Api, store: Store) -> None:
    key = credential_keys.token(credentials.hash_of("x"))
    store.write(Action(key, Guard.STATE, sets={"project": "shop"}))

    headers = {"X-App-Id": key.pk.removeprefix("KEY#"), "X-App-Token": "x"}

    assert api.send("GET", "/v1/orders", b"", headers).status == 401
