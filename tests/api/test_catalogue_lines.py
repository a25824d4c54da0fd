"""Lines of orders that the catalogue completes, and that tell it something (domain.md §1.5)."""

from typing import Any, Final

import pytest

from tests.api.client import Api, Reply

RED: Final = {"source_id": "red", "sku": "Red mug", "price": 1000, "metadata": {"ean": "1"}}


@pytest.fixture
def shop(api: Api) -> Api:
    """A mug at 9.00 with two SKUs, of which the plain one has no price; tea has no price at all."""
    mug = {"source_id": "mug", "name": "Mug", "price": 900, "metadata": {"shelf": 1}}
    for product in (mug, {"source_id": "tea", "name": "Tea"}):
        assert api.post("/v1/products", product).status == 200
    for sku in (RED, {"source_id": "plain", "sku": "Plain mug"}):
        assert api.post("/v1/products/mug/skus", sku).status == 200
    return api


def error(reply: Reply) -> tuple[int, str]:
    """Status and key of a refusal."""
    return reply.status, reply.json["key"]


def ordered(api: Api, *lines: object, **fields: object) -> Any:  # noqa: ANN401
    """An order of `lines`, just made."""
    reply = api.post("/v1/orders", {"items": lines, **fields})
    assert reply.status == 200, reply.body
    return reply.json


def line_of(api: Api, **fields: object) -> Any:  # noqa: ANN401
    """The line that `fields` become."""
    (line,) = ordered(api, fields)["items"]
    return line


def test_a_line_that_names_a_product_has_its_price(shop: Api) -> None:
    mug = shop.get("/v1/products/mug").json
    order = ordered(shop, {"product_id": "mug", "quantity": 2})

    assert (order["amount"], order["total_amount"]) == (1800, 1800)
    (line,) = order["items"]
    assert (line["price"], line["amount"], line["product_id"]) == (900, 1800, "mug")
    assert line["product"] == {
        "id": mug["id"],
        "source_id": "mug",
        "name": "Mug",
        "price": 900,
        "metadata": {"shelf": 1},
    }
    assert shop.get(f"/v1/orders/{order['id']}").json == order


@pytest.mark.parametrize(
    "name",
    [
        {"sku_id": "red"},
        {"source_id": "red", "related_object": "sku"},
        {"sku": {"source_id": "red"}},
    ],
)
def test_a_line_that_names_a_sku_has_its_price_and_its_product(
    shop: Api, name: dict[str, object]
) -> None:
    sku = shop.get("/v1/skus/red").json

    line = line_of(shop, quantity=3, **name)

    assert (line["price"], line["amount"]) == (1000, 3000)
    assert line["product_id"] == line["product"]["id"] == sku["product_id"]
    assert line["product"]["name"] == "Mug"
    assert line["sku"] == {"id": sku["id"], **RED}


def test_ids_name_products_and_skus_as_well(shop: Api) -> None:
    sku = shop.get("/v1/skus/red").json

    assert line_of(shop, product_id=sku["product_id"])["amount"] == 900
    assert line_of(shop, sku_id=sku["id"])["amount"] == 1000


def test_a_sku_without_a_price_has_its_products(shop: Api) -> None:
    line = line_of(shop, sku_id="plain", quantity=2)

    assert (line["price"], line["amount"]) == (900, 1800)
    assert "price" not in line["sku"]


def test_a_change_of_a_product_reaches_its_skus(shop: Api) -> None:
    shop.put("/v1/products/mug", {"price": 950, "name": "Cup"})

    line = line_of(shop, sku_id="plain")
    assert (line["price"], line["product"]["name"]) == (950, "Cup")
    assert line_of(shop, sku_id="red")["price"] == 1000

    shop.put("/v1/products/mug", {"price": None, "name": None})
    assert "amount" not in line_of(shop, sku_id="plain")


def test_a_stored_order_keeps_the_prices_that_it_was_made_with(shop: Api) -> None:
    order = ordered(shop, {"product_id": "mug"})
    shop.put("/v1/products/mug", {"price": 1})
    shop.delete("/v1/products/mug")

    assert shop.put(f"/v1/orders/{order['id']}", {"status": "PAID"}).json["amount"] == 900
    assert shop.get(f"/v1/orders/{order['id']}").json["items"] == order["items"]


@pytest.mark.parametrize(
    ("sent", "amount"),
    [
        ({"price": 1}, 2),
        ({"amount": 7}, 7),
        ({"product": {"price": 3}}, 6),
        ({"sku": {"price": 4}, "product": {"price": 3}}, 8),
    ],
)
def test_what_was_sent_outranks_the_catalogue_and_changes_nothing_in_it(
    shop: Api, sent: dict[str, object], amount: int
) -> None:
    before = shop.get("/v1/products/mug").json

    assert line_of(shop, sku_id="red", quantity=2, **sent)["amount"] == amount
    assert shop.get("/v1/products/mug").json == before


