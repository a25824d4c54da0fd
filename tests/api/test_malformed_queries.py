"""A thousand malformed queries of the lists: each is told what is wrong with it, or answered."""

from collections.abc import Callable
from typing import Final
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.client import Api, Reply
from tests.api.test_malformed_requests import assert_has_the_error_shape

REQUESTS = 1000
PATHS: Final = (
    "/v1/orders",
    "/v1/orders/order-1001",
    "/v1/orders/order-1001/events",
    "/v1/vouchers",
    "/v1/vouchers/TOUR-10/redemption",
    "/v1/customers",
    "/v1/customers/customer-7/activity",
    "/v1/redemptions",
)
NAMES: Final = (
    *("limit", "page", "order", "cursor", "as_of", "status", "customer", "voucher_code", "type"),
    *("starting_after_id", "starting_after", "start_date", "end_date", "campaign_type", "category"),
    *("campaign_id", "created_at[before]", "[created_at][after]", "updated_at[after]", "ids[]"),
    *(
        "filters",
        "filters[junction]",
        "filters[status]",
        "filters[status][conditions]",
        "filters[]",
    ),
    *("filters[status][conditions][$is]", "[filters][status][conditions][$in][0]"),
    *("filters[amount][conditions][$more_than]", "filters[amount][conditions][$is][x][y]"),
    *("filters[created_at][conditions][$after]", "filters[created_at][conditions][$is_days_ago]"),
    *("filters[metadata.a.b][conditions][$count]", "filters[metadata.a][conditions][$this_week]"),
    *("filters[metadata][conditions][$is]", "filters[code][conditions][$starts_with]", "[[", "]["),
    *("filters[conditions][conditions][conditions]", "filters[result][conditions][$is]"),
)
VALUES: Final = (
    *(
        "",
        " ",
        "0",
        "1",
        "-1",
        "1e3",
        "99999999999",
        "true",
        "null",
        "PAID",
        "SUCCESS",
        "or",
        "xor",
    ),
    *("\0", "#", "é" * 600, "x" * 5000, "\U0001f600" * 500, "$is", "[]", "%00", "../..", "=&="),
    *("-created_at", "updated_at", "code", "id", "0001-01-01T00:00:00+14:00", "9999-12-31"),
    *("9999-12-31T23:59:59-14:00", "2026-02-30", "2026-01-01", "2026-01-01T00:00:00.000000001Z"),
    *(
        "cust_" + "0" * 24,
        "v_" + "0" * 32,
        "ord_",
        "event_x_1",
        "event_r_00",
        "customer-7",
        "ACTION",
    ),
    *("36526", "1" * 41, "AAAAAAAAAAAAAAAAAAAAAAAA", "e30", "TOUR-10", "PROMOTION"),
)
pairs = st.tuples(st.sampled_from(NAMES), st.sampled_from(VALUES))


@pytest.fixture
def filled(api: Api) -> Callable[[str], Reply]:
    """Asks a service that has an order, a customer, a voucher and a redemption."""
    api.voucher("TOUR-10")
    order = {"source_id": "order-1001", "amount": 5000, "metadata": {"a": {"b": [1]}}}
    api.redeem("TOUR-10", order=order, customer={"source_id": "customer-7"})
    return api.get


@settings(
    max_examples=REQUESTS,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(path=st.sampled_from(PATHS), sent=st.lists(pairs, min_size=1, max_size=3))
def test_no_query_makes_the_service_fail(
    filled: Callable[[str], Reply], path: str, sent: list[tuple[str, str]]
) -> None:
    query = "&".join(f"{quote(name)}={quote(value)}" for name, value in sent)

    reply = filled(f"{path}?{query}")

    assert reply.status in (200, 400, 404)
    if reply.status >= 400:
        assert_has_the_error_shape(reply)


def test_the_malformed_queries_reach_every_list_that_goes_on_by_a_cursor(
    filled: Callable[[str], Reply],
) -> None:
    for path in PATHS:
        assert filled(path).status == 200
