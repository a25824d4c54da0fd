"""The vendor's Python client with a bearer token in place of a key."""

import base64
import json
import urllib.request
from urllib.parse import urlencode

import pytest
import voucherify
from voucherify.exceptions import ForbiddenException, UnauthorizedException

pytestmark = pytest.mark.engine

KEY = base64.b64encode(b"local-app:local-token").decode()


def post_form(host: str, path: str, **fields: str) -> bytes:
    """The answer to a form, sent as OAuth libraries send it."""
    request = urllib.request.Request(  # noqa: S310  # the address is the local server's
        f"{host}/v1/oauth/{path}",
        urlencode(fields).encode(),
        {"Authorization": f"Basic {KEY}"},
    )
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        content: bytes = answer.read()
    return content


def test_a_token_opens_what_it_was_asked_for_until_it_is_revoked(host: str) -> None:
    made = json.loads(
        post_form(host, "token", grant_type="client_credentials", scope="orders customers")
    )
    settings = voucherify.Configuration(host=host)
    bearer = f"Bearer {made['access_token']}"

    with voucherify.ApiClient(settings, "Authorization", bearer) as client:
        orders = voucherify.OrdersApi(client)
        assert orders.list_orders(limit=1).orders is not None
        with pytest.raises(ForbiddenException, match="missing_required_permission"):
            voucherify.VouchersApi(client).list_vouchers(limit=1)
        post_form(host, "token/revoke", access_token=made["access_token"])
        with pytest.raises(UnauthorizedException):
            orders.list_orders(limit=1)
