"""A campaign's limit: the rule that sets it, and what it refuses (domain.md §2.5, §8.3, §8.5)."""

from typing import Final

import pytest

from tests.api.client import Api, Reply

RULES: Final = "/v1/validation-rules"
NAME: Final = "campaign.redemptions.count"
ORDER: Final = {"amount": 10_000}
CODES: Final = [f"CODE-{number}" for number in range(5)]
VIOLATED: Final = "redemption_rules_violated"
PROMOTION: Final = {"campaign_type": "PROMOTION", "voucher": None}
OFF: Final = {"action": {"discount": {"type": "AMOUNT", "amount_off": 100}}}


def at_most(number: int) -> dict[str, object]:
    entry = {"name": NAME, "conditions": {"$less_than_or_equal": [number]}}
    return {"rules": {"1": entry, "logic": "1"}}


def limited(api: Api, number: int) -> str:
    """The rule of a campaign with five codes, of which `number` can be redeemed."""
    rule = str(api.rule("most", **at_most(number))["id"])
    api.campaign(validation_rules=[rule])
    for code in CODES:
        assert api.post(f"/v1/campaigns/Spring/vouchers/{code}", {}).status == 200
    return rule


def redeemed(api: Api, *codes: str) -> Reply:
    return api.post("/v1/redemptions", {**api.redeeming(*codes), "order": ORDER})


def outcomes(api: Api, codes: list[str]) -> list[str]:
    """The redemption of each code in a call of its own: its key when it is refused."""
    return [str(redeemed(api, code).json.get("key", "")) for code in codes]


def test_a_limit_is_told_in_the_contracts_form(api: Api) -> None:
    entry = {"name": NAME, "conditions": {"$less_than": 3}}

    rule = api.rule("most", rules={"most": entry})

    canonical = {"name": NAME, "property": None, "conditions": {"$less_than": [3]}, "rules": {}}
    assert rule["rules"] == {"most": canonical, "logic": "most"}
    assert api.get(f"{RULES}/{rule['id']}").json["rules"] == rule["rules"]
    without = api.put(f"{RULES}/{rule['id']}", {"rules": {}}).json
    assert without["rules"] == {"logic": ""}


def test_three_of_five_codes_can_be_redeemed_and_a_rollback_frees_one(api: Api) -> None:
    rule = limited(api, 3)
    first = redeemed(api, CODES[0])

    assert outcomes(api, CODES[1:]) == ["", "", VIOLATED, VIOLATED]

    refused = redeemed(api, CODES[4])
    assert refused.status == 400
    assert refused.json["message"] == "redemption does not match validation rules"
    assert refused.json["details"] == (
        f"Discount Coupon cannot be redeemed because of violated validation rules: {rule} "
        "(rule 1, campaign.redemptions.count must be at most 3)"
    )
    assert api.post(f"/v1/redemptions/{first.redemption_id}/rollback", {}).status == 200
    assert outcomes(api, CODES[3:]) == ["", VIOLATED]


@pytest.mark.parametrize(("number", "more"), [(5, ["", "", VIOLATED]), (2, [VIOLATED] * 3)])
def test_a_change_of_the_rule_reaches_the_campaign(api: Api, number: int, more: list[str]) -> None:
    rule = limited(api, 3)
    assert outcomes(api, CODES[:3]) == ["", "", ""]

    assert api.put(f"{RULES}/{rule}", at_most(number)).status == 200

    assert outcomes(api, [*CODES[3:], CODES[0]]) == more


def test_a_lowered_limit_grants_again_what_rollbacks_leave_below_it(api: Api) -> None:
    rule = limited(api, 4)
    made = [redeemed(api, code).redemption_id for code in CODES[:4]]
    api.put(f"{RULES}/{rule}", at_most(2))

    for redemption in made[:2]:
        api.post(f"/v1/redemptions/{redemption}/rollback", {})
    assert outcomes(api, CODES[4:]) == [VIOLATED]
    api.post(f"/v1/redemptions/{made[2]}/rollback", {})

    assert outcomes(api, CODES[:2]) == ["", VIOLATED]


