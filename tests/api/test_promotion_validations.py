"""Promotion tiers as older clients validate and redeem them (domain.md §2.2, §2.3)."""

from urllib.parse import quote

import pytest

from counterfoil.domain import ids
from counterfoil.storage.store import Store
from tests.api.client import Api
from tests.api.promotions import FIVE_OFF, Promotions

ORDER = {"amount": 10000}


@pytest.fixture
def shop(api: Api, store: Store) -> Promotions:
    return Promotions(api, store)


def test_a_tier_is_validated_alone(shop: Promotions) -> None:
    tier = shop.tier(shop.campaign(), FIVE_OFF, name="Five", banner="5.00 off")["id"]

    reply = shop.api.post(f"/v1/promotions/tiers/{tier}/validation", {"order": ORDER})

    document = reply.json
    assert (reply.status, document["valid"], document["id"]) == (200, True, tier)
    assert (document["object"], document["name"]) == ("promotion_tier", "Five")
    assert (document["banner"], document["discount_amount"]) == ("5.00 off", 500)
    assert document["discount"]["amount_off"] == 500
    assert document["order"]["total_amount"] == 9500
    assert document["campaign"] == "Autumn"
    assert shop.summary(tier)["redemptions"]["total_redeemed"] == 0


def test_an_inactive_or_unknown_tier_says_why_it_is_not_valid(shop: Promotions) -> None:
    tier = shop.tier(shop.campaign(), active=False)["id"]
    unknown = "promo_" + "0" * 24

    off = shop.api.post(f"/v1/promotions/tiers/{tier}/validation", {"order": ORDER}).json
    none = shop.api.post(f"/v1/promotions/tiers/{unknown}/validation", {"order": ORDER}).json

    assert (off["valid"], off["id"], off["error"]["key"]) == (False, tier, "promotion_inactive")
    assert (none["valid"], none["id"], none["error"]["code"]) == (False, unknown, 404)


def test_a_tier_is_redeemed_alone(shop: Promotions) -> None:
    tier = shop.tier(shop.campaign(), FIVE_OFF)["id"]

    reply = shop.api.post(f"/v1/promotions/tiers/{tier}/redemption", {"order": ORDER})

    assert (reply.status, reply.json["result"]) == (200, "SUCCESS")
    assert reply.json["related_object_id"] == tier
    assert (reply.json["order"]["status"], reply.json["order"]["total_amount"]) == ("PAID", 9500)
    assert shop.summary(tier)["redemptions"]["total_redeemed"] == 1


def test_an_order_is_told_every_tier_that_it_qualifies_for_each_alone(shop: Promotions) -> None:
    campaign = shop.campaign()
    ten = shop.tier(campaign)["id"]
    five = shop.tier(campaign, FIVE_OFF)["id"]
    shop.tier(campaign, active=False)
    shop.tier(campaign, expiration_date="2020-01-01T00:00:00Z")

    reply = shop.api.post("/v1/promotions/validation", {"order": ORDER, "tracking_id": "till"})

    found = {each["id"]: each["order"]["total_amount"] for each in reply.json["promotions"]}
    assert (reply.status, reply.json["valid"]) == (200, True)
    assert found == {five: 9500, ten: 9000}
    assert [each["discount_amount"] for each in reply.json["promotions"]] == [500, 1000]
    assert reply.json["tracking_id"] == "till"


def test_more_tiers_than_one_call_may_redeem_are_all_tried(shop: Promotions) -> None:
    campaign = shop.campaign()
    made = {shop.tier(campaign, FIVE_OFF)["id"] for _ in range(31)}

    found = shop.api.post("/v1/promotions/validation", {"order": ORDER}).json["promotions"]

    assert {each["id"] for each in found} == made


def test_without_a_tier_nothing_is_valid(shop: Promotions) -> None:
    reply = shop.api.post("/v1/promotions/validation", None)

    assert (reply.status, reply.json) == (200, {"valid": False, "promotions": []})


def test_filters_are_not_built_and_not_passed_over(shop: Promotions) -> None:
    query = quote("filters[metadata][a]", safe="")

    for method, path in (("POST", "/v1"), ("GET", "/client/v1")):
        reply = shop.api.call(method, f"{path}/promotions/validation?{query}=1")
        assert (reply.status, reply.json["key"]) == (400, "invalid_query_params")


def test_a_browser_lists_tiers_and_is_told_which_apply(shop: Promotions) -> None:
    tier = shop.tier(shop.campaign(), FIVE_OFF)["id"]
    off = shop.tier(shop.campaign("Winter"), active=False)["id"]

    listed = shop.api.get("/client/v1/promotions/tiers")
    available = shop.api.get("/client/v1/promotions/tiers?is_available=true")
    valid = shop.api.get("/client/v1/promotions/validation?amount=10000")

    assert {each["id"] for each in listed.json["tiers"]} == {tier, off}
    assert [each["id"] for each in available.json["tiers"]] == [tier]
    assert [each["id"] for each in valid.json["promotions"]] == [tier]
    assert valid.json["promotions"][0]["order"]["total_amount"] == 9500


def test_a_browser_has_one_identity(shop: Promotions) -> None:
    tracking = quote(ids.tracking_id(ids.customer_id("shop", "ann")))
    customer = quote("customer[source_id]")

    reply = shop.api.get(f"/client/v1/promotions/validation?tracking_id={tracking}&{customer}=bob")

    assert (reply.status, reply.json["key"]) == (400, "ambiguous_tracking_id")


def test_what_has_no_effect_and_is_skipped_is_not_valid(shop: Promotions) -> None:
    path = "/management/v1/projects/shop/stacking-rules"
    shop.api.post(path, {"redeemables_no_effect_rule": "SKIP"})
    shop.api.voucher("TEN")

    reply = shop.api.post("/v1/vouchers/TEN/validate", {"order": {"amount": 0}})

    assert (reply.status, reply.json["valid"], reply.json["code"]) == (200, False, "TEN")
    assert "error" not in reply.json
    assert reply.json["reason"]
