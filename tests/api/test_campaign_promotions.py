"""A campaign's tiers and stacks as they come with it and go with it (domain.md §2.7, §2.8)."""

from collections.abc import Callable

import pytest

from counterfoil.storage.store import Store
from tests.api.client import Api, Reply
from tests.api.promotions import FIVE_OFF, TEN_PERCENT, Promotions


@pytest.fixture
def shop(api: Api, store: Store) -> Promotions:
    return Promotions(api, store)


def create(shop: Promotions, *tiers: dict[str, object], **fields: object) -> Reply:
    sent = [{"action": {"discount": FIVE_OFF}, **each} for each in tiers]
    body = {"name": "Spring", "campaign_type": "PROMOTION", "promotion": {"tiers": sent}, **fields}
    return shop.api.post("/v1/campaigns", body)


def tiers(shop: Promotions) -> list[tuple[str, int]]:
    listed = shop.api.get("/v1/promotions/Spring/tiers").json["tiers"]
    return [(each["name"], each["hierarchy"]) for each in listed]


def test_a_campaign_comes_with_tiers(shop: Promotions) -> None:
    created = create(shop, {"name": "a"}, {"name": "b", "hierarchy": 6}, {"name": "c"})
    campaign = created.json["id"]
    shop.tier(campaign, name="d")

    assert created.status == 200
    assert tiers(shop) == [("a", 1), ("b", 6), ("c", 7), ("d", 8)]
    shown = [each["name"] for each in created.json["promotion"]["tiers"]]
    read = shop.api.get("/v1/campaigns/Spring").json["promotion"]["tiers"]
    assert shown == ["a", "b", "c"]
    assert [each["name"] for each in read] == ["a", "b", "c", "d"]
    assert read[0]["campaign"]["id"] == campaign
    redeemed = shop.redeem(read[0]["id"], order={"amount": 1000})
    assert redeemed.json["order"]["total_amount"] == 500


@pytest.mark.parametrize("promotion", [None, {}, {"tiers": None}, {"tiers": []}])
def test_a_campaign_of_promotions_may_come_without_tiers(
    shop: Promotions, promotion: object
) -> None:
    assert create(shop, promotion=promotion).json["promotion"] == {"tiers": []}
    assert shop.tier("Spring")["hierarchy"] == 1


def test_a_campaign_comes_with_no_more_tiers_than_its_transaction_holds(shop: Promotions) -> None:
    rule = shop.api.rule()

    for reply in (
        create(shop, *[{}] * 5),
        create(shop, {"validation_rules": [rule["id"]]}),
        create(shop, {}, campaign_type="DISCOUNT_COUPONS", voucher={"discount": TEN_PERCENT}),
    ):
        assert (reply.status, reply.json["key"]) == (400, "invalid_campaign")
    bad = create(shop, {"action": {}})
    assert (bad.status, bad.json["key"]) == (400, "invalid_payload")
    assert create(shop, *[{}] * 4, validation_rules=[rule["id"]]).status == 200
    assert len(tiers(shop)) == 4


def test_a_tier_that_comes_with_its_campaign_is_looked_up_like_one_that_comes_alone(
    shop: Promotions,
) -> None:
    shop.api.post("/v1/products", {"source_id": "mug", "name": "Mug"})
    free = {"type": "UNIT", "unit_off": 1, "unit_type": "mug", "effect": "ADD_NEW_ITEMS"}

    unknown = create(shop, {"category_id": "cat_nobody"})
    assert (unknown.status, unknown.json["resource_type"]) == (404, "category")
    created = create(shop, {"action": {"discount": free}})

    (tier,) = created.json["promotion"]["tiers"]
    assert tier["action"]["discount"]["product"]["name"] == "Mug"


def test_a_campaign_of_codes_has_no_promotion(shop: Promotions) -> None:
    body = {"name": "Codes", "voucher": {"type": "DISCOUNT_VOUCHER", "discount": TEN_PERCENT}}

    created = shop.api.post("/v1/campaigns", body)

    assert created.status == 200, created.body
    assert "promotion" not in created.json
    assert "promotion" not in shop.api.get("/v1/campaigns/Codes").json


def test_stacks_and_tiers_go_with_their_campaign(
    shop: Promotions, deliver: Callable[[], int]
) -> None:
    campaign = create(shop).json["id"]
    rule = shop.api.rule()
    made = [shop.tier(campaign, validation_rules=[rule["id"]])["id"] for _ in range(5)]
    for _ in range(3):
        shop.stack(campaign, *made[:3])
    redeemed = shop.redeem(made[0], order={"amount": 1000}).redemption_id

    assert shop.api.delete("/v1/campaigns/Spring").status in {200, 202}
    deliver()

    assert shop.api.get("/v1/promotions/tiers").json["tiers"] == []
    assert shop.api.get("/v1/promotions/stacks").json["data"] == []
    assert shop.api.get(f"/v1/promotions/tiers/{made[0]}").status == 404
    assert shop.api.get(f"/v1/validation-rules/{rule['id']}").json["assignments_count"] == 0
    assert shop.api.post(f"/v1/redemptions/{redeemed}/rollback", {}).status == 200


def test_a_later_campaign_of_the_name_begins_anew(
    shop: Promotions, deliver: Callable[[], int]
) -> None:
    create(shop, {"name": "old", "hierarchy": 5})
    shop.api.delete("/v1/campaigns/Spring?force=true")
    deliver()

    assert create(shop).status == 200

    assert tiers(shop) == []
    assert shop.tier("Spring", name="new")["hierarchy"] == 1
