"""What every operation asks of the store, counted on an engine that reports real units."""

import hashlib
from base64 import b64decode

import pytest

from bench.examples import order_payload
from bench.floors import FLOORS, SLOT, THEIRS, Units
from bench.metering import Cost
from counterfoil.api.orders import order_answer
from counterfoil.domain.orders import Order
from counterfoil.operations import orders, sessions
from counterfoil.operations.call import Memory
from counterfoil.storage import keys
from counterfoil.storage.idempotency import Answer
from counterfoil.storage.marshal import Typed
from tests.costs.cases import CASES, creating, redeeming, rolling_back
from tests.costs.world import BUYER, PROJECT, World

pytestmark = pytest.mark.engine

STACK_LIMIT = 30


def fits(cost: Cost, limit: Units) -> bool:
    units = (cost.reads, cost.writes, cost.indexes)
    return cost.calls == limit.calls and all(
        spent <= most for spent, most in zip(units, limit[1:], strict=True)
    )


def test_every_floor_is_measured() -> None:
    assert set(CASES) == set(FLOORS)


@pytest.mark.parametrize("name", FLOORS)
def test_an_operation_costs_its_floor(world: World, name: str) -> None:
    act = CASES[name](world)

    cost = world.cost_of(act)

    assert fits(cost, FLOORS[name].declared), (cost, FLOORS[name])


def test_an_idempotency_key_costs_one_unit_to_read_and_two_to_write(world: World) -> None:
    act = creating(buyer=True)(world)
    key = keys.idempotency(PROJECT, "POST", "/v1/orders", "one")
    memory = Memory("one", key, hashlib.sha256(b"body").digest(), remembered)

    cost = world.cost_of(act, memory)

    assert fits(cost, Units(2, 2 + SLOT.units.reads, 8, 2 + THEIRS.units.indexes)), cost


def remembered(order: object) -> Answer:
    assert isinstance(order, Order)
    return Answer(200, order_answer(order).body or b"")


@pytest.mark.parametrize("count", [2, 3, 4, 5])
def test_a_stack_writes_two_items_per_redeemable_and_seven_more(world: World, count: int) -> None:
    redeemed = world.cost_of(redeeming(count)(world))
    undone = world.cost_of(rolling_back(count)(world))

    assert redeemed.actions == undone.actions == actions_of(count)


def actions_of(count: int) -> int:
    """A counter and a record each; parent, order, event, lifetime, day, marker, total or `00`."""
    return 2 * count + 7


def test_the_largest_stack_leaves_room_in_a_transaction() -> None:
    usage_items, new_customer = 4, 1

    assert actions_of(STACK_LIMIT) + usage_items + new_customer == 72
    assert actions_of(STACK_LIMIT) + usage_items == 71


def test_the_order_the_costs_are_measured_with_has_a_body_of_1900_bytes() -> None:
    body = order_payload("web-000001", BUYER).model_dump_json(exclude_unset=True)

    assert 1_850 <= len(body) <= 1_950


def test_an_order_with_customer_history_redemption_and_session_fits_one_write_unit(
    world: World,
) -> None:
    redeemed = world.redeemed(1, order_payload(world.named("web"), BUYER))

    sessions.open_by_id(world.call(), redeemed.order.id)

    assert size_of(world, redeemed.order.id) < 1024


def size_of(world: World, order_id: str) -> int:
    pk, sk = keys.order(PROJECT, order_id)
    key = {"pk": {"S": pk}, "sk": {"S": sk}}
    item = world.client.get_item(TableName=world.table, Key=key)["Item"]
    return sum(len(name) + size_of_value(value) for name, value in item.items())


def size_of_value(value: Typed) -> int:
    """As DynamoDB counts: numbers a byte per two digits and one, maps three and one per entry."""
    ((_, held),) = value.items()
    match held:
        case str() if "N" in value:
            return (len(held) + 1) // 2 + 1
        case str() if "B" in value:
            return len(b64decode(held))
        case str():
            return len(held.encode())
        case dict():
            return 3 + sum(len(name) + size_of_value(each) + 1 for name, each in held.items())
        case _:
            return 1


def test_history_of_other_orders_costs_nothing(world: World) -> None:
    for _ in range(20):
        orders.upsert(
            world.call(),
            order_payload(world.named("web"), BUYER).model_copy(update={"status": "PAID"}),
        )
    name = "redeem, new order, customer"

    assert fits(world.cost_of(CASES[name](world)), FLOORS[name].declared)
