"""Why, or why not: `?explain=true` on validations, redemptions and qualifications."""

from collections.abc import Mapping
from typing import Any, Final

import pytest

from counterfoil.storage.store import Store
from tests.api.client import Api, Reply
from tests.api.promotions import FIVE_OFF, Promotions
from tests.builders import DEFAULT_STACKING_RULES

WHY: Final = "?explain=true"
AT_LEAST: Final = {"name": "order.amount", "conditions": {"$more_than_or_equal": [5_000]}}
VIP: Final = {"name": "customer.metadata", "property": "vip", "conditions": {"$is": [True]}}
MUG: Final = {"source_id": "mug", "related_object": "product"}


def bound(api: Api, rules: Mapping[str, object], code: str = "TEN") -> str:
    """The id of a rule of `rules`, which bind a voucher of 10 % off."""
    rule_id = str(api.rule(f"of {code}", rules=rules)["id"])
    api.voucher(code, validation_rules=[rule_id])
    return rule_id


def validated(api: Api, *codes: str, **fields: object) -> Any:  # noqa: ANN401  # a document
    reply = api.post(f"/v1/validations{WHY}", {**api.redeeming(*codes), **fields})
    assert reply.status == 200, reply.body
    return reply.json


def told(api: Api, *codes: str, **fields: object) -> list[dict[str, Any]]:
    """What is explained of each redeemable of a validation."""
    found: list[dict[str, Any]] = validated(api, *codes, **fields)["explanation"]["redeemables"]
    return found


def told_of_rule(api: Api, **order: object) -> Any:  # noqa: ANN401  # a document
    """What is explained of the one rule that binds TEN."""
    (entry,) = told(api, "TEN", order=order)
    (found,) = entry["rules"]
    (rule,) = found["rules"]
    return rule


def shape(document: object) -> object:
    """The names in a document, at every level; those that are ids are as good as one another."""
    if isinstance(document, Mapping):
        return {
            "r_" if name.startswith("r_") else name: shape(value)
            for name, value in document.items()
            if name != "explanation"
        }
    return [shape(each) for each in document] if isinstance(document, list) else None


def test_a_rule_that_is_not_met_tells_what_it_saw_and_what_it_wanted(api: Api) -> None:
    rule_id = bound(api, {"1": AT_LEAST, "2": VIP, "logic": "1 and 2"})

    customer = {"source_id": "ann", "metadata": {"vip": True, "phone": "1234"}}
    answer = validated(api, "TEN", order={"amount": 3_000}, customer=customer)

    assert answer["valid"] is False
    error = answer["redeemables"][0]["result"]["error"]
    assert answer["explanation"] == {
        "redeemables": [
            {
                "id": "TEN",
                "object": "voucher",
                "position": 1,
                "category_id": None,
                "campaign_id": None,
                "status": "INAPPLICABLE",
                "rules": [
                    {
                        "validation_rule_id": rule_id,
                        "result": False,
                        "logic": "1 and 2",
                        "rules": [
                            {
                                "key": "1",
                                "name": "order.amount",
                                "property": None,
                                "result": False,
                                "saw": 3_000,
                                "conditions": [
                                    {
                                        "operator": "$more_than_or_equal",
                                        "wanted": [5_000],
                                        "result": False,
                                    }
                                ],
                            },
                            {
                                "key": "2",
                                "name": "customer.metadata",
                                "property": "vip",
                                "result": True,
                                "saw": True,
                                "conditions": [
                                    {"operator": "$is", "wanted": [True], "result": True}
                                ],
                            },
                        ],
                    }
                ],
                "order": {
                    "total_before": 3_000,
                    "added": 0,
                    "discount": 0,
                    "items_discount": 0,
                    "total_after": 3_000,
                },
                "refused": {name: error[name] for name in ("key", "message", "details")},
            }
        ],
        "stacking_rules": answer["stacking_rules"],
    }


def test_logic_tells_what_it_made_of_rules_that_are_met_and_that_are_not(api: Api) -> None:
    bound(api, {"1": AT_LEAST, "2": VIP, "logic": "1 or 2"})

    (entry,) = told(api, "TEN", order={"amount": 6_000})

    (found,) = entry["rules"]
    assert (found["result"], found["logic"]) == (True, "1 or 2")
    assert [(each["result"], each["saw"]) for each in found["rules"]] == [
        (True, 6_000),
        (False, None),
    ]
    assert entry["status"] == "APPLICABLE"
    assert entry["order"]["total_after"] == 5_400


