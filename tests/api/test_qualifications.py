"""Qualifications through the handlers (domain.md §2.4)."""

from typing import Any

import pytest

from counterfoil.storage.store import Store
from tests.api.client import Api
from tests.api.promotions import FIVE_OFF, TEN_PERCENT, Promotions

ORDER = {"amount": 10_000}
MUGS = {"items": [{"source_id": "mug", "related_object": "product", "price": 900, "quantity": 2}]}


@pytest.fixture
def shop(api: Api, store: Store) -> Promotions:
    return Promotions(api, store)


def asked(api: Api, order: object = None, **fields: object) -> Any:  # noqa: ANN401  # a document
    body = {"order": order or ORDER, **fields}
    reply = api.post("/v1/qualifications", body)
    assert reply.status == 200, reply.body
    return reply.json


def found(api: Api, order: object = None, **fields: object) -> list[str]:
    return [each["id"] for each in asked(api, order, **fields)["redeemables"]["data"]]


def test_what_an_order_qualifies_for_is_told_with_what_it_would_do(api: Api) -> None:
    api.voucher("TEN", metadata={"a": 1})

    answer = asked(api, options={"expand": ["redeemable", "category", "validation_rules"]})

    redeemables = answer["redeemables"]
    assert {name: redeemables[name] for name in ("object", "data_ref", "total", "has_more")} == {
        "object": "list",
        "data_ref": "data",
        "total": 1,
        "has_more": False,
    }
    (entry,) = redeemables["data"]
    assert (entry["id"], entry["object"]) == ("TEN", "voucher")
    assert entry["result"]["discount"]["percent_off"] == 10
    assert entry["order"]["total_applied_discount_amount"] == 1_000
    assert entry["metadata"] == {"a": 1}
    assert (entry["campaign_id"], entry["categories"]) == (None, [])
    assert entry["applicable_to"]["data"] == []
    assert entry["validation_rules_assignments"]["total"] == 0
    assert answer["order"]["total_amount"] == 10_000
    assert answer["stacking_rules"]["applicable_redeemables_limit"] == 5
    assert api.used("TEN") == 0


def test_a_page_goes_from_the_newest_on_and_the_next_one_after_it(api: Api) -> None:
    for number in range(7):
        api.voucher(f"V{number}")

    first = asked(api)["redeemables"]
    second = asked(api, options={"starting_after": first["more_starting_after"]})["redeemables"]

    assert [each["id"] for each in first["data"]] == ["V6", "V5", "V4", "V3", "V2"]
    assert first["has_more"] is True
    assert first["more_starting_after"] == first["data"][-1]["created_at"]
    assert [each["id"] for each in second["data"]] == ["V1", "V0"]
    assert second["has_more"] is False
    assert "more_starting_after" not in second


def test_a_full_page_at_the_end_has_nothing_after_it(api: Api) -> None:
    for number in range(3):
        api.voucher(f"V{number}")

    assert asked(api, options={"limit": 3})["redeemables"]["has_more"] is False
    assert asked(api, options={"limit": 2})["redeemables"]["has_more"] is True


def test_what_cannot_be_used_does_not_qualify(api: Api) -> None:
    api.voucher("OFF", active=False)
    api.voucher("LATER", start_date="2126-01-01T00:00:00Z")
    api.voucher("USED", redemption={"quantity": 1})
    api.redeem("USED", order=ORDER)
    api.voucher("GONE")
    api.delete("/v1/vouchers/GONE")
    api.voucher("FORCED")
    api.delete("/v1/vouchers/FORCED?force=true")
    api.voucher("GOOD")

    assert found(api) == ["GOOD"]


def test_many_that_do_not_qualify_are_passed_over(api: Api) -> None:
    api.voucher("FIRST")
    for number in range(60):
        api.voucher(f"OFF-{number}", active=False)
    api.voucher("LAST")

    assert found(api) == ["LAST", "FIRST"]


