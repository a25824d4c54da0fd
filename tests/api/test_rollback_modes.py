"""Rollbacks that leave the order alone: `redeemables_rollback_order_mode` WITHOUT_ORDER."""

import pytest

from tests.api.client import Api


@pytest.fixture
def rules(api: Api) -> str:
    """Where the rules of a project are that rolls back without the order."""
    made = api.stacking(redeemables_rollback_order_mode="WITHOUT_ORDER")
    return f"{api.management}/stacking-rules/{made['id']}"


@pytest.fixture
def stack(api: Api, rules: str) -> list[str]:
    """A parent and its children: 10 % and 5.00 redeemed together on an order of 100.00."""
    assert rules
    api.voucher("TEN", redemption={"quantity": 1})
    api.voucher("FIVE", discount={"type": "AMOUNT", "amount_off": 500})
    order = {"source_id": "o", "amount": 10_000}
    redeemed = api.redeem("TEN", "FIVE", order=order, customer={"source_id": "ann"}).json
    children = [str(each["id"]) for each in redeemed["redemptions"]]
    return [str(redeemed["parent_redemption"]["id"]), *children]


def test_amounts_and_status_stay_and_the_entry_tells_of_the_rollback(
    api: Api, stack: list[str]
) -> None:
    parent = stack[0]

    reply = api.post(f"/v1/redemptions/{parent}/rollbacks", {})

    assert reply.status == 200
    order = api.get("/v1/orders/o").json
    assert (order["status"], order["total_amount"]) == ("PAID", 8_500)
    assert order["discount_amount"] == 1_500
    entry = order["redemptions"][parent]
    assert entry["rollback_id"] == reply.json["parent_rollback"]["id"]
    assert entry["rollback_stacked"] == [each["id"] for each in reply.json["rollbacks"]]
    assert (api.used("TEN"), api.used("FIVE")) == (0, 0)
    assert api.get("/v1/customers/ann").json["summary"]["orders"]["total_amount"] == 8_500


def test_the_redemptions_tell_the_mode_that_they_were_rolled_back_in(
    api: Api, stack: list[str]
) -> None:
    parent = stack[0]
    api.post(f"/v1/redemptions/{parent}/rollbacks", {})

    for each in stack:
        told = api.get(f"/v1/redemptions/{each}").json
        (rollback,) = told["related_redemptions"]["rollbacks"]
        assert (told["status"], rollback["rollback_order_mode"]) == ("ROLLED_BACK", "WITHOUT_ORDER")


def test_a_status_that_is_sent_wins_here_too(api: Api, stack: list[str]) -> None:
    parent = stack[0]
    body = {"order": {"status": "FULFILLED", "metadata": {"returned": True}}}

    order = api.post(f"/v1/redemptions/{parent}/rollbacks", body).json["order"]

    assert (order["status"], order["total_amount"]) == ("FULFILLED", 8_500)
    assert order["metadata"] == {"returned": True}


def test_a_second_rollback_is_refused_here_too(api: Api, stack: list[str]) -> None:
    parent = stack[0]
    api.post(f"/v1/redemptions/{parent}/rollbacks", {})

    again = api.post(f"/v1/redemptions/{parent}/rollbacks", {})

    assert (again.status, again.json["key"]) == (400, "already_rolled_back")
    assert api.used("TEN") == 0


def test_the_mode_is_that_of_the_moment_of_the_rollback(
    api: Api, rules: str, stack: list[str]
) -> None:
    api.put(rules, {"redeemables_rollback_order_mode": "WITH_ORDER"})
    parent = stack[0]

    order = api.post(f"/v1/redemptions/{parent}/rollbacks", {}).json["order"]

    assert (order["status"], order["total_amount"]) == ("CANCELED", 10_000)
    told = api.get(f"/v1/redemptions/{parent}").json["related_redemptions"]["rollbacks"][0]
    assert told["rollback_order_mode"] == "WITH_ORDER"


def test_one_redemption_of_several_calls_goes_without_the_order_as_well(
    api: Api, rules: str
) -> None:
    assert rules
    api.voucher("FIVE", discount={"type": "AMOUNT", "amount_off": 500})
    order = {"source_id": "o", "amount": 10_000}
    first = api.redeem("FIVE", order=order).redemption_id
    api.redeem("FIVE", order={"source_id": "o"})

    reply = api.post(f"/v1/redemptions/{first}/rollback", {})

    assert reply.status == 200
    assert reply.json["order"]["total_amount"] == 9_000
    assert api.used("FIVE") == 1
    smaller = api.post("/v1/orders", {"source_id": "o", "amount": 700}).json
    assert (smaller["discount_amount"], smaller["total_amount"]) == (700, 0)


def test_free_units_stay_in_the_cart(api: Api, rules: str) -> None:
    assert rules
    api.post("/v1/products", {"source_id": "mug", "price": 1_000})
    units = {"type": "UNIT", "unit_off": 1, "unit_type": "mug", "effect": "ADD_NEW_ITEMS"}
    api.voucher("MUG", discount=units)
    items = [{"source_id": "mug", "related_object": "product", "quantity": 1}]
    redeemed = api.redeem("MUG", order={"items": items})

    order = api.post(f"/v1/redemptions/{redeemed.redemption_id}/rollback", {}).json["order"]

    assert (order["items"][0]["quantity"], order["total_amount"]) == (2, 1_000)
