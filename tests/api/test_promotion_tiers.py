"""Promotion tiers over the API (domain.md §1.10, §2.8)."""

import pytest

from counterfoil.storage.store import Store
from tests.api.client import Api
from tests.api.promotions import FIVE_OFF, TEN_PERCENT, Promotions


@pytest.fixture
def shop(api: Api, store: Store) -> Promotions:
    return Promotions(api, store)


def places(shop: Promotions, campaign: str) -> list[tuple[str, int]]:
    listed = shop.api.get(f"/v1/promotions/{campaign}/tiers").json["tiers"]
    return [(each["name"], each["hierarchy"]) for each in listed]


def test_a_tier_is_created_whole(shop: Promotions) -> None:
    campaign = shop.campaign(expiration_date="2031-01-01T00:00:00Z")

    tier = shop.tier(
        campaign,
        FIVE_OFF,
        name="Five",
        banner="5.00 off",
        metadata={"a": 1},
        start_date="2026-01-01T00:00:00Z",
        validity_day_of_week=[0, 1, 2, 3, 4, 5, 6],
    )

    assert tier["id"].startswith("promo_")
    assert len(tier["id"]) == 30
    del tier["id"], tier["created_at"]
    assert tier == {
        "updated_at": None,
        "name": "Five",
        "banner": "5.00 off",
        "action": {"discount": {**FIVE_OFF, "effect": "APPLY_TO_ORDER", "is_dynamic": False}},
        "metadata": {"a": 1},
        "hierarchy": 1,
        "promotion_id": campaign,
        "campaign": {
            "id": campaign,
            "start_date": None,
            "expiration_date": "2031-01-01T00:00:00.000Z",
            "validity_timeframe": None,
            "validity_day_of_week": None,
            "validity_hours": None,
            "active": True,
            "category_id": None,
            "object": "campaign",
        },
        "campaign_id": campaign,
        "active": True,
        "start_date": "2026-01-01T00:00:00.000Z",
        "validity_timeframe": None,
        "validity_day_of_week": [0, 1, 2, 3, 4, 5, 6],
        "validity_hours": None,
        "summary": {
            "redemptions": {"total_redeemed": 0},
            "orders": {"total_amount": 0, "total_discount_amount": 0},
        },
        "validation_rule_assignments": {
            "object": "list",
            "data_ref": "data",
            "data": [],
            "total": 0,
        },
        "category_id": None,
        "categories": [],
        "object": "promotion_tier",
    }


def test_a_tier_is_read_as_it_was_created(shop: Promotions) -> None:
    tier = shop.tier(shop.campaign())

    assert shop.api.get(f"/v1/promotions/tiers/{tier['id']}").json == tier


def test_a_campaign_is_named_by_its_name_too(shop: Promotions) -> None:
    campaign = shop.campaign("Autumn")

    assert shop.tier("Autumn")["campaign_id"] == campaign


def test_a_new_tier_comes_last_unless_it_is_given_a_place(shop: Promotions) -> None:
    campaign = shop.campaign()
    for name, place in (("a", None), ("b", 7), ("c", None), ("d", 2), ("e", None)):
        shop.tier(campaign, name=name, hierarchy=place)

    assert places(shop, campaign) == [("a", 1), ("d", 2), ("b", 7), ("c", 8), ("e", 9)]


def test_the_place_of_a_last_tier_that_is_gone_is_given_again(shop: Promotions) -> None:
    campaign = shop.campaign()
    kept, gone = shop.tier(campaign, name="a"), shop.tier(campaign, name="b")
    middle = shop.tier(campaign, name="c", hierarchy=1)

    shop.api.delete(f"/v1/promotions/tiers/{gone['id']}")
    assert shop.tier(campaign, name="d")["hierarchy"] == 2

    shop.api.put(f"/v1/promotions/tiers/{kept['id']}", {"hierarchy": 5})
    assert shop.tier(campaign, name="e")["hierarchy"] == 6

    shop.api.put(f"/v1/promotions/tiers/{middle['id']}", {"hierarchy": 9})
    shop.api.put(f"/v1/promotions/tiers/{middle['id']}", {"hierarchy": 1})
    assert shop.tier(campaign, name="f")["hierarchy"] == 7
    assert [name for name, _ in places(shop, campaign)] == ["c", "d", "a", "e", "f"]