def test_tiers_and_stacks_qualify_with_their_campaign(shop: Promotions) -> None:
    api = shop.api
    campaign = shop.campaign()
    first = shop.tier(campaign, TEN_PERCENT, name="Ten", banner="10 %")
    second = shop.tier(campaign, FIVE_OFF)
    stack = shop.stack(campaign, first["id"], second["id"], name="Both")
    shop.tier(shop.campaign("Off", active=False), FIVE_OFF)
    shop.tier(campaign, FIVE_OFF, active=False)

    answer = asked(api, options={"expand": ["redeemable"]})

    both, five, ten = answer["redeemables"]["data"]
    assert [each["id"] for each in (both, five, ten)] == [stack["id"], second["id"], first["id"]]
    assert (ten["object"], ten["name"], ten["banner"]) == ("promotion_tier", "Ten", "10 %")
    assert ten["order"]["total_amount"] == 9_000
    assert ten["campaign_id"] == campaign
    assert (both["object"], both["name"], both["result"]) == ("promotion_stack", "Both", {})
    assert both["order"]["total_amount"] == 8_500
    assert found(api, scenario="PROMOTION_STACKS") == [stack["id"]]
    api.delete(f"/v1/promotions/{campaign}/stacks/{stack['id']}")
    api.delete(f"/v1/promotions/tiers/{second['id']}")
    assert found(api) == [first["id"]]


def test_vouchers_of_campaigns_are_offered_to_nobody(api: Api) -> None:
    discount = {"type": "DISCOUNT_VOUCHER", "discount": TEN_PERCENT}
    campaign = api.campaign("Codes", voucher=discount)
    assert api.post(f"/v1/campaigns/{campaign['id']}/vouchers/MINE", {}).status == 200

    assert found(api) == []
    assert api.delete("/v1/vouchers/MINE?force=true").status == 204


def test_deals_are_compared_among_all(api: Api) -> None:
    for code, percent in (("A", 10), ("B", 30), ("C", 20), ("D", 5)):
        api.voucher(code, discount={"type": "PERCENT", "percent_off": percent})

    assert found(api, options={"sorting_rule": "BEST_DEAL"}) == ["B", "C", "A", "D"]
    assert found(api, options={"sorting_rule": "LEAST_DEAL", "limit": 2}) == ["D", "A"]
    assert found(api, options={"sorting_rule": "DEFAULT"}) == ["D", "C", "B", "A"]


def test_the_scenarios_of_products(api: Api) -> None:
    mugs = {"included": [{"object": "product", "source_id": "mug"}]}
    cups = {"included": [{"object": "product", "source_id": "cup"}]}
    amount = {"type": "AMOUNT", "amount_off": 100}
    api.voucher("ORDER")
    api.voucher("MUGS", discount=amount)
    api.assign(api.rule("mugs", applicable_to=mugs)["id"], "MUGS")
    api.voucher("CUPS", discount=amount)
    api.assign(api.rule("cups", applicable_to=cups)["id"], "CUPS")
    api.voucher("MUGORDER", discount={**amount, "effect": "APPLY_TO_ORDER"})
    api.assign(api.rule("mugs too", applicable_to=mugs)["id"], "MUGORDER")

    assert found(api, MUGS, scenario="PRODUCTS") == ["MUGORDER", "MUGS"]
    assert found(api, MUGS, scenario="PRODUCTS_DISCOUNT") == ["MUGS"]
    assert found(api, MUGS) == ["MUGORDER", "CUPS", "MUGS", "ORDER"]


@pytest.mark.parametrize(
    "scenario", ["CUSTOMER_WALLET", "PRODUCTS_BY_CUSTOMER", "PRODUCTS_DISCOUNT_BY_CUSTOMER"]
)
def test_a_wallet_has_nothing_in_it_yet(api: Api, scenario: str) -> None:
    for number in range(11):
        api.voucher(f"V{number}")

    answer = asked(api, scenario=scenario, customer={"source_id": "ann"})["redeemables"]

    assert (answer["data"], answer["total"], answer["has_more"]) == ([], 0, False)
    assert "more_starting_after" not in answer


