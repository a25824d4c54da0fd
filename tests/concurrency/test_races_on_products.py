"""Products and their SKUs under races of real processes: no SKU goes by another price."""

import pytest

from tests.concurrency.crew import Crew
from tests.concurrency.engines import EVERY_ENGINE
from tests.concurrency.shop import Shop, key_of, statuses

pytestmark = [pytest.mark.engine, EVERY_ENGINE]


def test_new_skus_and_new_prices_at_once_agree_in_the_end(shop: Shop, crew: Crew) -> None:
    for number in range(shop.engine.rounds(5, 1)):
        mug = f"mug-{number}"
        shop.done(shop.request("POST", "/v1/products", {"source_id": mug, "price": 1}))
        path = f"/v1/products/{mug}"

        outcomes = crew.visits(
            [
                *(
                    shop.request("POST", f"{path}/skus", {"source_id": f"{mug}-{n}"})
                    for n in range(12)
                ),
                *(shop.request("PUT", path, {"price": 100 + n}) for n in range(4)),
            ]
        )

        assert {key_of(it) for it in outcomes} <= {None, "multiple_requests"}
        shop.require_sound()
        made = statuses(outcomes[:12]).count(200)
        assert shop.ask(shop.request("GET", path)).body["skus"]["total"] == made  # type: ignore[index,call-overload]  # an object


def test_one_new_sku_and_one_new_price_at_once_agree_in_the_end(shop: Shop, crew: Crew) -> None:
    for number in range(shop.engine.rounds(8, 1)):
        paths = [f"/v1/products/mug-{number}-{n}" for n in range(8)]
        for path in paths:
            body = {"source_id": path.rpartition("/")[2], "price": 1}
            shop.done(shop.request("POST", "/v1/products", body))

        outcomes = crew.visits(
            [
                request
                for path in paths
                for request in (
                    shop.request("POST", f"{path}/skus", {}),
                    shop.request("PUT", path, {"price": 2}),
                )
            ]
        )

        assert set(statuses(outcomes)) == {200}
        shop.require_sound()


def test_a_product_that_goes_while_skus_come_leaves_none_behind(shop: Shop, crew: Crew) -> None:
    for number in range(shop.engine.rounds(5, 1)):
        mug = f"mug-{number}"
        shop.done(shop.request("POST", "/v1/products", {"source_id": mug}))
        path = f"/v1/products/{mug}"

        crew.visits(
            [
                *(
                    shop.request("POST", f"{path}/skus", {"source_id": f"{mug}-{n}"})
                    for n in range(12)
                ),
                *[shop.request("DELETE", path)] * 4,
            ]
        )

        shop.require_sound()


def test_one_sku_of_two_products_is_made_once(shop: Shop, crew: Crew) -> None:
    for name in ("mug", "tea"):
        shop.done(shop.request("POST", "/v1/products", {"source_id": name}))
    for number in range(shop.engine.rounds(5, 1)):
        body = {"source_id": f"red-{number}"}
        making = [shop.request("POST", f"/v1/products/{it}/skus", body) for it in ("mug", "tea")]

        outcomes = crew.visits(making * 8)

        assert {key_of(it) for it in outcomes} <= {None, "duplicate_found", "multiple_requests"}
        shop.require_sound()
        owners = {str(it.body["product_id"]) for it in outcomes if it.status == 200}
        assert len(owners) == 1


def test_overrides_at_once_make_one_product_and_one_sku(shop: Shop, crew: Crew) -> None:
    for number in range(shop.engine.rounds(5, 1)):
        orders = [
            shop.ordering(
                items=[
                    {
                        "sku_id": f"red-{number}",
                        "product": {"source_id": f"mug-{number}", "price": n},
                        "sku": {"sku": "Red", "override": True},
                    }
                ]
            )
            for n in range(8)
        ]

        outcomes = crew.visits(orders * 2)

        assert {key_of(it) for it in outcomes} <= {None, "multiple_requests"}
        assert len(shop.require_sound().collection("KS")) == number + 1


def test_what_many_say_of_one_product_at_once_is_all_kept(shop: Shop, crew: Crew) -> None:
    made = shop.done(shop.request("POST", "/v1/products", {"source_id": "mug"}))
    path = f"/v1/products/{made.body['id']}"
    for number in range(shop.engine.rounds(3, 1)):
        names = [f"n{number}-{n}" for n in range(12)]

        outcomes = crew.visits(
            [shop.request("PUT", path, {"metadata": {name: 1}}) for name in names]
        )

        assert {key_of(it) for it in outcomes} <= {None, "multiple_requests"}
        metadata = shop.done(shop.request("GET", path)).body["metadata"]
        assert isinstance(metadata, dict)
        kept = {name for name, it in zip(names, outcomes, strict=True) if it.status == 200}
        assert {name for name in metadata if name in names} == kept
