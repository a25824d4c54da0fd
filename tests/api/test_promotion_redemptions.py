"""Promotion tiers and stacks validated, redeemed and rolled back (domain.md §1.11, §5.2, §9.3)."""

import pytest

from counterfoil.storage.store import Store
from tests.api.client import Api, Reply
from tests.api.promotions import FIVE_OFF, TEN_PERCENT, Promotions


@pytest.fixture
def shop(api: Api, store: Store) -> Promotions:
    return Promotions(api, store)


def order(reply: Reply) -> tuple[int, int]:
    shown = reply.json["order"]
    return shown["total_discount_amount"], shown["total_amount"]


def roll_back(shop: Promotions, redemption: str) -> Reply:
    return shop.api.post(f"/v1/redemptions/{redemption}/rollbacks", {})


def test_a_redeemed_tier_is_in_its_redemption(shop: Promotions) -> None:
    campaign = shop.campaign("Autumn", start_date="2026-01-01T00:00:00Z")
    tier = shop.tier(campaign, FIVE_OFF, metadata={"a": 1})

    reply = shop.redeem(tier["id"], order={"amount": 2000}, metadata={"till": "3"})

    (redemption,) = reply.json["redemptions"]
    assert order(reply) == (500, 1500)
    assert redemption["voucher"] is None
    assert redemption["related_object_type"] == "promotion_tier"
    assert redemption["related_object_id"] == tier["id"]
    summary = tier.pop("summary")
    assert redemption["promotion_tier"] == tier
    assert tier["campaign"]["start_date"] == "2026-01-01T00:00:00.000Z"
    assert summary["redemptions"]["total_redeemed"] == 0
    (entry,) = reply.json["order"]["redemptions"].values()
    assert entry["related_object_type"] == "promotion_tier"
    assert entry["related_object_id"] == tier["id"]
    assert entry["related_object_parent_id"] == campaign
    read = shop.api.get(f"/v1/redemptions/{redemption['id']}").json
    assert read["promotion_tier"] == tier


def test_a_record_keeps_the_tier_as_it_was(shop: Promotions) -> None:
    tier = shop.tier(shop.campaign())
    redeemed = shop.redeem(tier["id"], order={"amount": 2000})

    shop.api.put(f"/v1/promotions/tiers/{tier['id']}", {"name": "new"})

    read = shop.api.get(f"/v1/redemptions/{redeemed.redemption_id}").json
    assert read["promotion_tier"]["name"] == "T"


def test_a_summary_is_of_live_redemptions(shop: Promotions) -> None:
    tier = shop.tier(shop.campaign())["id"]
    ids = [
        shop.redeem(tier, order={"amount": amount}).redemption_id for amount in (1000, 2000, 4000)
    ]
    shop.redeem(tier, order={})

    assert shop.summary(tier) == {
        "redemptions": {"total_redeemed": 4},
        "orders": {"total_amount": 6300, "total_discount_amount": 700},
    }

    assert roll_back(shop, ids[1]).status == 200

    assert shop.summary(tier) == {
        "redemptions": {"total_redeemed": 3},
        "orders": {"total_amount": 4500, "total_discount_amount": 500},
    }
    listed = shop.api.get("/v1/promotions/tiers").json["tiers"]
    assert listed[0]["summary"] == shop.summary(tier)


def test_a_rollback_of_a_tier_shows_the_tier(shop: Promotions) -> None:
    tier = shop.tier(shop.campaign())
    redeemed = shop.redeem(tier["id"], order={"amount": 2000})

    (rollback,) = roll_back(shop, redeemed.redemption_id).json["rollbacks"]

    assert rollback["related_object_id"] == tier["id"]
    assert rollback["promotion_tier"]["id"] == tier["id"]
    assert rollback["voucher"] is None
    assert rollback["order"]["total_amount"] == 2000


def test_vector_34_a_stack_takes_its_tiers_in_its_own_order(shop: Promotions) -> None:
    campaign = shop.campaign()
    second, first = shop.tier(campaign, FIVE_OFF), shop.tier(campaign, TEN_PERCENT)
    stack = shop.stack(campaign, first["id"], second["id"])["id"]
    cart = {"items": [{"quantity": 1, "price": 200000}, {"quantity": 1, "price": 200000}]}

    valid = shop.validate(stack, kind="promotion_stack", order=cart)
    redeemed = shop.redeem(stack, kind="promotion_stack", order=cart)

    assert order(valid) == order(redeemed) == (40500, 359500)
    for entries in (valid.json["redeemables"],):
        assert [(each["object"], each["id"]) for each in entries] == [
            ("promotion_tier", first["id"]),
            ("promotion_tier", second["id"]),
        ]
        assert [each["order"]["discount_amount"] for each in entries] == [40000, 40500]
    assert [each["related_object_id"] for each in redeemed.json["redemptions"]] == [
        first["id"],
        second["id"],
    ]
    assert shop.summary(first["id"])["orders"] == {
        "total_amount": 360000,
        "total_discount_amount": 40000,
    }


