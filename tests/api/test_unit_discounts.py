"""Vouchers of free units through the handlers, beside the vectors of domain.md §4.8."""

import pytest

from counterfoil.storage.store import Store
from tests.api.client import Api
from tests.api.promotions import Promotions
from tests.vectors import MISSING, NEW, free_units, line

CART = {"source_id": "cart", "items": [line(1, 1_000, "cup")]}


def test_a_voucher_is_shown_with_what_the_catalogue_calls_its_units(api: Api) -> None:
    product = api.post("/v1/products", {"source_id": "mug", "name": "Mug", "price": 500}).json
    sku = api.post(
        f"/v1/products/{product['id']}/skus", {"source_id": "mug-red", "sku": "Red mug"}
    ).json
    many = {
        "type": "UNIT",
        "effect": "ADD_MANY_ITEMS",
        "units": [
            {"unit_off": 1, "unit_type": "mug", "effect": NEW, "product": {"id": "theirs"}},
            {"unit_off": 2, "unit_type": sku["id"], "unit_off_formula": "1 + 1"},
            {"unit_off": 3, "unit_type": "unheard-of", "effect": MISSING},
        ],
    }

    created = api.voucher("MANY", discount=many)["discount"]

    assert created == {
        "type": "UNIT",
        "effect": "ADD_MANY_ITEMS",
        "units": [
            {
                "unit_off": 1,
                "unit_type": "mug",
                "effect": NEW,
                "product": {"id": product["id"], "source_id": "mug", "name": "Mug"},
            },
            {
                "unit_off": 2,
                "unit_type": sku["id"],
                "unit_off_formula": "1 + 1",
                "effect": MISSING,
                "sku": {"id": sku["id"], "source_id": "mug-red", "name": "Red mug"},
            },
            {"unit_off": 3, "unit_type": "unheard-of", "effect": MISSING},
        ],
        "is_dynamic": False,
    }
    assert api.get("/v1/vouchers/MANY").json["discount"] == created


def test_a_voucher_without_effect_gives_what_is_missing(api: Api) -> None:
    discount = {"type": "UNIT", "unit_off": "2", "unit_type": "mug", "units": []}

    created = api.voucher("FREE", discount=discount)["discount"]

    assert created == {**free_units(2, "mug", MISSING), "is_dynamic": False}


def test_an_update_that_changes_nothing_leaves_the_units_their_names(api: Api) -> None:
    product = api.post("/v1/products", {"source_id": "mug", "name": "Mug"}).json
    discount = free_units(1, "mug", NEW)
    api.voucher("FREE", discount=discount)

    same = api.put("/v1/vouchers/FREE", {"discount": discount}).json
    other = api.put("/v1/vouchers/FREE", {"discount": free_units(2, product["id"], NEW)}).json

    assert same["updated_at"] is None
    assert other["updated_at"] is not None
    assert same["discount"]["product"] == other["discount"]["product"]


@pytest.mark.parametrize(
    ("discount", "key"),
    [
        ({"unit_off": 1}, "invalid_payload"),
        ({"unit_type": "mug"}, "invalid_payload"),
        ({"unit_off": 1, "unit_type": ""}, "invalid_payload"),
        ({"unit_off": -1, "unit_type": "mug"}, "invalid_payload"),
        ({"unit_off": 1_000_001, "unit_type": "mug"}, "invalid_payload"),
        ({"unit_off": 1.5, "unit_type": "mug"}, "invalid_payload"),
        ({"effect": "ADD_MANY_ITEMS"}, "invalid_payload"),
        ({"effect": "ADD_MANY_ITEMS", "units": []}, "invalid_payload"),
        ({"effect": "ADD_MANY_ITEMS", "units": [{"unit_off": 1}]}, "invalid_payload"),
        (
            {"effect": "ADD_MANY_ITEMS", "units": [{"unit_off": 1, "unit_type": "p"}] * 31},
            "invalid_payload",
        ),
        ({"effect": "APPLY_TO_ORDER", "unit_off": 1, "unit_type": "mug"}, "invalid_voucher"),
    ],
)
def test_units_that_cannot_be_are_refused(api: Api, discount: dict[str, object], key: str) -> None:
    reply = api.post("/v1/vouchers/FREE", {"discount": {"type": "UNIT", **discount}})

    assert (reply.status, reply.json["key"]) == (400, key)