@pytest.mark.parametrize("sub_path", ["tiers", "stacks"])
def test_only_campaigns_of_promotions_have_tiers_and_stacks(
    shop: Promotions, sub_path: str
) -> None:
    template = {"type": "DISCOUNT_VOUCHER", "discount": TEN_PERCENT}
    campaign = shop.campaign(campaign_type="DISCOUNT_COUPONS", voucher=template)
    bodies = {
        "tiers": {"action": {"discount": TEN_PERCENT}},
        "stacks": {"name": "S", "tiers": {"ids": ["promo_1"]}},
    }

    created = shop.api.post(f"/v1/promotions/{campaign}/{sub_path}", bodies[sub_path])
    listed = shop.api.get(f"/v1/promotions/{campaign}/{sub_path}")

    assert (created.status, created.json["key"]) == (400, "invalid_campaign")
    assert (listed.status, listed.json["key"]) == (400, "invalid_campaign")


@pytest.mark.parametrize("name", ["Autumn", "camp_0123456789abcdefghijklmn"])
def test_an_unknown_campaign_has_no_tiers(shop: Promotions, name: str) -> None:
    body = {"action": {"discount": TEN_PERCENT}}

    created = shop.api.post(f"/v1/promotions/{name}/tiers", body)
    listed = shop.api.get(f"/v1/promotions/{name}/tiers")

    assert (created.status, created.json["resource_type"]) == (404, "campaign")
    assert listed.status == 404


@pytest.mark.parametrize(
    ("body", "details"),
    [
        ({}, "Property .action should have required property 'discount'"),
        ({"action": {"discount": None}}, "should have required property 'discount'"),
        ({"action": {"discount": {"type": "PERCENT"}}}, "required property 'percent_off'"),
        (
            {"action": {"discount": {"type": "AMOUNT", "amount_off": 1, "effect": "ADD"}}},
            "The effect ADD of type AMOUNT",
        ),
        (
            {
                "action": {"discount": TEN_PERCENT},
                "start_date": "2027-01-01",
                "expiration_date": "2026-01-01",
            },
            "cannot be after",
        ),
        ({"action": {"discount": TEN_PERCENT}, "hierarchy": -1}, ".hierarchy"),
    ],
)
def test_what_can_be_no_tier_is_refused(shop: Promotions, body: object, details: str) -> None:
    reply = shop.api.post(f"/v1/promotions/{shop.campaign()}/tiers", body)

    assert (reply.status, reply.json["key"]) == (400, "invalid_payload")
    assert details in reply.json["details"]


def test_an_update_changes_what_it_names(shop: Promotions) -> None:
    tier = shop.tier(shop.campaign(), banner="old", metadata={"a": 1}, expiration_date="2031-01-01")

    reply = shop.api.put(
        f"/v1/promotions/tiers/{tier['id']}",
        {
            "banner": None,
            "expiration_date": None,
            "metadata": {"b": 2},
            "action": {"discount": {"type": "PERCENT", "percent_off": 20}},
        },
    )

    after = reply.json
    assert after["updated_at"] is not None
    assert after["banner"] is None
    assert "expiration_date" not in after
    assert after["metadata"] == {"a": 1, "b": 2}
    assert after["action"]["discount"]["percent_off"] == 20
    assert (after["name"], after["hierarchy"]) == ("T", 1)
    assert shop.api.get(f"/v1/promotions/tiers/{tier['id']}").json == after


def test_an_update_that_changes_nothing_leaves_the_tier_alone(shop: Promotions) -> None:
    tier = shop.tier(shop.campaign())

    same = {"name": "T", "action": {}, "hierarchy": 1}
    assert shop.api.put(f"/v1/promotions/tiers/{tier['id']}", same).json == tier
    assert shop.api.post(f"/v1/promotions/tiers/{tier['id']}/enable", None).json == tier


@pytest.mark.parametrize(
    "body",
    [
        {"action": {"discount": FIVE_OFF}},
        {"start_date": "2027-01-01", "expiration_date": "2026-01-01"},
        {"active": "yes"},
    ],
)
def test_an_update_cannot_make_what_can_be_no_tier(shop: Promotions, body: object) -> None:
    tier = shop.tier(shop.campaign())

    reply = shop.api.put(f"/v1/promotions/tiers/{tier['id']}", body)

    assert (reply.status, reply.json["key"]) == (400, "invalid_payload")
    assert shop.api.get(f"/v1/promotions/tiers/{tier['id']}").json == tier


def test_a_tier_is_switched_off_and_on(shop: Promotions) -> None:
    tier = f"/v1/promotions/tiers/{shop.tier(shop.campaign())['id']}"

    assert shop.api.post(f"{tier}/disable", None).json["active"] is False
    assert shop.api.get(tier).json["active"] is False
    assert shop.api.post(f"{tier}/enable", None).json["active"] is True


def test_a_deleted_tier_is_gone(shop: Promotions) -> None:
    campaign = shop.campaign()
    tier = f"/v1/promotions/tiers/{shop.tier(campaign)['id']}"

    assert shop.api.delete(tier).status == 204

    for method, path in (
        ("GET", tier),
        ("PUT", tier),
        ("DELETE", tier),
        ("POST", f"{tier}/enable"),
        ("POST", f"{tier}/disable"),
    ):
        reply = shop.api.call(method, path, {} if method == "PUT" else None)
        assert (reply.status, reply.json["resource_type"]) == (404, "promotion_tier")
    assert places(shop, campaign) == []


