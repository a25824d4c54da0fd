"""What another request does to a product or SKU between this one's read and its write."""

from collections.abc import Callable

import pytest

from counterfoil.storage.store import Store
from tests.api.client import Api

Meanwhile = Callable[[Callable[[], object]], None]


@pytest.fixture
def meanwhile(store: Store) -> Meanwhile:
    """Has something done right before the next transaction is sent."""
    events = store.client.meta.events  # type: ignore[attr-defined]  # botocore's own hooks
    name = "before-call.dynamodb.TransactWriteItems"

    def interrupt(act: Callable[[], object]) -> None:
        def once(**_: object) -> None:
            events.unregister(name, once)
            act()

        events.register(name, once)

    return interrupt


@pytest.fixture
def shop(api: Api) -> Api:
    """A mug at 9.00 with a SKU that has no price."""
    api.post("/v1/products", {"source_id": "mug", "name": "Mug", "price": 900})
    api.post("/v1/products/mug/skus", {"source_id": "plain"})
    return api


def price_of(api: Api, sku: str) -> object:
    """What a line pays that names the SKU alone."""
    return api.post("/v1/orders", {"items": [{"sku_id": sku}]}).json.get("amount")


def test_a_sku_that_is_made_while_its_product_changes_knows_the_change(
    shop: Api, meanwhile: Meanwhile
) -> None:
    meanwhile(lambda: shop.put("/v1/products/mug", {"price": 950}))

    assert shop.post("/v1/products/mug/skus", {"source_id": "late"}).status == 200

    assert (price_of(shop, "late"), price_of(shop, "plain")) == (950, 950)


def test_a_change_reaches_a_sku_that_is_made_meanwhile(shop: Api, meanwhile: Meanwhile) -> None:
    meanwhile(lambda: shop.post("/v1/products/mug/skus", {"source_id": "late"}))

    assert shop.put("/v1/products/mug", {"price": 950}).status == 200

    assert (price_of(shop, "late"), price_of(shop, "plain")) == (950, 950)


def test_two_changes_at_once_are_both_kept(shop: Api, meanwhile: Meanwhile) -> None:
    meanwhile(lambda: shop.put("/v1/products/mug", {"name": "Cup"}))
    shop.put("/v1/products/mug", {"price": 950})
    meanwhile(lambda: shop.put("/v1/products/mug/skus/plain", {"sku": "Plain"}))
    shop.put("/v1/products/mug/skus/plain", {"currency": "EUR"})

    mug, plain = shop.get("/v1/products/mug").json, shop.get("/v1/skus/plain").json
    assert (mug["name"], mug["price"]) == ("Cup", 950)
    assert (plain["sku"], plain["currency"]) == ("Plain", "EUR")
    assert mug["skus"]["data"] == [plain]


def test_a_product_is_deleted_with_the_sku_that_is_made_meanwhile(
    shop: Api, meanwhile: Meanwhile
) -> None:
    meanwhile(lambda: shop.post("/v1/products/mug/skus", {"source_id": "late"}))

    assert shop.delete("/v1/products/mug").status == 204

    assert {shop.get(f"/v1/skus/{name}").status for name in ("plain", "late")} == {404}


@pytest.mark.parametrize("path", ["products/mug", "products/mug/skus/plain"])
def test_a_deletion_that_another_was_faster_with_is_done(
    shop: Api, meanwhile: Meanwhile, path: str
) -> None:
    meanwhile(lambda: shop.delete(f"/v1/{path}"))

    assert shop.delete(f"/v1/{path}").status == 204
    assert shop.delete(f"/v1/{path}").status == 404


def test_a_sku_is_not_made_for_a_product_that_goes_meanwhile(
    shop: Api, meanwhile: Meanwhile
) -> None:
    meanwhile(lambda: shop.delete("/v1/products/mug"))

    reply = shop.post("/v1/products/mug/skus", {"source_id": "late"})

    assert (reply.status, reply.json["resource_type"]) == (404, "product")
    assert shop.get("/v1/skus/late").status == 404


def test_an_override_is_written_over_what_stands_then(shop: Api, meanwhile: Meanwhile) -> None:
    meanwhile(lambda: shop.put("/v1/products/mug", {"name": "Cup", "price": 1}))

    line = {"product_id": "mug", "product": {"price": 950, "override": True}}
    assert shop.post("/v1/orders", {"items": [line]}).status == 200

    mug = shop.get("/v1/products/mug").json
    assert (mug["name"], mug["price"], price_of(shop, "plain")) == ("Cup", 950, 950)


def test_two_overrides_that_make_the_same_sku_make_one(shop: Api, meanwhile: Meanwhile) -> None:
    line = {
        "sku_id": "late",
        "product": {"source_id": "tea", "name": "Tea"},
        "sku": {"price": 5, "override": True},
    }
    meanwhile(lambda: shop.post("/v1/orders", {"items": [line]}))

    assert shop.post("/v1/orders", {"items": [line]}).status == 200

    assert shop.get("/v1/products/tea").json["skus"]["total"] == 1
    assert price_of(shop, "late") == 5


def test_an_override_that_others_keep_overtaking_gives_up(shop: Api, store: Store) -> None:
    events = store.client.meta.events  # type: ignore[attr-defined]  # botocore's own hooks
    name = "before-call.dynamodb.TransactWriteItems"
    prices = iter(range(1, 100))

    def interrupt(**_: object) -> None:
        events.unregister(name, interrupt)
        shop.put("/v1/products/mug", {"price": next(prices)})
        events.register(name, interrupt)

    events.register(name, interrupt)
    line = {"product_id": "mug", "product": {"price": 950, "override": True}}
    reply = shop.post("/v1/orders", {"source_id": "web", "items": [line]})
    events.unregister(name, interrupt)

    assert (reply.status, reply.json["key"]) == (400, "multiple_requests")
    assert reply.json["resource_type"] == "product"
    assert shop.get("/v1/orders/web").status == 404
    assert next(prices) == 6