@pytest.mark.parametrize("effect", ["ADD_SAME_ITEMS", "REPLACE_ITEMS"])
def test_effects_that_are_only_kept_are_echoed_and_refused_when_needed(
    api: Api, effect: str
) -> None:
    discount = free_units(1, "mug", effect)
    assert api.voucher("KEPT", discount=discount)["discount"] == {**discount, "is_dynamic": False}

    body = {**api.redeeming("KEPT"), "order": CART}
    validated = api.post("/v1/validations", body).json
    redeemed = api.post("/v1/redemptions", body)

    (refused,) = validated["inapplicable_redeemables"]
    assert refused["result"]["error"]["key"] == "invalid_voucher"
    assert (redeemed.status, redeemed.json["key"]) == (400, "invalid_voucher")
    assert effect in redeemed.json["details"]
    assert redeemed.json["resource_id"].startswith("rf_")
    assert api.used("KEPT") == 0


def test_units_that_no_order_can_have_refuse_the_voucher(api: Api) -> None:
    api.voucher("FREE", discount=free_units(1_000_000, "cup", NEW))

    reply = api.post("/v1/redemptions", {**api.redeeming("FREE"), "order": CART})

    assert (reply.status, reply.json["key"]) == (400, "invalid_voucher")


def test_a_redemption_without_an_order_makes_one_of_the_free_units(api: Api) -> None:
    api.post("/v1/products", {"source_id": "mug", "price": 500})
    api.voucher("FREE", discount=free_units(2, "mug", MISSING))

    order = api.redeem("FREE").json["order"]

    assert (order["amount"], order["initial_amount"], order["total_amount"]) == (1_000, 0, 0)
    (made,) = order["items"]
    assert (made["quantity"], made["initial_quantity"], made["initial_amount"]) == (2, 0, 0)


def test_a_stack_sees_the_units_of_its_earlier_members_and_is_undone_as_a_whole(api: Api) -> None:
    api.post("/v1/products", {"source_id": "mug", "price": 500})
    api.voucher("FREE", discount=free_units(1, "mug", MISSING))
    api.voucher("MORE", discount=free_units(1, "mug", NEW))
    api.voucher("HALF", discount={"type": "PERCENT", "percent_off": 50})
    plain = api.post("/v1/orders", CART).json

    redeemed = api.redeem("FREE", "MORE", "HALF", order={"source_id": "cart"}).json

    order = redeemed["order"]
    assert [each["quantity"] for each in order["items"]] == [1, 2]
    assert (order["amount"], order["items_discount_amount"]) == (2_000, 1_000)
    assert (order["discount_amount"], order["total_amount"]) == (500, 500)
    assert order["items"][1]["applied_quantity"] == 2
    parent = redeemed["parent_redemption"]["id"]
    undone = api.post(f"/v1/redemptions/{parent}/rollbacks", {}).json["order"]
    assert undone["items"] == plain["items"]
    assert (undone["amount"], undone["initial_amount"]) == (1_000, 1_000)


def test_a_rollback_leaves_the_units_of_another_redemption(api: Api) -> None:
    api.post("/v1/products", {"source_id": "mug", "price": 500})
    api.voucher("ONE", discount=free_units(1, "mug", NEW))
    api.voucher("TWO", discount=free_units(2, "mug", NEW))
    first = api.redeem("ONE", order=CART).redemption_id
    second = api.redeem("TWO", order={"source_id": "cart"}).redemption_id

    assert api.post(f"/v1/redemptions/{first}/rollback", {}).status == 200
    left = api.get("/v1/orders/cart").json
    assert [each["quantity"] for each in left["items"]] == [1, 2]
    assert left["items"][1]["discount_quantity"] == 2
    assert (left["amount"], left["total_amount"]) == (2_000, 1_000)

    assert api.post(f"/v1/redemptions/{second}/rollback", {}).status == 200
    assert len(api.get("/v1/orders/cart").json["items"]) == 1


