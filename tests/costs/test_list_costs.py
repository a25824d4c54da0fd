"""What a page of a list costs follows from the page, not from how much there is."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

import boto3
import pytest
from pydantic import JsonValue

from bench.examples import order_payload
from bench.metering import Cost
from bench.seeding import buyer, seed
from counterfoil.operations import order_history, orders
from counterfoil.operations.call import Call
from counterfoil.operations.customer_activity import ActivityWanted, list_activity
from counterfoil.operations.lists import Between, Page, Paging, Times
from counterfoil.operations.order_lists import OrdersWanted, list_orders
from counterfoil.operations.order_reads import OrderWanted, get
from tests.costs.world import BUYER, World

pytestmark = pytest.mark.engine

UNTIL: Final = datetime(2026, 3, 1, tzinfo=UTC)
BUYERS: Final = 100
# More than a filter looks at; of the buyer whose list is seeded, the smaller has 12 already.
SIZES: Final = (1_101, 3_301)
# A page may lie unevenly over the shards, some of which are then read on.
UNEVEN: Final = 3
NOWHERE: Final[dict[str, JsonValue]] = {"metadata.channel": {"conditions": {"$is": ["nowhere"]}}}
PREFIX: Final[dict[str, JsonValue]] = {"source_id": {"conditions": {"$starts_with": ["web-"]}}}

Wanted = Callable[[Paging], OrdersWanted]
PAGES: Final[dict[str, tuple[Wanted, str, int, float]]] = {
    # What is wanted, the order, and the calls and read units of a page of ten.
    "the newest": (OrdersWanted, "-created_at", 10, 30),
    "the oldest": (OrdersWanted, "created_at", 10, 30),
    "the last changed": (OrdersWanted, "-updated_at", 10, 30),
    "a customer's": (lambda page: OrdersWanted(page, customer=buyer(0)), "-created_at", 2, 7),
    "of a status": (lambda page: OrdersWanted(page, statuses=("PAID",)), "-created_at", 10, 66),
    "by a prefix": (lambda page: OrdersWanted(page, filters=PREFIX), "-created_at", 9, 15),
    "none of 1,000": (lambda page: OrdersWanted(page, filters=NOWHERE), "-created_at", 50, 545),
}


@pytest.fixture(scope="module")
def shops(world: World) -> list[str]:
    """Projects of these many orders."""
    names = [f"shop-{size}" for size in SIZES]
    for name, size in zip(names, SIZES, strict=True):
        seed(boto3.client("dynamodb"), world.table, name, (size, BUYERS), UNTIL)
    return names


def cost(world: World, project: str, act: Callable[[Call], object]) -> Cost:
    return world.cost_of(lambda call: act(replace(call, project=project)))


@pytest.mark.parametrize("name", PAGES)
def test_a_page_costs_the_same_of_few_orders_and_of_many(
    world: World, shops: list[str], name: str
) -> None:
    wanted, order, calls, units = PAGES[name]
    page = wanted(Paging(limit=10, page=1, order=order))

    few, many = (cost(world, shop, lambda call: list_orders(call, page)) for shop in shops)

    assert abs(few.calls - many.calls) <= UNEVEN
    for each in (few, many):
        assert each.calls <= calls + UNEVEN
        assert each.reads <= units + UNEVEN


def cursors(world: World, shop: str, pages: int) -> Iterator[Cost]:
    """What each of so many pages costs, gone to by the cursor of the one before."""
    cursor = None
    for _ in range(pages):
        paging = Paging(limit=100, page=1, order="-created_at", cursor=cursor)
        found: list[Page[object]] = []
        yield cost(
            world,
            shop,
            lambda call, paging=paging, found=found: found.append(  # type: ignore[misc]  # bound
                list_orders(call, OrdersWanted(paging))
            ),
        )
        cursor = found[0].next_cursor


def test_a_page_far_in_costs_what_the_second_does(world: World, shops: list[str]) -> None:
    _, second, *others = cursors(world, shops[1], 30)

    assert max(each.reads for each in others) <= second.reads + UNEVEN
    assert max(each.calls for each in others) <= second.calls + UNEVEN


def test_a_range_of_time_is_read_from_its_index(world: World, shops: list[str]) -> None:
    times = Times(Between("2026-02-28T23:00:00.000Z", "2026-02-28T23:00:30.000Z"))
    wanted = OrdersWanted(Paging(limit=10, page=1, order="-created_at"), times)

    few, many = (cost(world, shop, lambda call: list_orders(call, wanted)) for shop in shops)

    assert max(few.calls, many.calls) <= 9 + UNEVEN
    assert max(few.reads, many.reads) <= 14 + UNEVEN


def test_an_order_as_of_an_instant_and_its_timeline_are_one_query_more(world: World) -> None:
    order = world.order()
    orders.update(world.call(), orders.Update(order.id, order_payload("renamed")))
    at = OrderWanted(order.id, order.created_at)

    as_of = world.cost_of(lambda call: get(call, at))
    told = world.cost_of(
        lambda call: order_history.timeline(call, order_history.EventsWanted(order.id, 10))
    )

    assert (as_of.calls, as_of.reads) == (told.calls, told.reads) == (2, 2)


def test_what_a_customer_did_is_five_calls(world: World) -> None:
    name = world.named("regular")
    world.redeemed(1, order_payload(world.named("web"), name), buyer=False)

    spent = world.cost_of(lambda call: list_activity(call, ActivityWanted(name, 10)))
    whole = world.cost_of(lambda call: list_activity(call, ActivityWanted(BUYER, 10)))

    assert spent.calls == 6
    assert spent.reads <= 6
    # Ann has bought in every other test of this table.
    assert whole.calls <= 120
