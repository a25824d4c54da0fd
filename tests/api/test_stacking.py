"""Stacking by the API: the project's rules in validations, redemptions and their records."""

from typing import Any

import pytest
from voucherify.models.redemptions_redeem_response_body import RedemptionsRedeemResponseBody
from voucherify.models.validations_validate_response_body import ValidationsValidateResponseBody

from tests.api.client import Api

ORDER = {"amount": 10_000}


def category(api: Api, name: str, hierarchy: int = 1) -> str:
    reply = api.post("/v1/categories", {"name": name, "hierarchy": hierarchy})
    return str(reply.json["id"])


def off(api: Api, code: str, amount: int = 100, **fields: object) -> None:
    api.voucher(code, discount={"type": "AMOUNT", "amount_off": amount}, **fields)


def validated(api: Api, *codes: str, expand: tuple[str, ...] = ("order",)) -> Any:  # noqa: ANN401
    body = {**api.redeeming(*codes), "order": ORDER, "options": {"expand": [*expand]}}
    reply = api.post("/v1/validations", body)
    assert reply.status == 200, reply.body
    return reply.json


def ids(entries: list[dict[str, Any]]) -> list[str]:
    return [each["id"] for each in entries]


def test_categories_put_redeemables_in_order(api: Api) -> None:
    first, last = category(api, "first", 0), category(api, "last", 9)
    api.stacking(redeemables_sorting_rule="CATEGORY_HIERARCHY")
    api.voucher("TENTH", category_id=last)
    off(api, "OFF", 1_000, category_id=first)

    answer = validated(api, "TENTH", "OFF")

    assert ids(answer["redeemables"]) == ["OFF", "TENTH"]
    assert [each["order"]["total_discount_amount"] for each in answer["redeemables"]] == [
        1_000,
        1_900,
    ]

    redeemed = api.redeem("TENTH", "OFF", order=ORDER).json
    assert [each["voucher"]["code"] for each in redeemed["redemptions"]] == ["OFF", "TENTH"]
    assert [each["order"]["applied_discount_amount"] for each in redeemed["redemptions"]] == [
        1_000,
        900,
    ]
    stacked = redeemed["order"]["redemptions"][redeemed["parent_redemption"]["id"]]["stacked"]
    assert stacked == ids(redeemed["redemptions"])


def test_an_exclusive_category_leaves_the_common_ones_out(api: Api) -> None:
    only = category(api, "only")
    api.stacking(exclusive_categories=[only])
    off(api, "COMMON")
    off(api, "ONLY", 300, category_id=only)

    answer = validated(api, "COMMON", "ONLY", expand=("category",))

    assert answer["valid"]
    assert ids(answer["skipped_redeemables"]) == ["COMMON"]
    assert answer["skipped_redeemables"][0]["result"]["details"] == {
        "key": "exclusion_rules_not_met",
        "message": "Redeemable cannot be applied due to exclusion rules",
    }
    (told,) = answer["redeemables"][1]["categories"]
    assert (told["id"], told["stacking_rules_type"]) == (only, "EXCLUSIVE")
    assert answer["redeemables"][0]["categories"] == []
    assert answer["order"]["total_discount_amount"] == 300


def test_categories_are_told_where_they_are_asked_for(api: Api) -> None:
    common, joint = category(api, "common"), category(api, "joint")
    api.stacking(joint_categories=[joint])
    off(api, "A", category_id=common)
    off(api, "B", category_id=joint)

    answer = validated(api, "A", "B", expand=("category",))

    (of_a,), (of_b,) = (each["categories"] for each in answer["redeemables"])
    assert "stacking_rules_type" not in of_a
    assert (of_a["name"], of_b["stacking_rules_type"]) == ("common", "JOINT")
    assert [each["categories"] for each in validated(api, "A", "B")["redeemables"]] == [[], []]


def test_a_category_that_is_gone_is_none(api: Api) -> None:
    only = category(api, "only")
    off(api, "A", category_id=only)
    api.delete(f"/v1/categories/{only}")

    answer = validated(api, "A", expand=("category",))

    assert answer["redeemables"][0]["categories"] == []
    assert api.get("/v1/vouchers/A").json["category_id"] == only


@pytest.mark.parametrize("changing", [True, False])
def test_a_voucher_of_an_unknown_category_is_refused(api: Api, *, changing: bool) -> None:
    if changing:
        api.voucher("A")
        reply = api.put("/v1/vouchers/A", {"category_id": "cat_nope"})
    else:
        discount = {"type": "PERCENT", "percent_off": 10}
        reply = api.post("/v1/vouchers/A", {"discount": discount, "category_id": "cat_nope"})

    assert (reply.status, reply.json["key"]) == (404, "not_found")
    assert reply.json["resource_type"] == "category"