def test_a_limit_that_comes_later_counts_what_was_redeemed_before_and_still_is(api: Api) -> None:
    campaign = api.campaign()
    for code in CODES:
        api.post(f"/v1/campaigns/Spring/vouchers/{code}", {})
    made = [redeemed(api, code).redemption_id for code in CODES * 3]
    rule = api.rule("most", **at_most(17))["id"]

    assignment = api.assign(rule, campaign["id"], "campaign").json["id"]

    assert outcomes(api, CODES[:3]) == ["", "", VIOLATED]
    for redemption in made[:3]:
        assert api.post(f"/v1/redemptions/{redemption}/rollback", {}).status == 200
    assert outcomes(api, CODES[:4]) == ["", "", "", VIOLATED]
    assert api.delete(f"{RULES}/{rule}/assignments/{assignment}").status == 204
    assert outcomes(api, CODES[:1]) == [""]


def test_a_stack_takes_as_many_as_are_left_and_not_one_more(api: Api) -> None:
    limited(api, 4)

    refused = redeemed(api, *CODES)
    assert (refused.status, refused.json["key"]) == (400, VIOLATED)
    checked = api.post("/v1/validations", {**api.redeeming(*CODES), "order": ORDER}).json
    assert checked["valid"] is False
    assert [each["id"] for each in checked["inapplicable_redeemables"]] == [CODES[4]]

    assert redeemed(api, *CODES[:3]).status == 200
    assert redeemed(api, *CODES[:2]).json["key"] == VIOLATED
    assert redeemed(api, CODES[3]).status == 200
    assert redeemed(api, CODES[4]).json["key"] == VIOLATED


def test_a_stack_that_has_all_there_is_frees_all_of_it(api: Api) -> None:
    limited(api, 5)
    for _ in range(3):
        made = redeemed(api, *CODES)
        assert made.status == 200
        parent = made.json["parent_redemption"]["id"]
        assert redeemed(api, CODES[0]).json["key"] == VIOLATED
        assert api.post(f"/v1/redemptions/{parent}/rollbacks", {}).status == 200


def test_vouchers_of_others_are_not_counted(api: Api) -> None:
    limited(api, 1)
    api.voucher("OTHER")

    assert redeemed(api, "OTHER", CODES[0]).status == 200
    assert redeemed(api, "OTHER", CODES[1]).json["key"] == VIOLATED
    assert redeemed(api, "OTHER").status == 200


def test_tiers_count_and_are_offered_whatever_the_count(api: Api) -> None:
    rule = api.rule("most", **at_most(1))["id"]
    promotion = {"campaign_type": "PROMOTION", "validation_rules": [rule], "name": "Autumn"}
    assert api.post("/v1/campaigns", promotion).status == 200
    tier = api.post("/v1/promotions/Autumn/tiers", OFF).json["id"]
    body = {"redeemables": [{"object": "promotion_tier", "id": tier}], "order": ORDER}

    assert api.post("/v1/redemptions", body).status == 200
    refused = api.post("/v1/redemptions", body).json

    assert refused["key"] == VIOLATED
    assert refused["details"].startswith("Promotion Tier cannot be redeemed because of")
    offered = api.post("/v1/qualifications", {"order": ORDER}).json["redeemables"]["data"]
    assert [each["id"] for each in offered] == [tier]


def test_gift_cards_of_a_campaign_count_too(api: Api) -> None:
    rule = api.rule("most", **at_most(0))["id"]
    card = {"type": "GIFT_VOUCHER", "gift": {"amount": 100}}
    api.campaign(campaign_type="GIFT_VOUCHERS", voucher=card, validation_rules=[rule])
    api.post("/v1/campaigns/Spring/vouchers/CARD", {})

    refused = redeemed(api, "CARD").json

    assert refused["key"] == VIOLATED
    assert refused["details"].startswith("Gift Card cannot be redeemed because of")


