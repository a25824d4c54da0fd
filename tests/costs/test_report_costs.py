"""What a report costs follows the orders of its day, and not the table."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

import pytest

from bench.metering import Cost
from counterfoil.domain.order_payloads import OrderPayload
from counterfoil.domain.report_periods import Period, Span
from counterfoil.operations import orders, reports
from counterfoil.operations.call import Call
from tests.costs.world import World

pytestmark = pytest.mark.engine

DAY: Final = date(2026, 2, 20)
NOON: Final = datetime(2026, 2, 20, 12, tzinfo=UTC)
SPAN: Final = Span.holding(Period.DAILY, DAY, 0)
# Orders, records and sessions are lists of eight shards each.
LISTS: Final = 24


def call(world: World, project: str) -> Call:
    return replace(world.call(), project=project)


def order(world: World, project: str, count: int, day: int) -> None:
    """As many orders on a day so far from that of the report, each of a customer of its own."""
    for number in range(count):
        at = NOON + timedelta(days=day, seconds=number)
        payload = OrderPayload.model_validate(
            {
                "source_id": f"day-{day}-{number}",
                "status": "PAID",
                "customer": {"source_id": f"buyer-{day}-{number}"},
                "amount": 100,
                "created_at": at,
            }
        )
        orders.upsert(call(world, project), payload)


def cost(world: World, project: str, *, anew: bool = True) -> Cost:
    asking = call(world, project)
    world.client.taken()
    reports.as_counted(asking, SPAN, anew=anew)
    return world.client.taken()


def test_other_days_cost_a_report_nothing(world: World) -> None:
    order(world, "reported-little", 40, 0)
    order(world, "reported-much", 40, 0)
    for day in (-3, -2, -1, 1, 2):
        order(world, "reported-much", 100, day)

    little, much = cost(world, "reported-little"), cost(world, "reported-much")

    assert much.calls == little.calls
    assert much.reads == little.reads


def test_a_hundred_orders_more_cost_a_few_calls_more(world: World) -> None:
    order(world, "reported-less", 20, 0)
    order(world, "reported-more", 120, 0)

    less, more = cost(world, "reported-less"), cost(world, "reported-more")

    # One batch of orders and one of customers, and a second reading of each shard at most.
    assert less.calls <= LISTS + 15
    assert more.calls <= less.calls + 8 + 3


def test_what_is_counted_is_read_in_a_few_queries(world: World) -> None:
    order(world, "reported-again", 120, 0)
    cost(world, "reported-again")

    again = cost(world, "reported-again", anew=False)

    assert again.calls <= 6
    assert again.writes == 0