def test_a_stack_is_rolled_back_as_a_whole(shop: Promotions) -> None:
    campaign = shop.campaign()
    tiers = [shop.tier(campaign)["id"] for _ in range(2)]
    stack = shop.stack(campaign, *tiers)["id"]
    redeemed = shop.redeem(stack, kind="promotion_stack", order={"amount": 1000}).json

    undone = roll_back(shop, redeemed["parent_redemption"]["id"])

    assert len(undone.json["rollbacks"]) == 2
    assert undone.json["order"]["total_amount"] == 1000
    for tier in tiers:
        assert shop.summary(tier) == {
            "redemptions": {"total_redeemed": 0},
            "orders": {"total_amount": 0, "total_discount_amount": 0},
        }


@pytest.mark.parametrize(
    ("discount", "taken"),
    [
        ({"type": "PERCENT", "percent_off": 5}, 1250),
        ({"type": "AMOUNT", "amount_off": 1000}, 1000),
        ({"type": "AMOUNT", "amount_off": 2000}, 2000),
    ],
)
def test_vector_41_tiers_are_evaluated_separately(
    shop: Promotions, discount: object, taken: int
) -> None:
    campaign = shop.campaign()
    shop.tier(campaign)
    tier = shop.tier(campaign, discount)["id"]

    valid = shop.validate(tier, order={"amount": 25000})
    redeemed = shop.redeem(tier, order={"amount": 25000})

    assert order(valid) == order(redeemed) == (taken, 25000 - taken)


def test_a_validation_tells_a_tiers_discount_and_on_demand_the_rest(shop: Promotions) -> None:
    campaign = shop.campaign("Autumn")
    tier = shop.tier(campaign, FIVE_OFF, name="Five", metadata={"a": 1})

    bare = shop.validate(tier["id"], order={"amount": 1000})
    spelt_out = shop.validate(
        tier["id"], order={"amount": 1000}, options={"expand": ["redeemable"]}
    )

    (entry,) = bare.json["redeemables"]
    assert (entry["object"], entry["id"]) == ("promotion_tier", tier["id"])
    assert entry["result"]["discount"] == tier["action"]["discount"]
    assert entry["metadata"] == {}
    assert "name" not in entry
    (entry,) = spelt_out.json["redeemables"]
    assert entry["metadata"] == {"a": 1}
    assert (entry["name"], entry["campaign_id"]) == ("Five", campaign)
    assert entry["campaign_name"] == "Autumn"


def refused(reply: Reply) -> tuple[int, str]:
    return reply.status, reply.json["key"]


@pytest.mark.parametrize(
    ("of_campaign", "of_tier", "key"),
    [
        ({"active": False}, {}, "promotion_inactive"),
        ({}, {"active": False}, "promotion_inactive"),
        ({"start_date": "2126-01-01T00:00:00Z"}, {}, "promotion_not_active_now"),
        ({"expiration_date": "2020-01-01T00:00:00Z"}, {}, "promotion_not_active_now"),
        ({}, {"start_date": "2126-01-01"}, "promotion_not_active_now"),
        ({}, {"expiration_date": "2020-01-01"}, "promotion_not_active_now"),
    ],
)
def test_a_tier_is_bound_by_its_own_and_its_campaigns_flag_and_dates(
    shop: Promotions, of_campaign: dict[str, object], of_tier: dict[str, object], key: str
) -> None:
    campaign = shop.campaign("Autumn", **of_campaign)
    tier = shop.tier(campaign, **of_tier)["id"]
    stack = shop.stack(campaign, shop.tier(campaign)["id"], tier)["id"]

    validated = shop.validate(tier, order={"amount": 1})
    redeemed = shop.redeem(tier, order={"amount": 1})
    stacked = shop.redeem(stack, kind="promotion_stack", order={"amount": 1})

    assert validated.json["valid"] is False
    assert validated.json["redeemables"][0]["result"]["error"]["key"] == key
    assert refused(redeemed) == refused(stacked) == (400, key)
    assert redeemed.json["redeemable_type"] == "promotion_tier"
    assert redeemed.json["redeemable_id"] == tier
    record = shop.api.get(f"/v1/redemptions/{redeemed.json['resource_id']}").json
    assert (record["failure_code"], record["related_object_id"]) == (key, tier)
    assert shop.summary(tier)["redemptions"]["total_redeemed"] == 0


@pytest.mark.parametrize("kind", ["promotion_tier", "promotion_stack"])
def test_what_does_not_exist_is_not_found(shop: Promotions, kind: str) -> None:
    reply = shop.redeem("promo_1", kind=kind, order={"amount": 1})

    assert refused(reply) == (404, "not_found")


