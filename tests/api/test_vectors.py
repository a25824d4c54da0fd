"""The vectors of domain.md §4.8 through the handlers, by their number."""

from typing import Any

import pytest

from tests.api.client import Api
from tests.vectors import (
    GIFT,
    RULE_VECTORS,
    UNIT_VECTORS,
    VECTORS,
    RuleVector,
    Totals,
    UnitLine,
    UnitVector,
    Vector,
)


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
        if discount["type"] == GIFT:
            api.gift_card(code, discount["amount"], discount["effect"], validation_rules=rules)
            continue
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


UNIT_KEYS = {
    "quantity",
    "initial_quantity",
    "discount_quantity",
    "initial_amount",
    "amount",
    "discount_amount",
    "subtotal_amount",
}
APPLIED_KEYS = {
    "applied_quantity",
    "applied_quantity_amount",
    "applied_discount_quantity",
    "applied_discount_amount",
}


def stocked(api: Api, vector: UnitVector) -> None:
    """The catalogue of the vector, under source ids."""
    for name, item in vector.catalogue.items():
        if item.is_sku:
            product = api.post("/v1/products", {"source_id": item.product_id}).json
            made = api.post(
                f"/v1/products/{product['id']}/skus", {"source_id": name, "price": item.price}
            )
        else:
            made = api.post("/v1/products", {"source_id": name, "price": item.price})
        assert made.status == 200, made.body


def wire(line: UnitLine) -> dict[str, int]:
    """What a line shows of its units and its money."""
    shown = {"quantity": line.quantity, "initial_quantity": line.initial_quantity}
    if line.amount is not None and line.initial_amount is not None:
        shown |= {
            "amount": line.amount,
            "initial_amount": line.initial_amount,
            "subtotal_amount": line.amount - line.discount,
        }
    optional = {"discount_quantity": line.free, "discount_amount": line.discount}
    return shown | {name: value for name, value in optional.items() if value}


def applied(line: UnitLine) -> dict[str, int]:
    """What a request that made all of the line's units shows of it."""
    shown = {
        "applied_quantity": line.quantity - line.initial_quantity,
        "applied_quantity_amount": (line.amount or 0) - (line.initial_amount or 0),
        "applied_discount_quantity": line.free,
        "applied_discount_amount": line.discount,
    }
    return {name: value for name, value in shown.items() if value}


def of_lines(order: dict[str, Any], keys: set[str]) -> list[dict[str, int]]:
    return [
        {name: value for name, value in each.items() if name in keys}
        for each in order.get("items", [])
    ]


def unit_totals(order: dict[str, int]) -> tuple[int, ...]:
    return (
        order["amount"],
        order["initial_amount"],
        order.get("items_discount_amount", 0),
        order["total_amount"],
    )


@pytest.mark.parametrize("vector", UNIT_VECTORS, ids=lambda vector: str(vector.number))
def test_a_vector_of_free_units_comes_out_as_written_and_goes_without_a_trace(
    api: Api, vector: UnitVector
) -> None:
    stocked(api, vector)
    api.voucher("FREE", discount=vector.discount)
    cart = {"source_id": "cart", **vector.order}
    plain = api.post("/v1/orders", cart).json

    validated = api.post("/v1/validations", {**api.redeeming("FREE"), "order": cart}).json["order"]
    redeemed = api.redeem("FREE", order={"source_id": "cart"}).json
    stored = api.get("/v1/orders/cart").json

    for order in (validated, redeemed["order"], stored):
        assert unit_totals(order) == vector.amounts
        assert of_lines(order, UNIT_KEYS) == [wire(line) for line in vector.lines]
    for order in (validated, redeemed["order"]):
        assert of_lines(order, APPLIED_KEYS) == [applied(line) for line in vector.lines]
    assert not any(of_lines(stored, APPLIED_KEYS))

    first = redeemed["redemptions"][0]["id"]
    assert api.get(f"/v1/redemptions/{first}").json["order"]["initial_amount"] == vector.amounts[1]
    assert api.post(f"/v1/redemptions/{first}/rollback", {}).status == 200
    undone = api.get("/v1/orders/cart").json
    changed = {"status", "updated_at", "redemptions"}
    assert {k: v for k, v in undone.items() if k not in changed} == {
        k: v for k, v in plain.items() if k not in changed
    }