def test_the_audience_alone_asks_nothing_of_the_order(api: Api) -> None:
    api.voucher("TEN")
    api.voucher("OFF", active=False)
    api.gift_card("CARD", 1_000)

    answer = asked(api, {}, scenario="AUDIENCE_ONLY")["redeemables"]["data"]

    assert [each["id"] for each in answer] == ["CARD", "TEN"]
    assert all("order" not in each for each in answer)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"resource_type": {"conditions": {"$is": ["voucher"]}}}, ["CARD", "TEN"]),
        ({"resource_type": {"conditions": {"$is": "promotion_tier"}}}, ["tier"]),
        ({"voucher_type": {"conditions": {"$in": ["GIFT_VOUCHER"]}}}, ["CARD"]),
        ({"code": {"conditions": {"$is_not": ["TEN"]}}}, ["tier", "CARD"]),
        ({"campaign_type": {"conditions": {"$is": ["PROMOTION"]}}}, ["tier"]),
        ({"category_id": {"conditions": {"$is": ["cat_1"]}}}, []),
        ({"holder_role": {"conditions": {"$not_in": ["OWNER"]}}}, ["tier", "CARD", "TEN"]),
        (
            {
                "junction": "OR",
                "code": {"conditions": {"$is": ["TEN"]}},
                "campaign_type": {"conditions": {"$is": ["PROMOTION"]}},
            },
            ["tier", "TEN"],
        ),
        (
            {
                "code": {"conditions": {"$is": ["TEN"]}},
                "campaign_type": {"conditions": {"$is": ["PROMOTION"]}},
            },
            [],
        ),
    ],
)
def test_filters_choose(shop: Promotions, filters: object, expected: list[str]) -> None:
    api = shop.api
    api.voucher("TEN")
    api.gift_card("CARD", 1_000)
    tier = shop.tier(shop.campaign())["id"]

    names = ["tier" if each == tier else each for each in found(api, options={"filters": filters})]

    assert names == expected


@pytest.mark.parametrize(
    ("options", "path"),
    [
        ({"limit": 51}, ".options.limit"),
        ({"limit": 0}, ".options.limit"),
        ({"starting_after": "yesterday"}, ".options.starting_after"),
        ({"sorting_rule": "ANY"}, ".options.sorting_rule"),
        ({"filters": {"name": {"conditions": {"$is": ["x"]}}}}, ".options.filters.name"),
        ({"filters": {"code": {"$is": ["x"]}}}, ".options.filters.code"),
        ({"filters": {"code": ["x"]}}, ".options.filters.code"),
        ({"filters": {"code": {"conditions": {"$starts_with": ["x"]}}}}, ".options.filters.code"),
        ({"filters": {"code": {"conditions": {"$is": [1]}}}}, ".options.filters.code"),
        ({"filters": {"junction": 1}}, ".options.filters.junction"),
        ({"filters": {"junction": "xor"}}, ".options.filters.junction"),
    ],
)
def test_what_is_not_of_the_contract_s_form_is_refused(
    api: Api, options: object, path: str
) -> None:
    reply = api.post("/v1/qualifications", {"order": ORDER, "options": options})

    assert (reply.status, reply.json["key"]) == (400, "invalid_payload")
    assert path in reply.json["details"]


def test_a_session_shows_how_many_credits_others_hold(api: Api) -> None:
    api.gift_card("CARD", 1_000)
    redeemable = {"object": "voucher", "id": "CARD", "gift": {"credits": 300}}
    lock = {"redeemables": [redeemable], "order": ORDER, "session": {"type": "LOCK", "key": "A"}}
    assert api.post("/v1/validations", lock).json["valid"] is True

    (entry,) = asked(api, session={"type": "LOCK"})["redeemables"]["data"]
    (bare,) = asked(api)["redeemables"]["data"]

    assert entry["result"]["gift"] == {"balance": 1_000, "credits": 700, "locked_credits": 300}
    assert bare["result"]["gift"] == {"balance": 1_000, "credits": 700}


def test_a_stored_order_is_what_is_tried_on(api: Api) -> None:
    api.voucher("TEN")
    api.post("/v1/orders", {"source_id": "web-1", "amount": 5_000, "customer": {"source_id": "a"}})

    answer = asked(api, {"source_id": "web-1"})

    assert answer["order"]["source_id"] == "web-1"
    assert answer["redeemables"]["data"][0]["order"]["total_amount"] == 4_500
    assert answer["tracking_id"].startswith("track_")
    assert api.post("/v1/qualifications", {"order": {"id": "ord_x"}}).status == 404
    assert api.post("/v1/qualifications", {"customer": {"id": "cust_x"}}).status == 404


def test_an_empty_project_offers_nothing(api: Api) -> None:
    reply = api.post("/v1/qualifications", {})

    assert reply.status == 200
    assert reply.json["redeemables"]["data"] == []
