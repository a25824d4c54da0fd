"""Promotion stacks over the API (domain.md §1.10, §2.8)."""

import pytest

from counterfoil.storage.store import Store
from tests.api.client import Api
from tests.api.promotions import Promotions


@pytest.fixture
def shop(api: Api, store: Store) -> Promotions:
    return Promotions(api, store)


def path(stack: dict[str, str]) -> str:
    return f"/v1/promotions/{stack['campaign_id']}/stacks/{stack['id']}"


def test_a_stack_is_created_and_read_whole(shop: Promotions) -> None:
    campaign = shop.campaign()
    tiers = [shop.tier(campaign)["id"] for _ in range(2)]

    stack = shop.stack(campaign, *reversed(tiers), name="Both")

    assert stack["id"].startswith("stack_")
    assert len(stack["id"]) == 30
    assert shop.api.get(path(stack)).json == stack
    assert shop.api.get(f"/v1/promotions/Autumn/stacks/{stack['id']}").json == stack
    del stack["id"], stack["created_at"]
    assert stack == {
        "name": "Both",
        "updated_at": None,
        "campaign_id": campaign,
        "tiers": {"ids": tiers[::-1], "hierarchy_mode": "MANUAL"},
        "category_id": None,
        "categories": [],
        "object": "promotion_stack",
    }


@pytest.mark.parametrize(
    "tiers",
    [
        {"ids": []},
        {"ids": [f"promo_{number}" for number in range(31)]},
        {"ids": ["promo_unknown"]},
        {"ids": ["promo_unknown#"]},
        {"ids": ["theirs"]},
        {"ids": ["ours", "ours"]},
        {"ids": ["ours"], "hierarchy_mode": "AUTO"},
        None,
    ],
)
def test_a_stack_has_1_to_30_distinct_tiers_of_its_campaign(
    shop: Promotions, tiers: dict[str, list[str]] | None
) -> None:
    campaign = shop.campaign()
    known = {"ours": shop.tier(campaign)["id"], "theirs": shop.tier(shop.campaign("B"))["id"]}
    if tiers is not None:
        tiers = {**tiers, "ids": [known.get(each, each) for each in tiers["ids"]]}

    created = shop.api.post(f"/v1/promotions/{campaign}/stacks", {"name": "S", "tiers": tiers})

    assert (created.status, created.json["key"]) == (400, "invalid_payload")
    if tiers is not None:
        stack = shop.stack(campaign, known["ours"])
        changed = shop.api.put(path(stack), {"tiers": tiers})
        assert (changed.status, changed.json["key"]) == (400, "invalid_payload")
        assert shop.api.get(path(stack)).json == stack


def test_a_stack_of_thirty_is_created_changed_and_deleted(shop: Promotions) -> None:
    campaign = shop.campaign()
    tiers = [shop.tier(campaign)["id"] for _ in range(31)]

    stack = shop.stack(campaign, *tiers[:30])
    changed = shop.api.put(path(stack), {"tiers": {"ids": tiers[1:]}}).json

    assert changed["tiers"]["ids"] == tiers[1:]
    assert shop.api.delete(path(stack)).status == 204
    assert shop.api.delete(f"/v1/promotions/tiers/{tiers[30]}").status == 204


def test_a_stack_keeps_its_tiers_from_being_deleted(shop: Promotions) -> None:
    campaign = shop.campaign()
    first, second = (shop.tier(campaign)["id"] for _ in range(2))
    one, two = shop.stack(campaign, first), shop.stack(campaign, first, second)

    shop.api.delete(path(one))
    refused = shop.api.delete(f"/v1/promotions/tiers/{first}")
    assert (refused.status, refused.json["key"]) == (400, "resource_in_use")

    shop.api.put(path(two), {"tiers": {"ids": [second]}})
    assert shop.api.delete(f"/v1/promotions/tiers/{first}").status == 204
    assert shop.api.delete(f"/v1/promotions/tiers/{second}").status == 400


def test_an_update_changes_what_it_names(shop: Promotions) -> None:
    category = shop.api.post("/v1/categories", {"name": "Seasonal"}).json
    campaign = shop.campaign()
    stack = shop.stack(campaign, shop.tier(campaign)["id"], category_id=category["id"])
    assert stack["categories"] == [category]

    same = shop.api.put(path(stack), {"name": "S", "tiers": None}).json
    renamed = shop.api.put(path(stack), {"name": "Z", "category_id": None}).json
    unknown = shop.api.put(path(stack), {"category_id": "cat_0"})

    assert same == stack
    assert renamed == {
        **stack,
        "name": "Z",
        "category_id": None,
        "categories": [],
        "updated_at": renamed["updated_at"],
    }
    assert renamed["updated_at"] is not None
    assert unknown.status == 404


def test_a_deleted_stack_is_gone(shop: Promotions) -> None:
    campaign = shop.campaign()
    stack = shop.stack(campaign, shop.tier(campaign)["id"])

    assert shop.api.delete(path(stack)).status == 204

    for method in ("GET", "PUT", "DELETE"):
        reply = shop.api.call(method, path(stack), {} if method == "PUT" else None)
        assert (reply.status, reply.json["resource_type"]) == (404, "promotion_stack")
    assert shop.api.get(f"/v1/promotions/{campaign}/stacks").json["data"] == []


def test_a_stack_is_unknown_in_another_campaign(shop: Promotions) -> None:
    campaign, other = shop.campaign(), shop.campaign("Other")
    stack = shop.stack(campaign, shop.tier(campaign)["id"])

    assert shop.api.get(f"/v1/promotions/{other}/stacks/{stack['id']}").status == 404
    assert shop.api.get(f"/v1/promotions/None/stacks/{stack['id']}").status == 404


def test_stacks_are_listed_in_pages(shop: Promotions) -> None:
    campaign, other = shop.campaign(), shop.campaign("Other")
    tier = shop.tier(campaign)["id"]
    stacks = [shop.stack(campaign, tier, name=name) for name in "abc"]
    theirs = shop.stack(other, shop.tier(other)["id"])
    shop.api.put(path(stacks[1]), {"name": "z"})

    everything = shop.api.get("/v1/promotions/stacks?order=created_at").json
    own = shop.api.get(f"/v1/promotions/{campaign}/stacks?order=-updated_at&limit=2").json

    assert (everything["data_ref"], everything["total"]) == ("data", 4)
    assert theirs in everything["data"]
    assert own["total"] == 3
    assert own["data"][0]["name"] == "z"
    assert shop.api.get(f"/v1/promotions/{other}/stacks").json["data"] == [theirs]
