"""Signing in to the dashboard at once: a link lets one in, and guesses are counted before they are
looked at.
"""

import time
import uuid
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlencode

import pytest

from counterfoil.api.dashboard.visits import form_token
from counterfoil.domain.roles import Role
from counterfoil.operations.sign_in import MOST_TRIES_BY_KEY
from counterfoil.storage import credentials, dashboard_access
from counterfoil.storage.credentials import Kind
from counterfoil.storage.dashboard_access import Session
from local.gateway import HttpRequest
from tests.concurrency.crew import Crew
from tests.concurrency.engines import EVERY_ENGINE
from tests.concurrency.shop import Shop

pytestmark = [pytest.mark.engine, EVERY_ENGINE]

TOKEN: Final = "open sesame"
VISITOR: Final = "visitor"
HEADERS: Final = {
    "host": "dash.example",
    "cookie": f"__Host-counterfoil-visitor={VISITOR}",
    "content-type": "application/x-www-form-urlencoded",
    "sec-fetch-site": "same-origin",
}


def new_key(shop: Shop) -> str:
    named = f"key-{uuid.uuid4()}"
    store = shop.engine.store
    credentials.mint(store, shop.project, named, TOKEN, datetime.now(UTC), Kind.DASHBOARD)
    credentials.appoint(store, named, Role.ADMIN, named)
    return named


def sign_in(named: str, secret: str, address: str) -> HttpRequest:
    form = {"key": named, "secret": secret, "token": form_token(VISITOR)}
    body = urlencode(form).encode()
    return HttpRequest("POST", "/dashboard/sign-in", HEADERS, body, address)


def test_a_link_lets_one_of_sixteen_in(shop: Shop, crew: Crew) -> None:
    named = new_key(shop)
    for _ in range(shop.engine.rounds(3, 1)):
        link = uuid.uuid4().hex
        whom = Session(named, credentials.hash_of(TOKEN), int(time.time()) + 600)
        dashboard_access.link_made(shop.engine.store, link, whom)

        request = HttpRequest("GET", f"/dashboard/enter/{link}", HEADERS)
        outcomes = crew.visits([request] * 16)

        assert sorted(it.status for it in outcomes) == [303] + [401] * 15


def test_sixteen_guesses_at_once_are_five_at_most(shop: Shop, crew: Crew) -> None:
    for number in range(shop.engine.rounds(3, 1)):
        named = new_key(shop)

        outcomes = crew.visits([sign_in(named, "wrong", f"192.0.2.{number}")] * 16)

        # 400 is told to one who was overtaken at every plan: the token was not looked at.
        assert {it.status for it in outcomes} <= {400, 401, 429}
        looked_at = [it for it in outcomes if it.status == 401]
        assert 1 <= len(looked_at) <= MOST_TRIES_BY_KEY
        while len(looked_at) < MOST_TRIES_BY_KEY:
            again = shop.clerk.visit(sign_in(named, "wrong", f"192.0.2.{number}"))
            assert again.status == 401
            looked_at.append(again)
        assert shop.clerk.visit(sign_in(named, TOKEN, "203.0.113.1")).status == 429
