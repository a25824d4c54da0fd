"""The vectors of domain.md §4.8 through the handlers, by their number."""

from typing import Any

import pytest

from tests.api.client import Api
from tests.vectors import VECTORS, Totals, Vector


def rules_of(api: Api, vector: Vector) -> list[str]:
    """The rule with the vector's products, to be assigned to each of its vouchers."""
    if vector.products is None:
        return []
    lists = vector.products.model_dump(mode="json", exclude_none=True)
    return [api.rule(applicable_to=lists)["id"]]


def totals(order: dict[str, int]) -> Totals:
    return Totals(
        order.get("discount_amount", 0),
        order.get("items_discount_amount", 0),
        order["total_amount"],
        order["amount"],
    )


def discounts_of_lines(order: dict[str, Any]) -> list[int]:
    return [each.get("discount_amount", 0) for each in order.get("items", [])]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: str(vector.number))
def test_a_vector_comes_out_as_written_when_validated_redeemed_and_undone(
    api: Api, vector: Vector
) -> None:
    codes = [f"V{place}" for place in range(len(vector.discounts))]
    rules = rules_of(api, vector)
    for code, discount in zip(codes, vector.discounts, strict=True):
        created = api.voucher(code, discount=discount, validation_rules=rules)
        assert created["discount"] == {**discount, "is_dynamic": False}

    validated = api.post("/v1/validations", {**api.redeeming(*codes), "order": vector.order}).json
    assert [totals(each["order"]) for each in validated["redeemables"]] == vector.after
    assert discounts_of_lines(validated["order"]) == vector.lines

    redeemed = api.redeem(*codes, order=vector.order).json
    order = redeemed["order"]
    assert totals(order) == vector.after[-1]
    assert discounts_of_lines(order) == vector.lines
    stored = api.get(f"/v1/orders/{order['id']}").json
    assert totals(stored) == vector.after[-1]
    assert discounts_of_lines(stored) == vector.lines

    first = redeemed.get("parent_redemption", redeemed["redemptions"][0])["id"]
    undone = api.post(f"/v1/redemptions/{first}/rollbacks", {}).json["order"]
    amount = vector.after[-1].amount
    assert totals(undone) == Totals(0, 0, amount, amount)
    assert not any(discounts_of_lines(undone))


def test_a_line_shows_what_it_holds_and_what_the_request_took(api: Api) -> None:
    items = [{"price": 3_000, "quantity": 1, "amount": 3_300}, {"price": 3_000, "amount": 3_400}]
    split = {"type": "AMOUNT", "amount_off": 300, "effect": "APPLY_TO_ITEMS_PROPORTIONALLY"}
    api.voucher("SPLIT", discount=split)
    api.voucher("AGAIN", discount=split)
    order = api.redeem("SPLIT", order={"amount": 6_000, "items": items}).json["order"]

    again = api.redeem("AGAIN", order={"id": order["id"]}).json["order"]

    first = again["items"][0]
    assert (first["discount_amount"], first["applied_discount_amount"]) == (296, 148)
    assert (first["amount"], first["subtotal_amount"]) == (3_300, 3_004)
    assert again["items_discount_amount"] == 600
    assert again["items_applied_discount_amount"] == 300
    assert "applied_discount_amount" not in again
    assert again["total_amount"] == 5_400