def test_the_rule_of_the_campaign_is_told_after_the_vouchers_own(api: Api) -> None:
    of_campaign = api.rule("of all", rules={"1": AT_LEAST})["id"]
    own = api.rule("own", rules={"1": VIP})["id"]
    campaign = api.campaign(validation_rules=[of_campaign])["id"]
    path = f"/v1/campaigns/{campaign}/vouchers/ONE"
    assert api.post(path, {}).status == 200
    assert api.assign(own, "ONE").status == 200

    (entry,) = told(api, "ONE", order={"amount": 3_000}, customer={"metadata": {"vip": True}})

    assert entry["campaign_id"] == campaign
    assert [(each["validation_rule_id"], each["result"]) for each in entry["rules"]] == [
        (own, True),
        (of_campaign, False),
    ]


def test_three_redeemables_tell_where_they_stood_and_what_they_found_and_left(api: Api) -> None:
    api.voucher("TEN")
    api.voucher("FIVE", discount={"type": "AMOUNT", "amount_off": 500})
    api.gift_card("CARD", 2_000)

    entries = told(api, "TEN", "FIVE", "CARD", order={"amount": 10_000})

    assert [(each["position"], each["id"], each["rules"]) for each in entries] == [
        (1, "TEN", []),
        (2, "FIVE", []),
        (3, "CARD", []),
    ]
    orders = [each["order"] for each in entries]
    assert [(each["total_before"], each["discount"], each["total_after"]) for each in orders] == [
        (10_000, 1_000, 9_000),
        (9_000, 500, 8_500),
        (8_500, 2_000, 6_500),
    ]
    assert [each["caps"] for each in entries] == [
        [],
        [],
        [{"cap": "credits_available", "wanted": 8_500, "limit": 2_000, "taken": 2_000}],
    ]


def test_the_position_is_that_of_application_and_not_that_of_the_request(api: Api) -> None:
    late = api.post("/v1/categories", {"name": "late", "hierarchy": 2}).json["id"]
    early = api.post("/v1/categories", {"name": "early", "hierarchy": 1}).json["id"]
    api.stacking(redeemables_sorting_rule="CATEGORY_HIERARCHY")
    api.voucher("LATE", category_id=late)
    api.voucher("EARLY", category_id=early)

    answer = validated(api, "LATE", "EARLY", order={"amount": 1_000})

    explained = answer["explanation"]
    assert [(each["id"], each["category_id"]) for each in explained["redeemables"]] == [
        ("EARLY", early),
        ("LATE", late),
    ]
    assert explained["stacking_rules"]["redeemables_sorting_rule"] == "CATEGORY_HIERARCHY"


def test_what_was_passed_over_tells_why_and_what_order_it_found(api: Api) -> None:
    api.stacking(applicable_redeemables_limit=1)
    bound(api, {"1": AT_LEAST}, "FIRST")
    bound(api, {"1": AT_LEAST}, "SECOND")

    _, skipped = told(api, "FIRST", "SECOND", order={"amount": 10_000})

    assert skipped["skipped"]["key"] == "applicable_redeemables_limit_exceeded"
    assert (skipped["status"], skipped["order"]["total_before"]) == ("SKIPPED", 9_000)
    assert "rules" not in skipped


def test_an_exclusive_one_tells_of_the_order_that_it_was_tried_on(api: Api) -> None:
    exclusive = api.post("/v1/categories", {"name": "alone", "hierarchy": 9}).json["id"]
    api.stacking(exclusive_categories=[exclusive])
    api.voucher("TEN")
    rule = api.rule("more", rules={"1": {**AT_LEAST, "conditions": {"$more_than": [10_000]}}})
    api.voucher("ALONE", category_id=exclusive, validation_rules=[rule["id"]])

    _, alone = told(api, "TEN", "ALONE", order={"amount": 10_000})

    (found,) = alone["rules"]
    assert found["rules"][0]["saw"] == alone["order"]["total_before"] == 10_000


def test_the_odd_units_of_a_split_are_told(api: Api) -> None:
    effect = "APPLY_TO_ITEMS_PROPORTIONALLY"
    api.voucher("SPLIT", discount={"type": "AMOUNT", "amount_off": 100, "effect": effect})
    lines = [{**MUG, "source_id": name, "price": 500, "quantity": 1} for name in ("a", "b", "c")]

    answer = validated(api, "SPLIT", order={"items": lines})

    (entry,) = answer["explanation"]["redeemables"]
    assert entry["remainder"] == [{"line": 0, "amount": 1}]
    assert entry["order"]["items_discount"] == 100
    items = answer["order"]["items"]
    assert [each["applied_discount_amount"] for each in items] == [34, 33, 33]