def status_of(told: dict[str, Any]) -> Totals | str:
    """What a validation tells of one redeemable."""
    if told["status"] == "INAPPLICABLE":
        return str(told["result"]["error"]["key"])
    return totals(told["order"])


@pytest.mark.parametrize("vector", RULE_VECTORS, ids=lambda vector: str(vector.number))
def test_a_vector_of_rules_comes_out_as_written_when_validated_and_redeemed(
    api: Api, vector: RuleVector
) -> None:
    codes = [f"V{place}" for place in range(len(vector.redeemables))]
    for code, (discount, rules) in zip(codes, vector.redeemables, strict=True):
        named = [api.rule(code, rules=rules)["id"]] if rules else []
        if discount["type"] == GIFT:
            api.gift_card(code, discount["amount"], discount["effect"], validation_rules=named)
        else:
            api.voucher(code, discount=discount, validation_rules=named)

    validated = api.post("/v1/validations", {**api.redeeming(*codes), "order": vector.order}).json
    redeemed = api.redeem(*codes, order=vector.order)

    assert [status_of(each) for each in validated["redeemables"]] == vector.outcomes
    last = vector.outcomes[-1]
    if isinstance(last, str):
        assert (redeemed.status, redeemed.json["key"]) == (400, last)
        return
    assert totals(redeemed.json["order"]) == last
    assert discounts_of_lines(redeemed.json["order"]) == vector.lines


def test_vector_12_tells_every_third_unit_after_the_first(api: Api) -> None:
    entry = {"object": "product", "id": "any", "target": "UNIT", "skip_initially": 1, "repeat": 3}
    rule = api.rule(applicable_to={"included": [entry]})["id"]
    discount = {"type": "AMOUNT", "amount_off": 1, "effect": "APPLY_TO_ITEMS_BY_QUANTITY"}
    api.voucher("THIRD", discount=discount, validation_rules=[rule])

    order = {"items": [{"quantity": 10, "price": 5, "product_id": "any"}]}
    validated = api.post("/v1/validations", {**api.redeeming("THIRD"), "order": order}).json

    ((told,),) = ([each] for each in validated["redeemables"][0]["applicable_to"]["data"])
    assert told["order_item_indices"] == [0]
    assert told["order_item_units"] == [{"index": 0, "units": [2, 5, 8]}]
    assert validated["order"]["items_discount_amount"] == 3


def test_vector_14_takes_what_earlier_discounts_have_left(api: Api) -> None:
    for code, off in (("MOST", 9_200), ("REST", 1_000)):
        api.voucher(code, discount={"type": "AMOUNT", "amount_off": off})
    order_id = api.redeem("MOST", order={"amount": 10_000}).json["order"]["id"]

    order = api.redeem("REST", order={"id": order_id}).json["order"]

    assert (order["applied_discount_amount"], order["discount_amount"]) == (800, 10_000)
    assert order["total_amount"] == 0


def test_vector_15_gives_all_of_a_stack_back(api: Api) -> None:
    for code in ("ONE", "TWO"):
        api.voucher(code)
    redeemed = api.redeem("ONE", "TWO", order={"amount": 10_000}).json
    parent = redeemed["parent_redemption"]["id"]

    order = api.post(f"/v1/redemptions/{parent}/rollbacks", {}).json["order"]

    assert (order["amount"], order["total_amount"], order["status"]) == (10_000, 10_000, "CANCELED")
    assert not any("discount" in name for name in order)
    assert len(order["redemptions"][parent]["rollback_stacked"]) == 2