def test_lines_that_are_sent_end_the_units_that_were_added(api: Api) -> None:
    api.post("/v1/products", {"source_id": "mug", "price": 500})
    api.voucher("FREE", discount=free_units(1, "mug", NEW))
    redemption = api.redeem("FREE", order=CART).redemption_id

    changed = api.put("/v1/orders/cart", {"items": [line(3, 1_000, "cup")]}).json
    assert (changed["amount"], changed["initial_amount"], changed["total_amount"]) == (3_000,) * 3

    api.post(f"/v1/redemptions/{redemption}/rollback", {})
    assert api.get("/v1/orders/cart").json["amount"] == 3_000


def test_lines_that_are_sent_back_as_they_were_told_keep_the_units(api: Api) -> None:
    api.post("/v1/products", {"source_id": "mug", "name": "Mug", "price": 900})
    free = {"type": "UNIT", "unit_off": 2, "unit_type": "mug", "effect": "ADD_NEW_ITEMS"}
    api.voucher("FREE", discount=free)
    items = [{"source_id": "mug", "related_object": "product", "quantity": 1, "price": 900}]
    redemption = api.redeem("FREE", order={"source_id": "cart", "items": items}).redemption_id
    told = api.get("/v1/orders/cart").json

    kept = api.put("/v1/orders/cart", {**told, "metadata": {"seen": True}}).json
    undone = api.post(f"/v1/redemptions/{redemption}/rollback", {}).json["order"]

    names = ("amount", "initial_amount", "items_discount_amount", "total_amount", "items")
    assert [kept[name] for name in names] == [told[name] for name in names]
    assert (undone["amount"], undone["total_amount"]) == (900, 900)
    assert undone["items"][0]["quantity"] == 1


def test_an_amount_that_is_sent_is_not_lowered_by_a_rollback_of_units(api: Api) -> None:
    api.post("/v1/products", {"source_id": "mug", "price": 500})
    api.voucher("FREE", discount=free_units(1, "mug", NEW))
    redemption = api.redeem("FREE", order=CART).redemption_id

    changed = api.put("/v1/orders/cart", {"amount": 1_700}).json
    assert (changed["amount"], changed["initial_amount"]) == (1_700, 1_700)
    assert changed["items"][1]["quantity"] == 1

    api.post(f"/v1/redemptions/{redemption}/rollback", {})
    undone = api.get("/v1/orders/cart").json
    assert (undone["amount"], len(undone["items"])) == (1_700, 1)


def test_a_promotion_stack_gives_the_units_of_its_tiers(api: Api, store: Store) -> None:
    promotions = Promotions(api, store)
    product = api.post("/v1/products", {"source_id": "mug", "name": "Mug", "price": 500}).json
    campaign = promotions.campaign()
    first = promotions.tier(campaign, free_units(1, "mug", MISSING))
    second = promotions.tier(campaign, free_units(2, "mug", NEW))
    stack = promotions.stack(campaign, first["id"], second["id"])

    redeemed = promotions.redeem(stack["id"], kind="promotion_stack", order=CART).json

    named = {"id": product["id"], "source_id": "mug", "name": "Mug"}
    assert first["action"]["discount"]["product"] == named
    order = redeemed["order"]
    assert (order["amount"], order["total_amount"]) == (2_500, 1_000)
    assert order["items"][1]["quantity"] == 3
    path = f"/v1/promotions/tiers/{first['id']}"
    same = api.put(path, {"action": {"discount": free_units(1, "mug", MISSING)}}).json
    assert same["updated_at"] is None