def test_a_vouchers_category_can_be_set_and_cleared(api: Api) -> None:
    name = category(api, "any")
    api.voucher("A")

    assert api.put("/v1/vouchers/A", {"category_id": name}).json["category_id"] == name
    assert api.put("/v1/vouchers/A", {"category_id": None}).json["category_id"] is None


def test_more_redeemables_than_the_project_takes_are_refused(api: Api) -> None:
    api.stacking(redeemables_limit=2)
    codes = ("A", "B", "C")

    for path in ("/v1/validations", "/v1/redemptions"):
        reply = api.post(path, {**api.redeeming(*codes), "order": {"source_id": "o", **ORDER}})
        assert (reply.status, reply.json["key"]) == (400, "invalid_payload")
        assert reply.json["details"] == "Property .redeemables must have at most 2 elements"
    assert api.get("/v1/orders/o").status == 404
    assert api.get("/v1/redemptions").json["total"] == 0


def test_too_many_redeemables_leave_a_linked_order_free(api: Api) -> None:
    api.stacking(redeemables_limit=1)
    off(api, "A")
    order = api.post("/v1/orders", ORDER).json["id"]

    refused = api.redeem("A", "B", order={"id": order})
    redeemed = api.redeem("A", order={"id": order})

    assert (refused.status, redeemed.status) == (400, 200)


def test_in_mode_partial_what_fails_is_told_and_recorded_beside_the_rest(api: Api) -> None:
    api.stacking(redeemables_application_mode="PARTIAL")
    off(api, "A")
    off(api, "OFF", active=False)
    off(api, "B", 200)

    answer = validated(api, "A", "OFF", "NOPE", "B")
    assert answer["valid"]
    assert ids(answer["redeemables"]) == ["A", "B"]
    assert ids(answer["inapplicable_redeemables"]) == ["OFF", "NOPE"]
    assert answer["order"]["total_discount_amount"] == 300

    customer = {"source_id": "ann"}
    reply = api.redeem("A", "OFF", "NOPE", "B", order=ORDER, customer=customer)
    assert reply.status == 200
    redeemed = reply.json
    parent = redeemed["parent_redemption"]["id"]
    assert len(redeemed["redemptions"]) == 2
    assert redeemed["order"]["total_discount_amount"] == 300
    assert ids(redeemed["inapplicable_redeemables"]) == ["OFF", "NOPE"]
    error = redeemed["inapplicable_redeemables"][0]["result"]["error"]
    assert (error["key"], error["resource_type"]) == ("voucher_disabled", "redemption")
    failed = api.get(f"/v1/redemptions/{error['resource_id']}").json
    assert (failed["result"], failed["redemption"]) == ("FAILURE", parent)
    assert failed["failure_code"] == "voucher_disabled"
    assert api.used("OFF") == 0

    summary = api.get("/v1/customers/ann").json["summary"]["redemptions"]
    assert (summary["total_succeeded"], summary["total_failed"]) == (2, 2)


def test_a_parent_of_successes_and_failures_is_rolled_back_as_far_as_it_took_effect(
    api: Api,
) -> None:
    api.stacking(redeemables_application_mode="PARTIAL")
    off(api, "A")
    off(api, "OFF", active=False)
    redeemed = api.redeem("OFF", "A", order=ORDER).json
    failed = redeemed["inapplicable_redeemables"][0]["result"]["error"]["resource_id"]

    reply = api.post(f"/v1/redemptions/{redeemed['parent_redemption']['id']}/rollbacks", {})

    assert reply.status == 200
    assert [each["redemption"] for each in reply.json["rollbacks"]] == ids(redeemed["redemptions"])
    assert (api.used("A"), api.used("OFF")) == (0, 0)
    assert reply.json["order"]["total_amount"] == 10_000
    assert api.get(f"/v1/redemptions/{failed}").json["status"] == "FAILED"


def test_in_mode_partial_nothing_applicable_is_the_first_failure(api: Api) -> None:
    api.stacking(redeemables_application_mode="PARTIAL")
    off(api, "OFF", active=False)
    off(api, "SPENT", redemption={"quantity": 1})
    api.redeem("SPENT", order=ORDER)
    order = {"source_id": "o", **ORDER}

    answer = validated(api, "OFF", "SPENT")
    assert not answer["valid"]
    assert answer["redeemables"] == []
    assert answer["order"]["total_amount"] == 10_000

    reply = api.redeem("OFF", "SPENT", order=order)
    assert (reply.status, reply.json["key"]) == (400, "voucher_disabled")
    assert api.get("/v1/orders/o").status == 404
    failed = api.get(f"/v1/redemptions/{reply.json['resource_id']}").json
    parent = api.get(f"/v1/redemptions/{failed['redemption']}").json
    assert parent["related_object_type"] == "redemption"


