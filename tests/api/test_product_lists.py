"""Which lines a voucher applied to, as answers tell it; and the effect that follows from a rule."""

from typing import Any

import pytest

from tests.api.client import Api

MUG = {"object": "product", "source_id": "mug"}
TEA = {"object": "product", "source_id": "tea"}
FORM = {"strict": False, "effect": "APPLY_TO_EVERY"}
NOTHING = {"data": [], "total": 0, "data_ref": "data", "object": "list"}


def a_line(product: str, quantity: int = 1, price: int = 1000) -> dict[str, object]:
    named = {"source_id": product, "related_object": "product"}
    return {**named, "quantity": quantity, "price": price}


def validated(api: Api, *lines: dict[str, object], code: str = "TEN") -> Any:  # noqa: ANN401  # as `Reply.json`
    body = {**api.redeeming(code), "order": {"items": [*lines]}}
    return api.post("/v1/validations", body).json["redeemables"][0]


def test_a_voucher_without_a_rule_has_empty_lists(api: Api) -> None:
    api.voucher("TEN")

    found = validated(api, a_line("mug"))

    assert (found["applicable_to"], found["inapplicable_to"]) == (NOTHING, NOTHING)


def test_a_validation_tells_what_is_covered_and_what_is_not(api: Api) -> None:
    rule = api.rule(applicable_to={"included": [MUG], "excluded": [TEA]})
    api.voucher("TEN", validation_rules=[rule["id"]])

    found = validated(api, a_line("tea"), a_line("cup"), a_line("mug", 2))

    assert found["applicable_to"] == {
        **NOTHING,
        "data": [
            {
                **MUG,
                **FORM,
                "order_item_indices": [2],
                "order_item_units": [{"index": 2, "units": [1, 2]}],
            }
        ],
        "total": 1,
    }
    assert found["inapplicable_to"]["data"] == [
        {**TEA, **FORM, "order_item_indices": [0], "order_item_units": [{"index": 0, "units": [1]}]}
    ]


def test_many_units_are_not_told_one_by_one(api: Api) -> None:
    rule = api.rule(applicable_to={"included": [MUG]})
    api.voucher("TEN", validation_rules=[rule["id"]])

    (entry,) = validated(api, a_line("mug", 1001))["applicable_to"]["data"]

    assert entry["order_item_indices"] == [0]
    assert entry["order_item_units"] == [{"index": 0, "units_limit_exceeded": True}]


def test_what_is_told_goes_by_the_order_before_the_discount(api: Api) -> None:
    entry = {**MUG, "effect": "APPLY_FROM_CHEAPEST", "skip_initially": 1}
    rule = api.rule(applicable_to={"included": [entry]})
    items = {"type": "PERCENT", "percent_off": 10, "effect": "APPLY_TO_ITEMS"}
    api.voucher("TEN", discount=items, validation_rules=[rule["id"]])

    found = validated(api, a_line("mug"), a_line("mug"))

    assert found["applicable_to"]["data"][0]["order_item_indices"] == [1]
    assert [each.get("discount_amount") for each in found["order"]["items"]] == [None, 100]


def test_the_redemption_of_one_voucher_tells_it_too(api: Api) -> None:
    rule = api.rule(applicable_to={"included": [MUG]})
    api.voucher("TEN", validation_rules=[rule["id"]])

    reply = api.post("/v1/vouchers/TEN/redemption", {"order": {"items": [a_line("mug")]}})

    (entry,) = reply.json["voucher"]["applicable_to"]["data"]
    assert entry["order_item_indices"] == [0]
    assert reply.json["voucher"]["inapplicable_to"] == NOTHING
    kept = api.get(f"/v1/redemptions/{reply.json['id']}").json["voucher"]
    assert "applicable_to" not in kept


@pytest.mark.parametrize(
    "discount", [{"type": "PERCENT", "percent_off": 10}, {"type": "AMOUNT", "amount_off": 100}]
)
@pytest.mark.parametrize(
    ("lists", "effect", "taken"),
    [
        ({"included": [MUG]}, "APPLY_TO_ITEMS", (0, 100)),
        ({"excluded": [TEA]}, "APPLY_TO_ITEMS", (0, 100)),
        ({}, "APPLY_TO_ORDER", None),
    ],
)
def test_a_discount_without_effect_goes_by_its_rule(
    api: Api,
    discount: dict[str, object],
    lists: dict[str, object],
    effect: str,
    taken: tuple[int, int] | None,
) -> None:
    rule = api.rule(applicable_to=lists)
    voucher = api.voucher("TEN", discount=discount, validation_rules=[rule["id"]])
    cart = [a_line("tea"), a_line("mug")]

    found = validated(api, *cart)
    redeemed = api.redeem("TEN", order={"items": cart}).json["redemptions"][0]

    assert voucher["discount"]["effect"] == effect
    assert found["result"]["discount"]["effect"] == effect
    assert redeemed["voucher"]["discount"]["effect"] == effect
    lines = tuple(each.get("discount_amount", 0) for each in found["order"]["items"])
    assert lines == (taken or (0, 0))
    assert ("discount_amount" in found["order"]) == (taken is None)


def test_an_effect_that_was_not_given_follows_the_rule_as_it_changes(api: Api) -> None:
    api.voucher("TEN")
    assert api.get("/v1/vouchers/TEN").json["discount"]["effect"] == "APPLY_TO_ORDER"
    rule = api.rule(applicable_to={"included": [MUG]})

    made = api.assign(rule["id"], "TEN").json

    assert api.get("/v1/vouchers/TEN").json["discount"]["effect"] == "APPLY_TO_ITEMS"
    api.delete(f"/v1/validation-rules/{rule['id']}/assignments/{made['id']}")
    assert api.get("/v1/vouchers/TEN").json["discount"]["effect"] == "APPLY_TO_ORDER"


def test_an_effect_that_was_given_stays(api: Api) -> None:
    rule = api.rule(applicable_to={"included": [MUG]})
    discount = {"type": "PERCENT", "percent_off": 10, "effect": "APPLY_TO_ORDER"}

    voucher = api.voucher("TEN", discount=discount, validation_rules=[rule["id"]])

    assert voucher["discount"]["effect"] == "APPLY_TO_ORDER"
    assert validated(api, a_line("mug"))["order"]["discount_amount"] == 100


def test_a_fixed_price_without_effect_is_of_the_order(api: Api) -> None:
    rule = api.rule(applicable_to={"included": [MUG]})
    discount = {"type": "FIXED", "fixed_amount": 400}

    voucher = api.voucher("TEN", discount=discount, validation_rules=[rule["id"]])

    assert voucher["discount"]["effect"] == "APPLY_TO_ORDER"
    assert validated(api, a_line("mug"))["order"]["total_amount"] == 400


def test_a_line_that_another_discount_has_taken_is_not_covered_where_each_takes_one(
    api: Api,
) -> None:
    api.stacking(redeemables_products_application_mode="ONCE")
    rule = api.rule(applicable_to={"included": [MUG, TEA]})
    only_mug = api.rule("mug", applicable_to={"included": [MUG]})
    api.voucher("FIRST", validation_rules=[only_mug["id"]])
    api.voucher("SECOND", validation_rules=[rule["id"]])
    order = {"items": [a_line("mug"), a_line("tea")]}

    body = {**api.redeeming("FIRST", "SECOND"), "order": order}
    _, second = api.post("/v1/validations", body).json["redeemables"]

    told = [each["order_item_indices"] for each in second["applicable_to"]["data"]]
    assert told == [[], [1]]
    assert [each.get("discount_amount") for each in second["order"]["items"]] == [100, 100]
