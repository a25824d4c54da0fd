"""Who gets in, for how long, and who is kept out."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlencode

import pytest

from counterfoil.api import context
from counterfoil.domain.roles import Role
from counterfoil.operations import sign_in
from counterfoil.operations.sign_in import Asked, Attempt
from counterfoil.storage import credentials, dashboard_access
from counterfoil.storage.credentials import Kind
from counterfoil.storage.dashboard_access import Session
from counterfoil.storage.store import Store
from local import key
from local.gateway import Gateway
from tests.api.client import Api
from tests.api.dashboard.browser import LOOPBACK, Browser
from tests.api.dashboard.conftest import SECRET

COOKIE: Final = "__Host-counterfoil"
ATTRIBUTES: Final = "Path=/; HttpOnly; SameSite=Strict; Secure"


def test_a_stranger_is_led_to_the_sign_in_and_back(
    browser: Browser, new_key: Callable[..., str]
) -> None:
    first = browser.get("orders?status=PAID")
    form = browser.get(first.location)

    page = browser.post("sign-in", {
        "key": new_key(Role.VIEWER), "secret": SECRET, "to": "/dashboard/orders?status=PAID",
    })  # fmt: skip

    assert first.location == "/dashboard/sign-in?to=%2Fdashboard%2Forders%3Fstatus%3DPAID"
    assert 'value="/dashboard/orders?status=PAID"' in form.html
    assert (page.status, page.location) == (303, "/dashboard/orders?status=PAID")
    assert browser.get(page.location).status == 200


def test_a_stranger_is_led_back_to_what_an_address_names_whatever_it_is_made_of(
    browser: Browser, new_key: Callable[..., str]
) -> None:
    first = browser.get("orders/%C3%BC%3Fa%0D%0Ab")
    wanted = "/dashboard/orders/%C3%BC%3Fa%0D%0Ab"

    page = browser.sign_in(new_key(Role.VIEWER), SECRET, wanted)

    assert first.location == f"/dashboard/sign-in?{urlencode({'to': wanted})}"
    assert page.location == wanted


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.test/dashboard/",
        "//evil.test/dashboard/",
        "/v1/orders",
        "/dashboard/\\\\evil",
        "/dashboard/orders\r\nSet-Cookie: of=evil",
        "/dashboard/orders\n",
        "/dashboard/orders/\u00fc",
    ],
)
def test_the_sign_in_leads_to_no_other_place(
    browser: Browser, new_key: Callable[..., str], elsewhere: str
) -> None:
    page = browser.sign_in(new_key(Role.VIEWER), SECRET, elsewhere)

    assert page.location == "/dashboard/orders"


def test_the_cookie_is_held_to_the_host(browser: Browser, new_key: Callable[..., str]) -> None:
    browser.sign_in(new_key(Role.ADMIN), SECRET)

    (session,) = (each for each in browser.set if each.startswith(f"{COOKIE}="))
    assert session.endswith(f"; Max-Age=43200; {ATTRIBUTES}")


def test_plain_http_on_loopback_has_the_same_cookie_without_what_needs_https(
    gateway: Gateway, new_key: Callable[..., str]
) -> None:
    browser = Browser(gateway, host=LOOPBACK)

    browser.sign_in(new_key(Role.ADMIN), SECRET)

    assert set(browser.cookies) == {"counterfoil"}
    assert all("Secure" not in each and "HttpOnly" in each for each in browser.set)
    assert browser.get("orders").status == 200


def test_a_host_that_only_looks_like_loopback_is_none(
    gateway: Gateway, new_key: Callable[..., str]
) -> None:
    for host in ("127.0.0.1.evil.test", "localhost.evil.test:8000", "evil.test"):
        browser = Browser(gateway, host=host)
        browser.sign_in(new_key(Role.ADMIN), SECRET)
        assert set(browser.cookies) == {COOKIE}


def test_the_store_has_no_secret(
    browser: Browser, new_key: Callable[..., str], store: Store
) -> None:
    browser.sign_in(new_key(Role.ADMIN), SECRET)

    items = store.client.scan(TableName=store.table)["Items"]  # type: ignore[attr-defined]  # a test may look at everything
    assert browser.cookies[COOKIE] not in str(items)
    assert SECRET not in str(items)


@pytest.mark.parametrize("kind", [Kind.SERVER, Kind.MANAGEMENT, Kind.CLIENT])
def test_keys_of_other_kinds_do_not_open_the_dashboard(
    browser: Browser, store: Store, kind: Kind
) -> None:
    credentials.mint(store, "shop", "other", SECRET, datetime.now(UTC), kind)

    page = browser.sign_in("other", SECRET)

    assert page.status == 401
    assert COOKIE not in browser.cookies


def test_a_dashboard_key_does_not_open_the_api(api: Api, new_key: Callable[..., str]) -> None:
    named = new_key(Role.ADMIN)

    for path, headers in (
        ("/v1/orders", {"X-App-Id": named, "X-App-Token": SECRET}),
        (
            "/management/v1/projects/shop/webhooks",
            {"X-Management-Id": named, "X-Management-Token": SECRET},
        ),
    ):
        assert api.with_headers("GET", path, None, headers).status == 401


def test_refusals_are_alike(browser: Browser, new_key: Callable[..., str]) -> None:
    wrong = browser.sign_in(new_key(Role.ADMIN), "wrong")
    unknown = Browser(browser.gateway).sign_in("nobody", SECRET)

    assert wrong.status == unknown.status == 401
    assert re.sub("v-[0-9a-f]+", "", wrong.text) == re.sub("v-[0-9a-f]+", "", unknown.text)


@pytest.mark.parametrize("key_id", ["", "é", "x" * 256])
def test_what_cannot_be_a_key_is_told_so(browser: Browser, key_id: str) -> None:
    assert browser.sign_in(key_id, SECRET).status == 401


def test_five_wrong_tokens_lock_the_key_even_for_the_right_one(
    gateway: Gateway, new_key: Callable[..., str]
) -> None:
    named = new_key(Role.ADMIN)
    tries = [Browser(gateway, address=f"192.0.2.{n}").sign_in(named, "wrong") for n in range(5)]

    locked = Browser(gateway).sign_in(named, SECRET)

    assert [page.status for page in tries] == [401] * 5
    assert locked.status == 429
    assert "Too many failed tries to sign in. Try again in 15 minutes" in locked.text
    assert 0 < int(locked.answer.header("retry-after") or "") <= 900


def test_who_gets_it_right_in_time_begins_anew(
    gateway: Gateway, new_key: Callable[..., str]
) -> None:
    named = new_key(Role.ADMIN)

    for secret in ("wrong", "wrong", "wrong", "wrong", SECRET) * 3:
        assert Browser(gateway).sign_in(named, secret).status in (303, 401)


def test_an_address_is_locked_after_thirty_keys(gateway: Gateway) -> None:
    for number in range(30):
        assert Browser(gateway).sign_in(f"key-{number}", "wrong").status == 401

    assert Browser(gateway).sign_in("key-30", "wrong").status == 429
    assert Browser(gateway, address="203.0.113.9").sign_in("key-30", "wrong").status == 401


def test_an_ipv6_network_is_one_address(gateway: Gateway) -> None:
    for number in range(30):
        browser = Browser(gateway, address=f"2001:db8:0:1::{number:x}")
        assert browser.sign_in(f"key-{number}", "wrong").status == 401

    assert Browser(gateway, address="2001:db8:0:1:ffff::1").sign_in("a", "b").status == 429
    assert Browser(gateway, address="2001:db8:0:2::1").sign_in("a", "b").status == 401


def test_sign_ins_of_many_do_not_lock_their_address(
    gateway: Gateway, new_key: Callable[..., str]
) -> None:
    named = new_key(Role.VIEWER)

    assert {Browser(gateway).sign_in(named, SECRET).status for _ in range(40)} == {303}


def test_the_lock_ends(store: Store, new_key: Callable[..., str]) -> None:
    named = new_key(Role.ADMIN)
    ids = context.request_ids()
    now = int(ids.now.timestamp())
    place = dashboard_access.tries_key("key", named)
    passed = dashboard_access.Tries(5, now - 1, "before")
    store.write(dashboard_access.counted(place, None, passed, now - 900))

    assert sign_in.sign_in(Asked(store, ids), Attempt(named, SECRET, "192.0.2.1"))


def test_a_session_is_over_when_its_time_is(browser: Browser, store: Store) -> None:
    now = datetime.now(UTC)
    credentials.mint(store, "shop", "anna", SECRET, now, Kind.DASHBOARD)
    digest = credentials.hash_of(SECRET)
    dashboard_access.opened(store, "over", Session("anna", digest, int(now.timestamp()) - 1))
    dashboard_access.opened(store, "good", Session("anna", digest, int(now.timestamp()) + 60))

    statuses = []
    for secret in ("over", "good", "never"):
        browser.cookies[COOKIE] = secret
        statuses.append(browser.get("orders").status)

    assert statuses == [303, 200, 303]


def test_replacing_a_token_for_good_ends_its_sessions(
    browser: Browser, new_key: Callable[..., str], store: Store
) -> None:
    named = new_key(Role.ADMIN)
    browser.sign_in(named, SECRET)
    credentials.mint(store, "shop", named, "another", datetime.now(UTC), Kind.DASHBOARD)
    while_both = browser.get("orders")

    credentials.retire(store, named, datetime.now(UTC))

    assert (while_both.status, browser.get("orders").status) == (200, 303)


def test_a_role_that_is_taken_away_is_gone_at_once(
    browser: Browser, new_key: Callable[..., str], store: Store
) -> None:
    named = new_key(Role.OPERATOR)
    browser.sign_in(named, SECRET)

    credentials.appoint(store, named, Role.VIEWER, "Vera")

    page = browser.get("orders")
    assert "viewer" in page.text
    assert "Vera" in page.text
    assert browser.post("redemptions/r_0123456789abcdef00/roll-back", {"reason": "x"}).status == 403


def test_who_signs_out_is_out_also_with_the_cookie(operator: Browser) -> None:
    kept = dict(operator.cookies)
    operator.get("orders")

    page = operator.post("sign-out", {})

    assert page.location == "/dashboard/sign-in"
    assert COOKIE not in operator.cookies
    operator.cookies.update(kept)
    assert operator.get("orders").status == 303


def test_a_link_signs_in_once_and_leads_to_a_clean_address(
    gateway: Gateway, table: str, new_key: Callable[..., str]
) -> None:
    secret = key.make_link(table, new_key(Role.ADMIN), SECRET)
    first, second = Browser(gateway), Browser(gateway)

    page = first.get(f"enter/{secret}")

    assert (page.status, page.location) == (303, "/dashboard/orders")
    assert first.get("orders").status == 200
    again = second.get(f"enter/{secret}")
    assert again.status == 401
    assert "This link was used" in again.text
    assert second.get("orders").status == 303


def test_looking_at_a_link_does_not_use_it(
    browser: Browser, table: str, new_key: Callable[..., str]
) -> None:
    secret = key.make_link(table, new_key(Role.ADMIN), SECRET)

    assert browser.send("HEAD", f"enter/{secret}", b"", {}).status == 401
    assert browser.get(f"enter/{secret}").status == 303


def test_a_link_that_is_over_signs_nobody_in(browser: Browser, store: Store) -> None:
    dashboard_access.link_made(store, "late", Session("anna", "hash", 1))

    assert browser.get("enter/late").status == 401
    assert browser.get("enter/never").status == 401


@pytest.mark.parametrize(
    ("field", "headers"),
    [
        ("forged", {"sec_fetch_site": "same-origin"}),
        ("", {"sec_fetch_site": "same-origin"}),
        (None, {"sec_fetch_site": "cross-site"}),
        (None, {"sec_fetch_site": "same-site"}),
        (None, {"sec_fetch_site": "none"}),
    ],
)
def test_a_form_from_elsewhere_changes_nothing(
    operator: Browser, field: str | None, headers: dict[str, str]
) -> None:
    operator.get("orders")
    fields = {} if field is None else {"token": field}

    page = operator.post("sign-out", fields, **headers)

    assert page.status == 403
    assert operator.get("orders").status == 200


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("https://dash.example", 303),
        ("http://dash.example", 403),
        ("https://evil.test", 403),
        ("null", 403),
        (None, 403),
    ],
)
def test_a_browser_that_tells_no_site_is_asked_for_its_origin(
    operator: Browser, origin: str | None, status: int
) -> None:
    operator.get("orders")
    body = f"token={operator.token}".encode()
    headers = {"content-type": "application/x-www-form-urlencoded"}
    headers |= {} if origin is None else {"origin": origin}

    assert operator.send("POST", "sign-out", body, headers).status == status


def test_a_token_is_of_one_session(signed_in: Callable[..., Browser]) -> None:
    one, other = signed_in(Role.OPERATOR), signed_in(Role.OPERATOR)
    one.get("orders")
    other.get("orders")

    assert one.post("sign-out", {"token": other.token}).status == 403


def test_the_sign_in_has_a_token_too(browser: Browser, new_key: Callable[..., str]) -> None:
    named = new_key(Role.ADMIN)
    browser.get("sign-in")

    forged = browser.post("sign-in", {"key": named, "secret": SECRET, "token": "forged"})
    bare = Browser(browser.gateway).post("sign-in", {"key": named, "secret": SECRET})

    assert forged.status == bare.status == 403


def test_who_comes_from_another_site_is_asked_again_with_the_cookie(operator: Browser) -> None:
    kept, operator.cookies = operator.cookies, {}
    page = operator.get("orders?status=PAID", sec_fetch_site="cross-site")

    assert page.status == 200
    assert 'http-equiv="refresh" content="0;url=/dashboard/orders?status=PAID"' in page.html
    operator.cookies = kept
    assert operator.get("orders?status=PAID", sec_fetch_site="same-origin").status == 200


def test_a_script_of_who_is_signed_out_is_sent_to_the_sign_in(browser: Browser) -> None:
    page = browser.get("orders", hx_request="true")

    assert page.status == 401
    assert page.answer.header("hx-redirect") == "/dashboard/sign-in?to=%2Fdashboard%2Forders"


def test_two_projects_do_not_see_each_other(api: Api, signed_in: Callable[..., Browser]) -> None:
    order = api.post("/v1/orders", {"source_id": "mine", "amount": 100}).json
    other = signed_in(Role.ADMIN, project="other")

    assert other.get(f"orders/{order['id']}").status == 404
    assert "mine" not in other.get("orders").text
    assert signed_in(Role.ADMIN).get(f"orders/{order['id']}").status == 200