def test_what_would_change_nothing_can_be_skipped(api: Api) -> None:
    api.stacking(redeemables_no_effect_rule="SKIP")
    off(api, "ALL", 10_000)
    off(api, "LATE")

    redeemed = api.redeem("ALL", "LATE", order=ORDER).json

    assert len(redeemed["redemptions"]) == 1
    assert ids(redeemed["skipped_redeemables"]) == ["LATE"]
    assert redeemed["skipped_redeemables"][0]["result"]["details"]["key"] == "no_effect"
    assert api.used("LATE") == 0
    parent = redeemed["parent_redemption"]["id"]
    assert api.post(f"/v1/redemptions/{parent}/rollbacks", {}).json["order"]["status"] == "CANCELED"


def test_a_call_of_which_all_is_skipped_redeems_nothing(api: Api) -> None:
    api.stacking(redeemables_no_effect_rule="SKIP")
    off(api, "NONE", 0)

    assert validated(api, "NONE")["valid"]
    reply = api.redeem("NONE", order={"source_id": "o", **ORDER})

    assert (reply.status, reply.json["key"]) == (400, "no_effect")
    assert reply.json["message"] == "Redeemable cannot be applied due to no effect"
    failed = api.get(f"/v1/redemptions/{reply.json['resource_id']}").json
    assert failed["failure_code"] == "no_effect"
    assert api.get("/v1/orders/o").status == 404


def test_percentages_can_be_of_the_initial_amount(api: Api) -> None:
    api.stacking(discount_calculation_mode="INITIAL_AMOUNT")
    for code, percent in (("TENTH", 10), ("FIFTH", 20)):
        api.voucher(code, discount={"type": "PERCENT", "percent_off": percent})

    redeemed = api.redeem("TENTH", "FIFTH", order=ORDER).json

    assert redeemed["order"]["total_discount_amount"] == 3_000


def test_a_line_can_be_discounted_once(api: Api) -> None:
    api.stacking(redeemables_products_application_mode="ONCE")
    discount = {"type": "AMOUNT", "amount_off": 100, "effect": "APPLY_TO_ITEMS"}
    for code in ("A", "B"):
        api.voucher(code, discount=discount)
    items = [{"product_id": "mug", "quantity": 1, "price": 1_000}]

    order = api.redeem("A", order={"items": items}).json["order"]
    again = api.redeem("B", order={"id": order["id"]}).json["order"]

    assert (order["items_discount_amount"], again["items_discount_amount"]) == (100, 100)


def test_a_change_of_the_rules_holds_from_the_next_call_on(api: Api) -> None:
    rules = api.stacking(applicable_redeemables_limit=1)
    off(api, "A")
    off(api, "B")
    before = validated(api, "A", "B")

    api.put(f"{api.management}/stacking-rules/{rules['id']}", {"applicable_redeemables_limit": 2})
    after = validated(api, "A", "B")
    api.delete(f"{api.management}/stacking-rules/{rules['id']}")

    assert ids(before["skipped_redeemables"]) == ["B"]
    assert "skipped_redeemables" not in after
    assert after["stacking_rules"]["applicable_redeemables_limit"] == 2
    assert validated(api, "A")["stacking_rules"]["applicable_redeemables_limit"] == 5


def test_a_partial_redemption_that_is_sent_again_under_its_key_says_the_same(api: Api) -> None:
    api.stacking(redeemables_application_mode="PARTIAL")
    off(api, "A")
    key = {"Idempotency-Key": "once"}

    first = api.redeem("A", "NOPE", order=ORDER, headers=key)
    second = api.redeem("A", "NOPE", order=ORDER, headers=key)

    assert first.status == 200
    assert first.body == second.body
    assert api.used("A") == 1


def test_the_official_client_reads_what_was_left_out_and_why(api: Api) -> None:
    only = category(api, "only")
    api.stacking(redeemables_application_mode="PARTIAL", exclusive_categories=[only])
    off(api, "ONLY", category_id=only)
    off(api, "SHUT", category_id=only, active=False)
    off(api, "COMMON")
    codes, expand = ("SHUT", "ONLY", "COMMON"), ("order", "category", "redeemable")

    read = ValidationsValidateResponseBody.from_dict(validated(api, *codes, expand=expand))
    assert read is not None
    document = read.to_dict()
    assert document["redeemables"][0]["categories"][0]["stacking_rules_type"] == "EXCLUSIVE"
    assert ids(document["inapplicable_redeemables"]) == ["SHUT"]

    redeemed = api.redeem(*codes, order=ORDER, options={"expand": [*expand]}).json
    told = RedemptionsRedeemResponseBody.from_dict(redeemed)
    assert told is not None
    assert ids(told.to_dict()["skipped_redeemables"]) == ["COMMON"]
    assert ids(told.to_dict()["inapplicable_redeemables"]) == ["SHUT"]