def test_a_tier_is_of_a_category_that_exists(shop: Promotions) -> None:
    category = shop.api.post("/v1/categories", {"name": "Seasonal"}).json
    campaign = shop.campaign()

    tier = shop.tier(campaign, category_id=category["id"])
    other = shop.api.put(f"/v1/promotions/tiers/{tier['id']}", {"category_id": "cat_0"})

    assert (tier["category_id"], tier["categories"]) == (category["id"], [category])
    assert (other.status, other.json["resource_type"]) == (404, "category")
    shop.api.delete(f"/v1/categories/{category['id']}")
    assert shop.api.get(f"/v1/promotions/tiers/{tier['id']}").json["categories"] == []


def test_a_tier_is_created_with_a_validation_rule(shop: Promotions) -> None:
    rule = shop.api.rule(applicable_to={"included": [{"object": "product", "source_id": "mug"}]})

    tier = shop.tier(shop.campaign(), validation_rules=[rule["id"]])

    (assignment,) = tier["validation_rule_assignments"]["data"]
    assert assignment["related_object_type"] == "promotion_tier"
    assert (assignment["rule_id"], assignment["related_object_id"]) == (rule["id"], tier["id"])
    assigned = f"/v1/validation-rules/{rule['id']}"
    assert shop.api.get(assigned).json["assignments_count"] == 1
    shop.api.delete(f"/v1/promotions/tiers/{tier['id']}")
    assert shop.api.get(assigned).json["assignments_count"] == 0


def test_an_unknown_validation_rule_is_not_found(shop: Promotions) -> None:
    body = {"action": {"discount": TEN_PERCENT}, "validation_rules": ["val_1"]}

    reply = shop.api.post(f"/v1/promotions/{shop.campaign()}/tiers", body)

    assert (reply.status, reply.json["resource_type"]) == (404, "validation_rules")


def test_tiers_are_listed_in_pages(shop: Promotions) -> None:
    campaign = shop.campaign()
    made = [shop.tier(campaign, name=name) for name in "abc"]

    first = shop.api.get("/v1/promotions/tiers?limit=2&order=created_at").json
    last = shop.api.get("/v1/promotions/tiers?limit=2&page=2&order=created_at").json

    assert (first["object"], first["data_ref"], first["total"]) == ("list", "tiers", 3)
    assert (first["has_more"], last["has_more"]) == (True, False)
    assert first["tiers"] + last["tiers"] == sorted(
        made, key=lambda each: (each["created_at"], each["id"])
    )
    shop.api.put(f"/v1/promotions/tiers/{made[0]['id']}", {"name": "z"})
    latest = shop.api.get("/v1/promotions/tiers?order=-updated_at").json["tiers"]
    assert latest[0]["name"] == "z"


def test_a_campaigns_tiers_are_listed_in_pages(shop: Promotions) -> None:
    campaign = shop.campaign()
    for name in "abc":
        shop.tier(campaign, name=name)
    shop.tier(shop.campaign("Other"))

    page = shop.api.get(f"/v1/promotions/{campaign}/tiers?limit=2&page=2").json

    assert [each["name"] for each in page["tiers"]] == ["c"]
    assert (page["total"], page["has_more"]) == (3, False)


def test_only_what_can_be_used_now_is_available(shop: Promotions) -> None:
    campaign = shop.campaign()
    usable = shop.tier(campaign)
    shop.tier(campaign, active=False)
    shop.tier(campaign, start_date="2126-01-01")
    shop.tier(campaign, expiration_date="2020-01-01")
    shop.tier(shop.campaign("Off", active=False))
    shop.tier(shop.campaign("Over", expiration_date="2020-01-01T00:00:00Z"))

    listed = shop.api.get("/v1/promotions/tiers?is_available=true").json
    everything = shop.api.get("/v1/promotions/tiers?is_available=false").json

    assert (listed["tiers"], listed["total"]) == ([usable], 1)
    assert everything["total"] == 6
    assert shop.api.get("/v1/promotions/tiers?is_available=1").status == 400


def test_a_creation_that_is_sent_again_under_its_key_makes_one_tier(shop: Promotions) -> None:
    campaign = shop.campaign()
    body, key = {"action": {"discount": TEN_PERCENT}}, {"Idempotency-Key": "one"}

    path = f"/v1/promotions/{campaign}/tiers"
    first, again = (shop.api.post(path, body, headers=key) for _ in range(2))

    assert first.json == again.json
    assert len(places(shop, campaign)) == 1