def test_a_voucher_and_a_tier_without_other_rules_can_have_a_limit_of_their_own(api: Api) -> None:
    rule = api.rule("most", **at_most(1))["id"]
    api.voucher("MINE")
    discount = OFF["action"]["discount"]
    new = {"type": "DISCOUNT_VOUCHER", "discount": discount, "validation_rules": [rule]}

    assert api.assign(rule, "MINE").status == 200
    assert api.post("/v1/vouchers/NEW", new).status == 200

    assert outcomes(api, ["MINE", "MINE", "NEW", "NEW"]) == ["", VIOLATED, "", VIOLATED]


def test_tiers_with_a_limit_count_all_of_their_campaign(api: Api) -> None:
    rule = api.rule("most", **at_most(2))["id"]
    api.post("/v1/campaigns", {"name": "Autumn", "campaign_type": "PROMOTION"})
    tiers = [api.post("/v1/promotions/Autumn/tiers", OFF).json["id"] for _ in range(2)]
    tiers.append(api.post("/v1/promotions/Autumn/tiers", {**OFF, "validation_rules": [rule]}))
    limited_tier = tiers.pop().json["id"]
    assert api.assign(rule, tiers[0], "promotion_tier").status == 200

    def tried(tier: str) -> str:
        body = {"redeemables": [{"object": "promotion_tier", "id": tier}], "order": ORDER}
        return str(api.post("/v1/redemptions", body).json.get("key", ""))

    assert [tried(each) for each in (tiers[0], limited_tier)] == ["", ""]
    assert [tried(each) for each in (tiers[0], limited_tier)] == [VIOLATED, VIOLATED]
    assert tried(tiers[1]) == ""


def test_a_limit_on_one_voucher_counts_the_others_of_its_campaign(api: Api) -> None:
    rule = api.rule("most", **at_most(2))["id"]
    api.campaign()
    for code in CODES[:3]:
        api.post(f"/v1/campaigns/Spring/vouchers/{code}", {})
    assert api.assign(rule, CODES[0]).status == 200

    assert outcomes(api, CODES[1:3]) == ["", ""]
    assert outcomes(api, CODES[:2]) == [VIOLATED, ""]


def test_a_rule_that_several_things_have_becomes_a_limit_of_each(api: Api) -> None:
    rule = api.rule()["id"]
    campaign = api.campaign()
    api.post(f"/v1/campaigns/Spring/vouchers/{CODES[0]}", {})
    api.voucher("MINE")
    api.assign(rule, campaign["id"], "campaign")
    api.assign(rule, "MINE")
    assert outcomes(api, [CODES[0], "MINE"]) == ["", ""]

    assert api.put(f"{RULES}/{rule}", at_most(2)).status == 200

    assert outcomes(api, [CODES[0], "MINE", CODES[0], "MINE"]) == ["", "", VIOLATED, VIOLATED]


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ({"$is": [2]}, [VIOLATED] * 3),
        ({"$is": [1]}, ["", VIOLATED, VIOLATED]),
        ({"$is_not": [3]}, ["", "", VIOLATED]),
        ({"$more_than": [0], "$less_than": [3]}, ["", "", VIOLATED]),
        ({"$more_than": [1]}, [VIOLATED] * 3),
    ],
)
def test_any_condition_on_the_count_is_kept(
    api: Api, conditions: dict[str, list[int]], expected: list[str]
) -> None:
    entry = {"name": NAME, "conditions": conditions}
    api.campaign(validation_rules=[api.rule("count", rules={"1": entry})["id"]])
    for code in CODES[:3]:
        api.post(f"/v1/campaigns/Spring/vouchers/{code}", {})

    assert outcomes(api, CODES[:3]) == expected


def test_what_is_no_condition_on_a_count_is_refused_by_its_path(api: Api) -> None:
    rule = {"1": {"name": NAME, "conditions": {"$more_than": ["a few"]}}, "logic": "1"}

    reply = api.post(RULES, {"name": "more", "rules": rule})

    assert (reply.status, reply.json["key"]) == (400, "invalid_validation_rules"), reply.body
    assert ".rules['1'].conditions.$more_than" in reply.json["details"]