def test_unknown_names_stay_as_they_were_sent(shop: Api) -> None:
    order = ordered(
        shop,
        {"product_id": "prod_" + "0" * 18, "quantity": 1},
        {"sku_id": "unknown", "amount": 10000},
        {"source_id": "mug", "quantity": 1},
        {"product_id": "😀" * 500, "quantity": 1},
        amount=5,
    )

    kept = {"product_id", "sku_id", "source_id", "quantity", "amount"}
    first, second, third, fourth = (
        {name: line[name] for name in kept if name in line} for line in order["items"]
    )
    assert first == {"product_id": "prod_" + "0" * 18, "quantity": 1}
    assert second == {"sku_id": "unknown", "amount": 10000}
    assert third == {"source_id": "mug", "quantity": 1}
    assert fourth == {"product_id": "😀" * 500, "quantity": 1}
    assert order["amount"] == 5


def test_a_product_without_a_price_leaves_its_line_without_amounts(shop: Api) -> None:
    order = ordered(shop, {"product_id": "tea", "quantity": 2}, {"amount": 5})

    assert order["amount"] == 5
    assert "amount" not in order["items"][0]
    assert order["items"][0]["product"]["name"] == "Tea"


def test_an_update_resolves_its_lines_and_continues_them(shop: Api) -> None:
    order = ordered(shop, {"source_id": "mug", "related_object": "product", "quantity": 1})
    shop.voucher("TEN", discount={"type": "AMOUNT", "amount_off": 10, "effect": "APPLY_TO_ITEMS"})
    shop.redeem("TEN", order={"id": order["id"]})

    priced = {"source_id": "mug", "related_object": "product", "price": 800}
    after = shop.put(f"/v1/orders/{order['id']}", {"items": [priced]}).json
    again = shop.put(f"/v1/orders/{order['id']}", {"items": [{"product_id": "mug"}]}).json

    assert (after["amount"], after["items_discount_amount"]) == (800, 10)
    assert (again["amount"], again["items_discount_amount"]) == (900, 10)
    assert after["items"][0]["id"] == again["items"][0]["id"] == order["items"][0]["id"]


def test_an_order_of_five_hundred_lines_is_resolved(shop: Api) -> None:
    lines = [{"product_id": "mug", "quantity": 1}, {"sku_id": "red"}] * 250

    assert ordered(shop, *lines)["amount"] == 250 * 1900


def test_lines_of_another_project_find_nothing(shop: Api, other_project_api: Api) -> None:
    mug = shop.get("/v1/products/mug").json["id"]

    for name in ("mug", mug):
        assert "amount" not in line_of(other_project_api, product_id=name, quantity=1)


OVERRIDE: Final = {
    "source_id": "blue",
    "related_object": "sku",
    "quantity": 2,
    "sku": {"sku": "Blue cup", "price": 1200, "metadata": {"a": 1}, "override": True},
    "product": {"source_id": "cup", "name": "Cup", "price": 1100},
}


def test_an_override_makes_the_sku_and_its_product(shop: Api) -> None:
    line = line_of(shop, **OVERRIDE)

    sku, cup = shop.get("/v1/skus/blue").json, shop.get("/v1/products/cup").json
    assert (sku["sku"], sku["price"], sku["metadata"]) == ("Blue cup", 1200, {"a": 1})
    assert (cup["name"], cup["price"], cup["skus"]["data"]) == ("Cup", 1100, [sku])
    assert (line["sku_id"], line["product_id"], line["amount"]) == (sku["id"], cup["id"], 2400)
    assert "override" not in line["sku"]


def test_an_override_replaces_what_it_names(shop: Api) -> None:
    order = ordered(shop, {"amount": 1})
    sent = {"price": 950, "metadata": {"new": True}, "override": True}

    reply = shop.put(
        f"/v1/orders/{order['id']}", {"items": [{"product_id": "mug", "product": sent}]}
    )

    assert reply.json["amount"] == 950
    mug = shop.get("/v1/products/mug").json
    assert (mug["name"], mug["price"], mug["metadata"]) == ("Mug", 950, {"new": True})
    assert line_of(shop, sku_id="plain")["price"] == 950


def test_an_override_of_a_sku_that_exists_is_in_its_products_list_too(shop: Api) -> None:
    line_of(shop, sku_id="red", sku={"sku": "Scarlet", "override": True})

    red = shop.get("/v1/skus/red").json
    assert (red["sku"], red["price"], red["metadata"]) == ("Scarlet", 1000, {"ean": "1"})
    assert red in shop.get("/v1/products/mug").json["skus"]["data"]