def test_a_rule_on_lines_tells_which_it_matched_and_what_each_had(api: Api) -> None:
    within = {"1": {"name": "order.items.quantity", "conditions": {"$more_than": [2]}}}
    mugs = {"name": "order.items.any", "conditions": {"$is": [{**MUG, "object": "product"}]}}
    bound(api, {"1": {**mugs, "rules": within}})
    lines = [
        {**MUG, "price": 900, "quantity": 2},
        {**MUG, "source_id": "tea", "price": 300, "quantity": 5},
    ]

    rule = told_of_rule(api, items=lines)

    assert (rule["result"], rule["saw"]) == (False, [0])
    assert [(each["operator"], each["result"]) for each in rule["conditions"]] == [("$is", True)]
    (line,) = rule["lines"]
    assert (line["line"], line["result"], line["logic"]) == (0, False, "1")
    assert [(each["saw"], each["conditions"]) for each in line["rules"]] == [
        (2, [{"operator": "$more_than", "wanted": [2], "result": False}])
    ]


def test_of_several_prices_every_operator_tells_which_passed_it(api: Api) -> None:
    conditions = {"$more_than": [10], "$less_than": [20]}
    bound(api, {"1": {"name": "order.items.price_any", "conditions": conditions}})
    lines = [{**MUG, "source_id": f"p{price}", "price": price, "quantity": 1} for price in (5, 25)]

    rule = told_of_rule(api, items=lines)

    assert (rule["result"], rule["saw"]) == (False, [5, 25])
    assert rule["conditions"] == [
        {"operator": "$more_than", "wanted": [10], "result": True, "passed": [False, True]},
        {"operator": "$less_than", "wanted": [20], "result": False, "passed": [True, False]},
    ]


@pytest.mark.parametrize(("name", "odd"), [("order.items.every", 1), ("order.items.none", 9)])
def test_of_many_lines_those_that_decided_are_told(api: Api, name: str, odd: int) -> None:
    within = {"1": {"name": "order.items.quantity", "conditions": {"$more_than": [4]}}}
    bound(api, {"1": {"name": name, "rules": within}})
    usual = 5 if name.endswith("every") else 1
    lines = [{**MUG, "source_id": f"p{n}", "price": 1, "quantity": usual} for n in range(30)]
    lines[27]["quantity"] = odd

    rule = told_of_rule(api, items=lines)

    assert rule["result"] is False
    assert len(rule["lines"]) == 20
    assert rule["lines_left_out"] == 10
    assert [each["line"] for each in rule["lines"] if each["result"] is (odd == 9)] == [27]


def test_of_the_metadata_of_products_the_values_are_told(api: Api) -> None:
    asks = {"name": "product.metadata", "property": "brand", "conditions": {"$is": ["Acme"]}}
    bound(api, {"1": asks})
    api.post("/v1/products", {"source_id": "mug", "price": 900, "metadata": {"brand": "Other"}})

    rule = told_of_rule(api, items=[{**MUG, "quantity": 1}])

    assert (rule["result"], rule["saw"]) == (False, ["Other"])
    assert rule["conditions"][0]["result"] is False


def test_nothing_of_another_customer_is_told(api: Api) -> None:
    once = {"name": "redemption.count.per_customer", "conditions": {"$less_than_or_equal": [1]}}
    bound(api, {"1": VIP, "2": once})
    others = {"source_id": "bob", "metadata": {"vip": True, "secret": "of bob"}}
    assert api.redeem("TEN", order={"amount": 100}, customer=others).status == 200
    bob = api.get("/v1/customers/bob").json["id"]

    ann = {"source_id": "ann", "metadata": {"vip": False, "secret": "of ann"}}
    reply = api.post(
        f"/v1/validations{WHY}",
        {**api.redeeming("TEN"), "order": {"amount": 100}, "customer": ann},
    )

    (entry,) = reply.json["explanation"]["redeemables"]
    assert [each["saw"] for each in entry["rules"][0]["rules"]] == [False, 1]
    assert b"secret" not in reply.body
    assert bob.encode() not in reply.body


