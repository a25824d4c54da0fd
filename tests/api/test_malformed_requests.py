"""A thousand malformed requests: whatever a client sends, it is told what is wrong with it."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings

from tests.api.client import Api, Reply
from tests.api.malformed import REDEMPTION, WHOLE, WRITING, Malformed, requests

REQUESTS = 1000


@pytest.fixture
def filled(api: Api) -> Callable[[Malformed], Reply]:
    """Sends to a service that has the order, customer, voucher and redemption of the events."""
    api.voucher("TOUR-10")
    api.gift_card("TOUR-GIFT", 10_000)
    api.campaign("Tour")
    api.post("/v1/customers", {"source_id": "customer-7"})
    api.post("/v1/products", {"source_id": "mug"})
    api.post("/v1/products/mug/skus", {"source_id": "mug-blue"})
    redeemed = api.redeem("TOUR-10", order={"source_id": "order-1001", "amount": 5000})

    def send(sent: Malformed) -> Reply:
        target = sent.target.replace(REDEMPTION, redeemed.redemption_id)
        return api.send(sent.method, target, sent.body, api.credentials)

    return send


def assert_has_the_error_shape(reply: Reply) -> None:
    document = reply.json
    if reply.status == 413:
        assert set(document) == {"statusCode", "error", "message"}
        return
    assert document["code"] == reply.status
    assert document["request_id"] == reply.headers["x-request-id"]
    # An identifier with a slash may make it another route's path, without that method.
    told = ("message", "details") if reply.status == 405 else ("key", "message", "details")
    assert all(isinstance(document[name], str) for name in told)


@settings(
    max_examples=REQUESTS,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(requests())
def test_no_request_makes_the_service_fail(
    filled: Callable[[Malformed], Reply], sent: Malformed
) -> None:
    reply = filled(sent)

    assert reply.status < 500
    if reply.status >= 400:
        assert_has_the_error_shape(reply)


def test_the_malformed_requests_reach_every_route_that_writes() -> None:
    assert set(WHOLE) < set(WRITING)
