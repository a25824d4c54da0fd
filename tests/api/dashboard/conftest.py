"""People of the dashboard, each with a key of their own."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from counterfoil.domain.roles import Role
from counterfoil.storage import credentials
from counterfoil.storage.credentials import Kind
from counterfoil.storage.store import Store
from local.gateway import Gateway
from tests.api.dashboard.browser import Browser

SECRET = "open sesame"


@pytest.fixture
def new_key(store: Store) -> Callable[..., str]:
    """Makes a dashboard key, whose token is SECRET; its id."""

    def make(role: Role, project: str = "shop", name: str = "") -> str:
        key = f"{role}-{uuid.uuid4()}"
        credentials.mint(store, project, key, SECRET, datetime.now(UTC), Kind.DASHBOARD)
        credentials.appoint(store, key, role, name or key)
        return key

    return make


@pytest.fixture
def browser(gateway: Gateway) -> Browser:
    """Nobody is signed in."""
    return Browser(gateway)


@pytest.fixture
def signed_in(gateway: Gateway, new_key: Callable[..., str]) -> Callable[..., Browser]:
    """The browser of somebody with this role."""

    def make(role: Role, project: str = "shop", name: str = "Olga") -> Browser:
        browser = Browser(gateway)
        page = browser.sign_in(new_key(role, project, name), SECRET)
        assert page.location == "/dashboard/orders", page.html
        return browser

    return make


@pytest.fixture
def operator(signed_in: Callable[..., Browser]) -> Browser:
    return signed_in(Role.OPERATOR)


@pytest.fixture
def viewer(signed_in: Callable[..., Browser]) -> Browser:
    return signed_in(Role.VIEWER)


@pytest.fixture
def admin(signed_in: Callable[..., Browser]) -> Browser:
    return signed_in(Role.ADMIN)