def test_a_redemption_tells_how_it_came_about(api: Api) -> None:
    rule_id = bound(api, {"1": AT_LEAST})
    api.voucher("FIVE", discount={"type": "AMOUNT", "amount_off": 500})

    body = {**api.redeeming("TEN", "FIVE"), "order": {"amount": 10_000}}
    reply = api.post(f"/v1/redemptions{WHY}", body)

    assert reply.status == 200
    ten, five = reply.json["explanation"]["redeemables"]
    assert ten["rules"][0]["validation_rule_id"] == rule_id
    assert [each["order"]["total_after"] for each in (ten, five)] == [9_000, 8_500]
    assert reply.json["order"]["total_amount"] == 8_500
    assert reply.json["explanation"]["stacking_rules"] == {
        name: value
        for name, value in DEFAULT_STACKING_RULES.items()
        if name
        not in (
            "discount_calculation_mode",
            "initial_amount_mode_categories",
            "discounted_amount_mode_categories",
        )
    }


def test_a_refused_redemption_tells_why(api: Api) -> None:
    bound(api, {"1": AT_LEAST})
    api.voucher("FIVE", discount={"type": "AMOUNT", "amount_off": 500})

    body = {**api.redeeming("FIVE", "TEN"), "order": {"amount": 5_200}}
    reply = api.post(f"/v1/redemptions{WHY}", body)

    assert (reply.status, reply.json["key"]) == (400, "order_rules_violated")
    five, ten = reply.json["explanation"]["redeemables"]
    assert (five["status"], ten["status"]) == ("APPLICABLE", "INAPPLICABLE")
    assert ten["rules"][0]["rules"][0]["saw"] == 4_700
    assert ten["refused"]["details"] == reply.json["details"]
    assert (api.used("TEN"), api.used("FIVE")) == (0, 0)


def test_an_unknown_code_is_explained_with_its_404(api: Api) -> None:
    reply = api.post(f"/v1/redemptions{WHY}", {**api.redeeming("NOPE"), "order": {"amount": 5_200}})

    assert reply.status == 404
    (entry,) = reply.json["explanation"]["redeemables"]
    assert (entry["id"], entry["refused"]["key"], entry["rules"]) == ("NOPE", "not_found", [])


@pytest.mark.parametrize(("amount", "status"), [(10_000, 200), (100, 400)])
def test_a_replay_has_the_same_explanation_byte_for_byte(
    api: Api, amount: int, status: int
) -> None:
    bound(api, {"1": AT_LEAST})
    body = {**api.redeeming("TEN"), "order": {"amount": amount}}
    headers = {"Idempotency-Key": "till-1"}

    first = api.post(f"/v1/redemptions{WHY}", body, headers)
    again = api.post(f"/v1/redemptions{WHY}", body, headers)

    assert first.status == again.status == status
    assert "explanation" in first.json
    assert again.headers["idempotency-replayed"] == "true"
    assert again.body == first.body


def test_a_dry_run_is_explained_too(api: Api) -> None:
    bound(api, {"1": AT_LEAST})

    for amount, status in ((6_000, 200), (100, 400)):
        body = {**api.redeeming("TEN"), "order": {"amount": amount}}
        reply = api.post(f"/v1/redemptions{WHY}&dry_run=true", body)
        assert reply.status == status
        assert {"explanation", "dry_run"} <= set(reply.json)
    assert api.used("TEN") == 0


def test_the_older_calls_of_one_redeemable_explain_too(api: Api, store: Store) -> None:
    shop = Promotions(api, store)
    tier = shop.tier(shop.campaign())["id"]
    bound(api, {"1": AT_LEAST})
    body = {"order": {"amount": 6_000}}

    for path, name in (
        ("vouchers/TEN/validate", "TEN"),
        ("vouchers/TEN/redemption", "TEN"),
        (f"promotions/tiers/{tier}/validation", tier),
        (f"promotions/tiers/{tier}/redemption", tier),
    ):
        reply = api.post(f"/v1/{path}{WHY}", body)
        assert reply.status == 200, path
        (entry,) = reply.json["explanation"]["redeemables"]
        assert (entry["id"], entry["position"]) == (name, 1)
        assert entry["order"]["total_after"] == 5_400
        assert "explanation" not in api.post(f"/v1/{path}", body).json


