"""What the catalogue adds to a request, and what its own operations cost."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import pytest

from bench.examples import order_payload
from bench.metering import Cost, MeteredClient
from counterfoil.domain.catalogue_payloads import ProductBody, SkuBody
from counterfoil.domain.errors import NotFound
from counterfoil.domain.order_payloads import OrderPayload
from counterfoil.domain.skus import Sku
from counterfoil.operations import orders, products, skus
from counterfoil.operations.lists import Paging
from counterfoil.storage.client import Answer
from tests.costs.world import World

pytestmark = pytest.mark.engine


def a_product(world: World, skus_of_it: int) -> str:
    """The source_id of a new product of 9.00 with SKUs that have no price."""
    name = world.product()
    for _ in range(skus_of_it):
        body = SkuBody(source_id=world.named("red"))
        skus.upsert(world.call(), skus.Creation(name, body))
    return name


def an_order(world: World, *lines: object) -> OrderPayload:
    return OrderPayload.model_validate({"source_id": world.named("web"), "items": lines})


def creating(world: World, payload: OrderPayload) -> Cost:
    return world.cost_of(lambda call: orders.upsert(call, payload))


def test_lines_with_prices_cost_no_read(world: World) -> None:
    name = world.product()
    priced: dict[str, object] = {"product_id": name, "price": 1, "quantity": 1}

    cost = creating(world, an_order(world, priced, priced))

    assert (cost.calls, cost.reads) == (1, 0)


def test_a_name_that_many_lines_have_is_read_once(world: World) -> None:
    name = world.product()

    cost = creating(world, an_order(world, *[{"product_id": name}] * 50))

    assert (cost.calls, cost.reads) == (2, 2)


def test_a_sku_without_a_price_costs_no_read_of_its_product(world: World) -> None:
    name = a_product(world, 1)
    (sku,) = products.get(world.call(), name).skus

    cost = creating(world, an_order(world, {"sku_id": str(sku.source_id)}))

    assert (cost.calls, cost.reads) == (2, 2)


def test_five_hundred_names_are_five_trips(world: World) -> None:
    lines = [{"product_id": world.named("none"), "quantity": 1} for _ in range(499)]

    cost = creating(world, an_order(world, *lines))

    assert cost.calls == 5 + 1


def test_an_override_that_says_nothing_new_writes_nothing(world: World) -> None:
    name = world.named("cup")
    told = {
        "product_id": name,
        "price": 5,
        "product": {"name": "Cup", "override": True},
        "quantity": 1,
    }
    first = creating(world, an_order(world, told))

    again = creating(world, an_order(world, told))

    assert (first.calls, again.calls) == (3, 2)
    assert again.writes == creating(world, order_payload(world.named("web"))).writes


def test_a_product_is_read_with_its_skus_in_one_trip(world: World) -> None:
    name = a_product(world, 3)

    cost = world.cost_of(lambda call: products.get(call, name))

    assert (cost.calls, cost.reads) == (1, 1)


@pytest.mark.parametrize("count", [0, 1, 5])
def test_a_new_price_is_written_to_a_product_and_to_each_of_its_skus(
    world: World, count: int
) -> None:
    name = a_product(world, count)
    request = products.Update(name, ProductBody(price=950))

    cost = world.cost_of(lambda call: products.update(call, request))

    assert (cost.calls, cost.actions) == (3 if count else 2, 1 + count)
    assert cost.writes == 2 * (1 + count)


def test_a_sku_is_written_twice_and_counted_once(world: World) -> None:
    name = world.product()
    body = SkuBody(source_id=world.named("red"), price=1000)

    cost = world.cost_of(lambda call: skus.upsert(call, skus.Creation(name, body)))

    assert (cost.calls, cost.actions, cost.writes) == (2, 3, 6)


def test_what_reaches_more_skus_than_one_transaction_holds_takes_another(world: World) -> None:
    name = a_product(world, 120)
    request = products.Update(name, ProductBody(price=950, name="Cup"))

    priced = world.cost_of(lambda call: products.update(call, request))
    known = [skus.get(world.call(), each.id) for each in all_skus(world, name)]
    gone = world.cost_of(lambda call: products.delete(call, name))

    assert (priced.calls, priced.actions) == (4, 2 + 120)
    assert {(each.product.price, each.product.name) for each in known} == {(950, "Cup")}
    assert (gone.calls, gone.actions) == (5, 3 + 2 * 120)
    with pytest.raises(NotFound):
        skus.get(world.call(), known[0].id)


def all_skus(world: World, name: str) -> Iterable[Sku]:
    wanted = skus.SkusWanted(name, Paging(1000, 1, "created_at"))
    return skus.list_skus(world.call(), wanted).entries


def test_overrides_of_many_lines_fill_many_transactions(world: World) -> None:
    name = world.named("p")
    lines = [
        {
            "sku_id": f"{name}-{index}",
            "product_id": f"{name}-{index % 120}",
            "sku": {"price": index, "override": True},
            "product": {"name": "Cup"},
            "quantity": 1,
        }
        for index in range(240)
    ]

    cost = creating(world, an_order(world, *lines))

    reads, of_products, of_skus, commit = 4, 2, 8, 1
    assert cost.calls == reads + of_products + of_skus + commit
    assert products.get(world.call(), f"{name}-7").total == 2
    assert skus.get(world.call(), f"{name}-239").price == 239


@dataclass
class Interrupted:
    """A client that has something done before its first transaction, and forwards all else."""

    client: MeteredClient
    act: Callable[[], object] | None

    def transact_write_items(self, **request: object) -> Answer:
        act, self.act = self.act, None
        if act is not None:
            act()
        return self.client.transact_write_items(**request)

    def __getattr__(self, name: str) -> Callable[..., Answer]:
        forwarded: Callable[..., Answer] = getattr(self.client, name)
        return forwarded


def test_a_change_that_is_overtaken_before_its_last_transaction_is_made_anew(
    world: World,
) -> None:
    name = a_product(world, 100)
    body = SkuBody(source_id=world.named("late"))
    late = Interrupted(world.client, lambda: skus.upsert(world.call(), skus.Creation(name, body)))
    call = world.call()
    interrupted = replace(call, store=replace(call.store, client=late))

    products.update(interrupted, products.Update(name, ProductBody(price=950)))

    known = [skus.get(world.call(), each.id).product.price for each in all_skus(world, name)]
    assert known == [950] * 101