def test_an_unknown_stack_is_listed_as_strict_clients_take_it(shop: Promotions) -> None:
    answer = shop.validate("stack_1", kind="promotion_stack", order={"amount": 1}).json

    assert answer["valid"] is False
    for (entry,) in (answer["redeemables"], answer["inapplicable_redeemables"]):
        assert (entry["id"], entry["object"]) == ("stack_1", "promotion_tier")
        error = entry["result"]["error"]
        assert (error["key"], error["resource_type"]) == ("not_found", "promotion_stack")


def test_a_stack_is_alone_in_its_call(shop: Promotions) -> None:
    campaign = shop.campaign()
    tier = shop.tier(campaign)["id"]
    stack = shop.stack(campaign, tier)["id"]
    named = [{"object": "promotion_stack", "id": stack}, {"object": "promotion_tier", "id": tier}]

    reply = shop.api.post("/v1/redemptions", {"redeemables": named, "order": {"amount": 1}})

    assert refused(reply) == (400, "invalid_redeemables")


def test_a_tier_is_not_redeemed_twice_in_one_call(shop: Promotions) -> None:
    tier = shop.tier(shop.campaign())["id"]

    reply = shop.redeem(tier, tier, order={"amount": 1})

    assert refused(reply) == (400, "duplicated_redeemables")


def test_tiers_and_vouchers_go_together(shop: Promotions) -> None:
    shop.api.voucher("TEN")
    tier = shop.tier(shop.campaign(), FIVE_OFF)["id"]
    named = [{"object": "voucher", "id": "TEN"}, {"object": "promotion_tier", "id": tier}]

    reply = shop.api.post("/v1/redemptions", {"redeemables": named, "order": {"amount": 2000}})

    assert order(reply) == (700, 1300)
    first, second = reply.json["redemptions"]
    assert first["voucher"]["code"] == "TEN"
    assert "promotion_tier" not in first
    assert second["promotion_tier"]["id"] == tier


def test_a_redemption_of_a_deleted_tier_is_rolled_back(shop: Promotions) -> None:
    tier = shop.tier(shop.campaign())["id"]
    redeemed = shop.redeem(tier, order={"amount": 1000})
    assert shop.api.delete(f"/v1/promotions/tiers/{tier}").status == 204

    undone = roll_back(shop, redeemed.redemption_id)

    assert undone.status == 200
    assert undone.json["order"]["total_amount"] == 1000


def test_redemptions_are_listed_by_tier_and_by_campaign(shop: Promotions) -> None:
    campaign, other = shop.campaign("Autumn"), shop.campaign("Other")
    tier, second = shop.tier(campaign)["id"], shop.tier(campaign)["id"]
    theirs = shop.tier(other)["id"]
    for each in (tier, second, theirs):
        shop.redeem(each, order={"amount": 100})

    def listed(query: str) -> set[str]:
        found = shop.api.get(f"/v1/redemptions?{query}").json["redemptions"]
        return {each["related_object_id"] for each in found}

    assert listed(f"related_object_id={tier}") == {tier}
    assert listed(f"related_object_parent_id={campaign}") == {tier, second}
    assert listed("campaign_name=Other") == {theirs}
    assert listed("filters[campaign_name][conditions][$is]=Autumn") == {tier, second}


def test_a_rule_limits_what_a_tier_applies_to(shop: Promotions) -> None:
    included = [{"object": "product", "source_id": "mug", "effect": "APPLY_TO_EVERY"}]
    rule = shop.api.rule(applicable_to={"included": included})
    discount = {"type": "PERCENT", "percent_off": 50, "effect": "APPLY_TO_ITEMS"}
    tier = shop.tier(shop.campaign(), discount, validation_rules=[rule["id"]])["id"]
    items = [
        {"source_id": name, "related_object": "product", "quantity": 1, "price": 1000}
        for name in ("mug", "hat")
    ]

    assert order(shop.redeem(tier, order={"items": items})) == (500, 1500)


def test_a_stack_gives_free_units_of_what_its_tiers_name(shop: Promotions) -> None:
    shop.api.post("/v1/products", {"source_id": "mug", "name": "Mug", "price": 900})
    campaign = shop.campaign()
    free = {"type": "UNIT", "unit_off": 1, "unit_type": "mug", "effect": "ADD_NEW_ITEMS"}
    tier = shop.tier(campaign, free)
    stack = shop.stack(campaign, tier["id"], shop.tier(campaign, FIVE_OFF)["id"])["id"]

    reply = shop.redeem(stack, kind="promotion_stack", order={"items": [{"amount": 2000}]})

    assert tier["action"]["discount"]["product"]["name"] == "Mug"
    assert order(reply) == (1400, 1500)
    other = {"action": {"discount": {**free, "unit_off": 2}}}
    changed = shop.api.put(f"/v1/promotions/tiers/{tier['id']}", other).json
    assert changed["action"]["discount"]["product"]["name"] == "Mug"