def test_tiers_that_do_not_apply_are_explained_beside_those_that_do(api: Api, store: Store) -> None:
    shop = Promotions(api, store)
    campaign = shop.campaign()
    rule = api.rule("large", rules={"1": AT_LEAST})["id"]
    plain = shop.tier(campaign, FIVE_OFF)["id"]
    bound_ = shop.tier(campaign, validation_rules=[rule])["id"]

    answer = api.post(f"/v1/promotions/validation{WHY}", {"order": {"amount": 1_000}}).json

    assert [each["id"] for each in answer["promotions"]] == [plain]
    found = {each["id"]: each for each in answer["explanation"]["redeemables"]}
    assert (found[plain]["status"], found[bound_]["status"]) == ("APPLICABLE", "INAPPLICABLE")
    assert found[bound_]["refused"]["key"] == "order_rules_violated"


def qualified(api: Api, **fields: object) -> Any:  # noqa: ANN401
    reply = api.post(f"/v1/qualifications{WHY}", {"order": {"amount": 3_000}, **fields})
    assert reply.status == 200, reply.body
    return reply.json


def test_a_qualification_tells_why_an_offer_is_not_on_the_page(api: Api) -> None:
    bound(api, {"1": AT_LEAST})
    api.voucher("FREE")

    answer = qualified(api)

    assert [each["id"] for each in answer["redeemables"]["data"]] == ["FREE"]
    free, ten = answer["explanation"]["redeemables"]
    assert (free["qualifies"], free["order"]["total_after"]) == (True, 2_700)
    assert (ten["qualifies"], ten["status"]) == (False, "INAPPLICABLE")
    assert ten["rules"][0]["rules"][0]["saw"] == 3_000
    assert answer["explanation"]["stacking_rules"] == answer["stacking_rules"]


def test_limits_of_redemptions_are_told_to_be_ignored_by_qualifications(api: Api) -> None:
    once = {"name": "redemption.count.per_customer", "conditions": {"$less_than": [1]}}
    bound(api, {"1": once})

    (entry,) = qualified(api, customer={"source_id": "ann"})["explanation"]["redeemables"]

    assert entry["rules"][0]["rules"] == [
        {
            "key": "1",
            "name": "redemption.count.per_customer",
            "property": None,
            "result": True,
            "ignored": True,
        }
    ]


def test_of_an_audience_the_rules_about_customers_are_told_and_no_order(api: Api) -> None:
    bound(api, {"1": AT_LEAST, "2": VIP})
    audience = {"scenario": "AUDIENCE_ONLY", "order": None}

    for vip in (True, False):
        customer = {"source_id": "ann", "metadata": {"vip": vip}}
        (entry,) = qualified(api, **audience, customer=customer)["explanation"]["redeemables"]
        amount, of_customer = entry["rules"][0]["rules"]
        assert (amount["ignored"], of_customer["saw"]) == (True, vip)
        assert entry["qualifies"] is entry["rules"][0]["result"] is vip
        assert "order" not in entry
        assert "caps" not in entry


def test_the_tiers_of_a_stack_are_explained_under_its_id(api: Api, store: Store) -> None:
    shop = Promotions(api, store)
    campaign = shop.campaign()
    tiers = [shop.tier(campaign)["id"], shop.tier(campaign, FIVE_OFF)["id"]]
    stack = shop.stack(campaign, *tiers)["id"]

    answer = qualified(api, scenario="PROMOTION_STACKS")

    assert [
        (each["id"], each["position"], each["promotion_stack_id"])
        for each in answer["explanation"]["redeemables"]
    ] == [(tiers[0], 1, stack), (tiers[1], 2, stack)]


def answers(api: Api, query: str) -> list[Reply]:
    """The answers to calls of every kind; each one redeems on an order of its own."""
    order = {"order": {"amount": 6_000}}
    ten, nope = api.redeeming("TEN"), api.redeeming("OFF")
    return [
        api.post(f"/v1/validations{query}", {**ten, **order}),
        api.post(f"/v1/validations{query}", {**nope, **order}),
        api.post(f"/v1/redemptions{query}", {**ten, **order}),
        api.post(f"/v1/redemptions{query}", {**nope, **order}),
        api.post(f"/v1/vouchers/TEN/redemption{query}", order),
        api.post(f"/v1/vouchers/TEN/validate{query}", order),
        api.post(f"/v1/promotions/validation{query}", order),
        api.post(f"/v1/qualifications{query}", order),
    ]