def test_an_override_without_names_reaches_the_product_of_its_sku(shop: Api) -> None:
    line = {
        "source_id": "red",
        "related_object": "sku",
        "price": 1000,
        "sku": {"sku": "Red cup", "override": True},
        "product": {"name": "Cup", "override": True},
    }

    made = line_of(shop, **line)

    assert shop.get("/v1/skus/red").json["sku"] == "Red cup"
    assert shop.get("/v1/products/mug").json["name"] == "Cup"
    assert (made["product"]["name"], made["sku"]["sku"]) == ("Cup", "Red cup")
    assert line_of(shop, sku_id="plain")["product"]["name"] == "Cup"


def test_saying_the_same_again_writes_nothing(shop: Api) -> None:
    line_of(shop, **OVERRIDE)
    before = (shop.get("/v1/skus/blue").json, shop.get("/v1/products/cup").json)

    line_of(shop, **OVERRIDE)

    assert (shop.get("/v1/skus/blue").json, shop.get("/v1/products/cup").json) == before


def test_an_order_that_is_refused_tells_the_catalogue_nothing(shop: Api) -> None:
    far = {"items": [OVERRIDE], "created_at": "2999-01-01"}

    assert error(shop.post("/v1/orders", far)) == (400, "invalid_payload")
    assert shop.get("/v1/skus/blue").status == 404


@pytest.mark.parametrize("flag", ["yes", 1, {}])
def test_override_is_a_flag(shop: Api, flag: object) -> None:
    reply = shop.post("/v1/orders", {"items": [{"product": {"override": flag}}]})

    assert error(reply) == (400, "invalid_payload")
    assert reply.json["details"] == "Property .items[0].product.override must be a boolean"


def redeemed(api: Api, path: str, order: dict[str, object]) -> Reply:
    """The answer to a redemption of TEN, by the stack's route or by the voucher's own."""
    body = {"order": order, **(api.redeeming("TEN") if path == "redemptions" else {})}
    return api.post(f"/v1/{path}", body)


@pytest.mark.parametrize("path", ["redemptions", "vouchers/TEN/redemption"])
def test_a_redemption_resolves_the_lines_of_its_order(shop: Api, path: str) -> None:
    shop.voucher("TEN")

    reply = redeemed(shop, path, {"source_id": "web", "items": [{"sku_id": "plain"}]})

    assert reply.status == 200, reply.body
    order = shop.get("/v1/orders/web").json
    assert (order["amount"], order["total_amount"]) == (900, 810)
    assert order["items"][0]["product"]["name"] == "Mug"


def test_a_redemption_on_a_stored_order_resolves_the_lines_that_replace_its_own(shop: Api) -> None:
    shop.voucher("TEN")
    ordered(shop, {"amount": 5}, source_id="web")

    reply = redeemed(shop, "redemptions", {"source_id": "web", "items": [{"product_id": "mug"}]})

    assert reply.json["order"]["total_amount"] == 810


@pytest.mark.parametrize("path", ["redemptions", "vouchers/TEN/redemption"])
def test_a_redemption_tells_the_catalogue_what_its_lines_override(shop: Api, path: str) -> None:
    shop.voucher("TEN")

    reply = redeemed(shop, path, {"items": [OVERRIDE], "status": "PAID"})

    assert reply.status == 200, reply.body
    assert shop.get("/v1/skus/blue").json["price"] == 1200


def test_a_refused_redemption_tells_the_catalogue_nothing(shop: Api) -> None:
    shop.voucher("TEN", active=False)

    reply = redeemed(shop, "redemptions", {"items": [OVERRIDE]})

    assert error(reply) == (400, "voucher_disabled")
    assert shop.get("/v1/skus/blue").status == 404
    assert shop.get("/v1/products/cup").status == 404


@pytest.mark.parametrize("linked", [False, True])
def test_a_validation_resolves_the_lines_and_tells_the_catalogue_nothing(
    shop: Api,
    linked: bool,  # noqa: FBT001  # a row of the table
) -> None:
    shop.voucher("TEN")
    if linked:
        ordered(shop, {"amount": 5}, source_id="web")
    lines = [{"sku_id": "plain", "quantity": 2}, OVERRIDE]

    order = {"source_id": "web", "items": lines}
    reply = shop.post("/v1/validations", {**shop.redeeming("TEN"), "order": order})

    assert reply.status == 200, reply.body
    plain, blue = reply.json["order"]["items"]
    assert (plain["amount"], plain["product"]["name"]) == (1800, "Mug")
    assert (blue["amount"], reply.json["order"]["amount"]) == (2400, 4200)
    assert shop.get("/v1/skus/blue").status == 404
