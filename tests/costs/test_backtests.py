"""What a page of a backtest costs grows with its own orders by the hundred, and with no others."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from bench.metering import Cost
from counterfoil.domain.backtest_payloads import BacktestPayload
from counterfoil.domain.order_payloads import OrderPayload
from counterfoil.operations import backtests, orders
from counterfoil.operations.call import Call
from tests.costs.world import World

pytestmark = pytest.mark.engine

FEW: Final = "past-few"
MANY: Final = "past-many"
FIRST: Final = datetime(2026, 1, 5, tzinfo=UTC)
CUSTOMERS: Final = 300
# January, when the orders of a page are of, to March, when it is asked for.
MONTHS: Final = 3
LARGE: Final = {"name": "order.amount", "conditions": {"$more_than": [5]}}
REGULAR: Final = {"name": "customer.orders.count", "conditions": {"$more_than": [0]}}
LATELY: Final = {**REGULAR, "property": "P30D"}
HOURS: Final = {**REGULAR, "property": "PT6H"}
OF_MUGS: Final = {
    "name": "product.metadata",
    "property": "shelf",
    "conditions": {"$is": [3]},
}
# Eight shards, each read once, or once more where it has more than its share.
SHARDS: Final = range(8, 17)


def request(world: World, project: str) -> Call:
    return replace(world.call(), project=project)


def order(world: World, project: str, count: int) -> str:
    """As many orders, an hour apart, of 300 customers in turn."""
    for number in range(count):
        payload = OrderPayload.model_validate(
            {
                "source_id": f"past-{number}",
                "status": "PAID",
                "customer": {"source_id": f"past-{number % CUSTOMERS}"},
                "items": [{"product_id": "mug", "quantity": 1, "price": 10}],
                "created_at": FIRST + timedelta(hours=number),
            }
        )
        orders.upsert(request(world, project), payload)
    return project


@pytest.fixture(scope="module")
def few(world: World) -> str:
    """A project with hardly more orders than a page."""
    return order(world, FEW, 110)


@pytest.fixture(scope="module")
def many(world: World) -> str:
    """A project with six times as many."""
    return order(world, MANY, 660)


def cost_of_page(world: World, project: str, rule: object, limit: int) -> Cost:
    payload = BacktestPayload.model_validate(
        {"rules": {"1": rule}, "limit": limit, "created_at": {"after": "2026-01-01"}}
    )
    call = request(world, project)
    world.client.taken()
    found = backtests.backtest(call, backtests.Question(backtests.DRAFT, payload))
    assert found.cursor is not None
    cost = world.client.taken()
    assert (cost.writes, cost.actions) == (0, 0)
    return cost


def trips(items: int) -> int:
    return -(-items // 100)


@pytest.mark.parametrize(
    ("rule", "beside"),
    [
        (LARGE, 0),
        # Customers, their sums, and their months since; two months of each; the product, once.
        (REGULAR, trips(200 + 100 * MONTHS)),
        (LATELY, trips(300 + 100 * MONTHS)),
        (OF_MUGS, 1),
    ],
    ids=["order", "customer", "window", "product"],
)
def test_a_page_costs_trips_of_a_hundred_items_and_nothing_for_other_orders(
    world: World, few: str, many: str, rule: object, beside: int
) -> None:
    for project in (few, many):
        cost = cost_of_page(world, project, rule, 100)

        assert cost.calls - trips(100) - beside in SHARDS


@pytest.mark.parametrize(("limit", "customers"), [(100, 100), (300, 300), (500, 300)])
def test_what_orders_have_in_common_is_read_once(
    world: World, many: str, limit: int, customers: int
) -> None:
    cost = cost_of_page(world, many, REGULAR, limit)

    assert cost.calls - trips(limit) - trips((2 + MONTHS) * customers) in SHARDS


def test_windows_of_hours_cost_a_query_of_each_customer_of_a_short_page(
    world: World, many: str
) -> None:
    small, large = (cost_of_page(world, many, HOURS, limit) for limit in (20, 500))

    assert small.calls - 1 - 1 - 20 in SHARDS
    assert large.calls < 100