def test_nothing_is_explained_unless_it_is_asked_for_and_nothing_else_changes(
    api: Api, store: Store
) -> None:
    shop = Promotions(api, store)
    shop.tier(shop.campaign())
    bound(api, {"1": AT_LEAST})
    api.voucher("OFF", active=False)

    plain, off, on = (answers(api, query) for query in ("", "?explain=false", WHY))

    for without, refused, with_it in zip(plain, off, on, strict=True):
        assert without.status == refused.status == with_it.status
        assert b"explanation" not in without.body + refused.body
        assert "explanation" in with_it.json
        assert shape(without.json) == shape(refused.json) == shape(with_it.json)


def test_it_is_asked_for_in_the_query_alone_and_is_on_or_off(api: Api) -> None:
    api.voucher("TEN")
    body = {**api.redeeming("TEN"), "order": {"amount": 100}}

    asked = {**body, "explain": True, "explains": True, "options": {"explain": True}}
    assert "explanation" not in api.post("/v1/validations", asked).json
    for path in ("validations", "redemptions", "qualifications", "vouchers/TEN/validate"):
        reply = api.post(f"/v1/{path}?explain=maybe", body)
        assert (reply.status, reply.json["key"]) == (400, "invalid_query_params")
        assert reply.json["details"] == "Property .explain must be true or false"
    assert api.used("TEN") == 0


@pytest.mark.parametrize("query", [WHY, "?explain=maybe"])
def test_browsers_are_told_nothing_of_it(api: Api, query: str) -> None:
    api.voucher("TEN")
    api.voucher("OFF", active=False)
    order = {"order": {"amount": 100}}
    more = query.replace("?", "&")

    for reply in (
        api.post(f"/client/v1/validations{query}", {**api.redeeming("TEN"), **order}),
        api.post(f"/client/v1/redemptions{query}", {**api.redeeming("TEN"), **order}),
        api.post(f"/client/v1/qualifications{query}", order),
        api.get(f"/client/v1/validate?code=TEN&amount=100{more}"),
        api.get(f"/client/v1/promotions/validation?amount=100{more}"),
        api.post(f"/client/v1/redeem?code=TEN{more}", order),
    ):
        assert reply.status == 200, reply.body
        assert "explanation" not in reply.json
    off = api.post(f"/client/v1/redemptions{query}", {**api.redeeming("OFF"), **order})
    assert (off.status, "explanation" in off.json) == (400, False)


def test_browsers_are_told_neither_what_others_ordered_nor_who_may_call(api: Api) -> None:
    budget = {"name": "campaign.orders.amount", "conditions": {"$less_than_or_equal": [20_000]}}
    apps = {"name": "redemption.api_key", "conditions": {"$is": ["secret-till-key"]}}
    for code, rule in (("BUDGET", budget), ("TILL", apps)):
        bound(api, {"1": rule}, code)
    assert api.redeem("BUDGET", order={"amount": 12_345}).status == 200

    for code in ("BUDGET", "TILL"):
        body = {**api.redeeming(code), "order": {"amount": 9_000}}
        reply = api.post("/client/v1/validations", body)
        (entry,) = reply.json["redeemables"]
        assert entry["result"]["error"]["key"] == "redemption_rules_violated"
        assert b"21345" not in reply.body
        assert b"secret" not in reply.body
        server = api.post(f"/v1/validations{WHY}", body).json["explanation"]["redeemables"][0]
        (told_rule,) = server["rules"][0]["rules"]
        assert told_rule["conditions"][0]["wanted"] in ([20_000], ["secret-till-key"])
        assert "saw" in told_rule


def test_what_would_be_too_large_is_told_without_its_details(api: Api) -> None:
    long = {"name": "order.metadata", "property": "a", "conditions": {"$is_not": ["x" * 14_000]}}
    rule = api.rule("long", rules={"1": long, "2": long})["id"]
    codes = [f"V{number}" for number in range(12)]
    for code in codes:
        api.voucher(code, validation_rules=[rule])
    api.stacking(applicable_redeemables_limit=12)

    reply = api.post(
        f"/v1/redemptions{WHY}",
        {**api.redeeming(*codes), "order": {"amount": 100, "metadata": {"a": "y"}}},
        {"Idempotency-Key": "till-1"},
    )

    assert reply.status == 200
    entries = reply.json["explanation"]["redeemables"]
    assert [each["id"] for each in entries] == codes
    whole = ["rules" in each for each in entries]
    assert whole == [True] * 9 + [False] * 3
    assert entries[-1]["details_left_out"] is True
    assert "order" in entries[-1]
