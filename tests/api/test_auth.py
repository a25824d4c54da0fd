"""Who may call: keys, tokens, their rotation and what a process believes for a minute."""

import hashlib
from datetime import UTC, datetime
from typing import Final

import boto3
import pytest

from counterfoil.api.auth import BELIEVED_SECONDS, HEADERS, Caller, Keys
from counterfoil.api.request import Request
from counterfoil.domain.errors import Unauthorized
from counterfoil.storage import credential_keys, credentials
from counterfoil.storage.credentials import Kind
from counterfoil.storage.plans import Action, Guard
from counterfoil.storage.store import Store
from local.template import load
from tests.api.client import Api

NOW: Final = datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)
OPEN: Final = {"AnswerPreflight", "GetHealth", "ServeReference", "RefuseRoute"}
# A file is opened by its token (test_exports), and people sign in to the dashboard.
OTHERWISE: Final = {"DownloadExport", "ServeDashboard"}
GUARDED: Final = sorted(
    route.key for route in load().routes if route.function not in OPEN | OTHERWISE
)


def a_request(
    app_id: str | None = "shop-app",
    token: str | None = "one",  # noqa: S107  # made up
    kind: Kind = Kind.SERVER,
) -> Request:
    named, proving = HEADERS[kind]
    sent = {named.lower(): app_id, proving.lower(): token}
    headers = {name: value for name, value in sent.items() if value is not None}
    return Request("GET", "GET /v1/orders", "/v1/orders", {}, (), headers, b"")


def mint(store: Store, token: str, app_id: str = "shop-app", kind: Kind = Kind.SERVER) -> None:
    credentials.mint(store, "shop", app_id, token, NOW, kind)


def test_the_right_token_opens_its_project(store: Store) -> None:
    mint(store, "one")

    assert Keys().caller(a_request(), store, 0.0) == Caller("shop", "shop-app")


@pytest.mark.parametrize(
    ("app_id", "token"),
    [
        ("shop-app", "two"),
        ("shop-app", "ONE"),
        ("shop-app", "one "),
        ("Shop-App", "one"),
        ("nobody", "one"),
        ("nobody", ""),
        ("shop-app", ""),
        ("", "one"),
        (None, "one"),
        ("shop-app", None),
        (None, None),
        ("shop-app", "é"),
        ("shöp-app", "one"),
        ("shop-app", "\ud800"),
        ("shop-app", "x" * 256),
        ("x" * 5000, "one"),
    ],
)
def test_anything_else_is_refused_alike(
    store: Store, app_id: str | None, token: str | None
) -> None:
    mint(store, "one")

    with pytest.raises(Unauthorized):
        Keys().caller(a_request(app_id, token), store, 0.0)


@pytest.mark.parametrize("route", HEADERS)
@pytest.mark.parametrize("key", Kind)
def test_a_key_opens_the_routes_of_its_kind_only(store: Store, key: Kind, route: Kind) -> None:
    mint(store, "one", kind=key)
    keys = Keys()

    for _ in range(2):
        if key is route:
            caller = keys.caller(a_request(kind=route), store, 0.0, route)
            assert (caller.project, caller.app_id) == ("shop", "shop-app")
        else:
            with pytest.raises(Unauthorized, match=HEADERS[route][0]):
                keys.caller(a_request(kind=route), store, 0.0, route)


def test_a_key_that_is_believed_for_one_kind_is_not_for_another(store: Store) -> None:
    mint(store, "one")
    keys = Keys()
    keys.caller(a_request(), store, 0.0)

    with pytest.raises(Unauthorized):
        keys.caller(a_request(kind=Kind.MANAGEMENT), store, 0.0, Kind.MANAGEMENT)


def test_a_key_without_a_kind_is_a_servers(store: Store) -> None:
    mint(store, "one")
    store.write(Action(credential_keys.credentials("shop-app"), Guard.STATE, removes=("kind",)))

    mint(store, "two")

    assert Keys().caller(a_request(), store, 0.0) == Caller("shop", "shop-app")


def test_a_hash_is_no_token(store: Store) -> None:
    mint(store, "one")

    with pytest.raises(Unauthorized):
        Keys().caller(a_request(token=hashlib.sha256(b"one").hexdigest()), store, 0.0)


