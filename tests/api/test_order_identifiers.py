"""Each row of the identifier table (domain.md §3.2), through the handlers."""

from urllib.parse import quote

import pytest

from tests.api.client import Api


@pytest.fixture
def order(api: Api) -> str:
    """An order named shop-1; its id."""
    return str(api.post("/v1/orders", {"source_id": "shop-1", "amount": 1000}).json["id"])


def test_an_id_that_is_known_names_the_order_to_upsert(api: Api, order: str) -> None:
    reply = api.post("/v1/orders", {"id": order, "amount": 2000})

    assert (reply.status, reply.json["id"], reply.json["amount"]) == (200, order, 2000)


def test_an_id_that_is_unknown_is_404_and_creates_nothing(api: Api) -> None:
    reply = api.post("/v1/orders", {"id": "ord_unknown", "amount": 2000})

    assert reply.status == 404
    assert reply.json["key"] == "not_found"
    assert reply.json["details"] == "Cannot find order with id ord_unknown"
    assert reply.json["resource_type"] == "order"
    assert api.get("/v1/orders").json["total"] == 0


@pytest.mark.parametrize("path", ["/v1/redemptions", "/v1/validations"])
def test_an_unknown_id_is_404_for_redemptions_and_validations_too(api: Api, path: str) -> None:
    api.voucher("TEN")

    reply = api.post(path, {**api.redeeming("TEN"), "order": {"id": "ord_unknown"}})

    assert (reply.status, reply.json["resource_type"]) == (404, "order")


def test_a_source_id_that_is_known_names_the_order_to_upsert(api: Api, order: str) -> None:
    reply = api.post("/v1/orders", {"source_id": "shop-1", "amount": 2000})

    assert (reply.json["id"], reply.json["amount"]) == (order, 2000)
    assert reply.json["updated_at"] is not None


def test_a_source_id_that_is_unknown_makes_an_order(api: Api) -> None:
    reply = api.post("/v1/orders", {"source_id": "shop-2", "amount": 100})

    assert reply.status == 200
    assert (reply.json["source_id"], reply.json["updated_at"]) == ("shop-2", None)


def test_both_identifiers_of_one_order_name_it(api: Api, order: str) -> None:
    reply = api.post("/v1/orders", {"id": order, "source_id": "shop-1", "amount": 5})

    assert (reply.status, reply.json["id"], reply.json["amount"]) == (200, order, 5)


def test_a_free_source_id_sent_with_an_id_is_given_to_that_order(api: Api, order: str) -> None:
    reply = api.post("/v1/orders", {"id": order, "source_id": "shop-9"})

    assert reply.json["source_id"] == "shop-9"
    assert api.get("/v1/orders/shop-9").json["id"] == order
    assert api.get("/v1/orders/shop-1").status == 404


def test_a_source_id_of_another_order_is_409(api: Api, order: str) -> None:
    api.post("/v1/orders", {"source_id": "shop-2", "amount": 7})

    reply = api.post("/v1/orders", {"id": order, "source_id": "shop-2"})

    assert (reply.status, reply.json["key"]) == (409, "duplicate_found")
    assert api.get(f"/v1/orders/{order}").json["source_id"] == "shop-1"
    assert api.get("/v1/orders/shop-2").json["amount"] == 7


def test_without_identifiers_every_call_makes_an_order(api: Api) -> None:
    first = api.post("/v1/orders", {"amount": 1}).json["id"]
    second = api.post("/v1/orders", {"amount": 1}).json["id"]

    assert first != second
    assert api.get("/v1/orders").json["total"] == 2


def test_a_path_is_read_as_an_id_first_and_as_a_source_id_then(api: Api, order: str) -> None:
    odd = api.post("/v1/orders", {"source_id": "ord_of_ours", "amount": 3}).json["id"]

    assert api.get(f"/v1/orders/{order}").json["id"] == order
    assert api.get("/v1/orders/ord_of_ours").json["id"] == odd
    assert api.put("/v1/orders/ord_of_ours", {"amount": 4}).json["amount"] == 4
    assert api.get("/v1/orders/nobody").status == 404
    assert api.put("/v1/orders/nobody", {"amount": 4}).status == 404


def test_a_name_that_was_left_is_free_for_a_new_order(api: Api, order: str) -> None:
    api.put("/v1/orders/shop-1", {"source_id": "shop-1-old"})

    newcomer = api.post("/v1/orders", {"source_id": "shop-1", "amount": 50}).json["id"]

    assert newcomer != order
    assert api.get("/v1/orders/shop-1").json["id"] == newcomer
    assert api.get("/v1/orders/shop-1-old").json["id"] == order
    assert api.post("/v1/orders", {"source_id": "shop-1", "amount": 51}).json["id"] == newcomer
    assert api.get("/v1/orders").json["total"] == 2


def test_an_order_cannot_return_to_a_name_that_was_taken_meanwhile(api: Api, order: str) -> None:
    api.put("/v1/orders/shop-1", {"source_id": "shop-1-old"})
    api.post("/v1/orders", {"source_id": "shop-1", "amount": 50})

    reply = api.put(f"/v1/orders/{order}", {"source_id": "shop-1"})

    assert (reply.status, reply.json["key"]) == (409, "duplicate_found")


def test_an_order_can_return_to_its_first_name_while_that_is_free(api: Api, order: str) -> None:
    api.put("/v1/orders/shop-1", {"source_id": "elsewhere"})

    assert api.put("/v1/orders/elsewhere", {"source_id": "shop-1"}).status == 200
    assert api.get("/v1/orders/shop-1").json["id"] == order
    assert api.get("/v1/orders/elsewhere").status == 404


def test_a_newcomer_behind_an_alias_can_be_renamed_and_its_place_taken_again(
    api: Api, order: str
) -> None:
    api.put("/v1/orders/shop-1", {"source_id": "a"})
    second = api.post("/v1/orders", {"source_id": "shop-1", "amount": 1}).json["id"]
    api.put("/v1/orders/shop-1", {"source_id": "b"})

    third = api.post("/v1/orders", {"source_id": "shop-1", "amount": 2}).json["id"]

    found = [api.get(f"/v1/orders/{name}").json["id"] for name in ("a", "b", "shop-1")]
    assert found == [order, second, third]


def test_a_null_source_id_is_no_source_id_and_takes_none_away(api: Api, order: str) -> None:
    assert api.put(f"/v1/orders/{order}", {"source_id": None}).json["source_id"] == "shop-1"


def test_an_empty_source_id_is_400(api: Api) -> None:
    reply = api.post("/v1/orders", {"source_id": "", "amount": 1})

    assert (reply.status, reply.json["key"]) == (400, "invalid_payload")
    assert ".source_id" in reply.json["details"]


@pytest.mark.parametrize(
    "source",
    ["a/b", "what?", "x#y", "with space", "zamówienie-№1", "注文/1", "50%25", "a+b", "e\u0301"],
)
def test_a_source_id_may_hold_any_character(api: Api, source: str) -> None:
    made = api.post("/v1/orders", {"source_id": source, "amount": 1}).json["id"]

    reply = api.get("/v1/orders/" + quote(source, safe=""))

    assert (reply.json["id"], reply.json["source_id"]) == (made, source)
    assert api.put("/v1/orders/" + quote(source, safe=""), {"amount": 2}).json["id"] == made


def test_source_ids_tell_upper_case_from_lower(api: Api, order: str) -> None:
    assert api.post("/v1/orders", {"source_id": "SHOP-1"}).json["id"] != order