def test_an_unknown_app_id_costs_what_a_wrong_token_costs(store: Store) -> None:
    mint(store, "one")
    calls = []

    for request in (a_request(token="two"), a_request(app_id="nobody")):
        before = store.meter.calls
        with pytest.raises(Unauthorized):
            Keys().caller(request, store, 0.0)
        calls.append(store.meter.calls - before)

    assert calls == [1, 1]


def test_two_tokens_are_active_and_a_third_ends_the_first(store: Store) -> None:
    for token in ("one", "two", "three"):
        mint(store, token)

    for token in ("two", "three"):
        assert Keys().caller(a_request(token=token), store, 0.0).project == "shop"
    with pytest.raises(Unauthorized):
        Keys().caller(a_request(token="one"), store, 0.0)


def test_a_key_is_looked_up_once_a_minute(store: Store) -> None:
    mint(store, "one")
    keys, before = Keys(), store.meter.calls

    for now in (0.0, 1.0, BELIEVED_SECONDS):
        keys.caller(a_request(), store, now)
    assert store.meter.calls == before + 1

    keys.caller(a_request(), store, BELIEVED_SECONDS + 0.1)
    assert store.meter.calls == before + 2


def test_a_new_token_works_at_once_beside_the_one_that_is_believed(store: Store) -> None:
    mint(store, "one")
    keys = Keys()
    keys.caller(a_request(), store, 0.0)

    mint(store, "two")

    assert keys.caller(a_request(token="two"), store, 1.0).project == "shop"
    assert keys.caller(a_request(token="one"), store, 1.0).project == "shop"


def test_a_retired_token_ends_within_a_minute(store: Store) -> None:
    mint(store, "one")
    keys = Keys()
    keys.caller(a_request(), store, 0.0)
    mint(store, "two")
    credentials.retire(store, "shop-app", NOW)

    assert keys.caller(a_request(), store, BELIEVED_SECONDS).project == "shop"
    with pytest.raises(Unauthorized):
        keys.caller(a_request(), store, BELIEVED_SECONDS + 0.1)


def test_a_refusal_is_never_believed(store: Store) -> None:
    keys = Keys()
    with pytest.raises(Unauthorized):
        keys.caller(a_request(), store, 0.0)

    mint(store, "one")

    assert keys.caller(a_request(), store, 0.0).project == "shop"


def test_a_process_believes_a_bounded_number_of_keys(store: Store) -> None:
    names = [f"app-{number}" for number in range(257)]
    tokens = [credentials.hash_of("one")]
    # Minting them would take longer than a request has.
    with boto3.resource("dynamodb").Table(store.table).batch_writer() as batch:
        for name in names:
            place = credential_keys.credentials(name)._asdict()
            batch.put_item(Item={**place, "project": "shop", "tokens": tokens, "kind": "server"})
    keys = Keys()
    for name in names:
        keys.caller(a_request(name), store, 0.0)
    before = store.meter.calls

    keys.caller(a_request(names[-1]), store, 0.0)
    assert store.meter.calls == before

    keys.caller(a_request(names[0]), store, 0.0)
    assert store.meter.calls == before + 1


def test_no_token_is_stored(store: Store) -> None:
    mint(store, "a-secret-token")

    items = boto3.client("dynamodb").scan(TableName=store.table)["Items"]

    assert "a-secret-token" not in str(items)


@pytest.mark.parametrize("route", GUARDED)
def test_every_route_but_health_asks_for_a_key(api: Api, route: str) -> None:
    method, path = route.split()
    target = path.replace("{", "").replace("+}", "").replace("}", "")

    kinds = {"management": Kind.MANAGEMENT, "client": Kind.CLIENT}
    kind = kinds.get(path.split("/")[1], Kind.SERVER)
    named, proving = HEADERS[kind]
    key = {named: api.credentials[named]}
    others = {name: each for name, each in api.credentials.items() if name not in (named, proving)}

    for headers in ({}, others, key, {**key, proving: "x"}):
        reply = api.send(method, target, b"{", headers)
        assert reply.status == 401
        assert reply.json == {
            "code": 401,
            "key": "unauthorized",
            "message": "Unauthorized",
            "details": f"{named} and {proving} do not name an active key",
            "request_id": reply.headers["x-request-id"],
        }


def test_health_asks_for_no_key(api: Api) -> None:
    assert api.send("GET", "/health", b"", {}).status == 200
