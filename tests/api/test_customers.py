"""Customers through the handlers (domain.md §1.8, §2.9)."""

import re
from typing import Final
from urllib.parse import quote

import pytest
from voucherify.models.customers_create_response_body import CustomersCreateResponseBody
from voucherify.models.customers_get_response_body import CustomersGetResponseBody

from tests.api.client import Api, Reply

PROFILE: Final = {
    "source_id": "ann@shop.test",
    "name": "Ann",
    "description": "likes tea",
    "email": "ann@shop.test",
    "phone": "+48 600",
    "birthdate": "2000-02-29",
    "address": {
        "city": "Łódź",
        "state": None,
        "line_1": "Piotrkowska 1",
        "line_2": None,
        "country": "PL",
        "postal_code": "90-001",
    },
    "metadata": {"vip": True},
}
UNKNOWN_ID: Final = "cust_" + "0" * 24


def error(reply: Reply) -> tuple[int, str]:
    """Status and key of a refusal."""
    return reply.status, reply.json["key"]


def orders_of(api: Api, name: str = "ann") -> dict[str, object]:
    """The summary of a customer's orders."""
    summary: dict[str, object] = api.get(f"/v1/customers/{name}").json["summary"]["orders"]
    return summary


def test_a_created_customer_is_what_a_get_by_either_identifier_returns(api: Api) -> None:
    made = api.post("/v1/customers", PROFILE)

    assert made.status == 200
    assert re.fullmatch(r"cust_[0-9A-Za-z]{24}", made.json["id"])
    assert {name: made.json[name] for name in PROFILE} == PROFILE
    assert api.get(f"/v1/customers/{made.json['id']}").json == made.json
    assert api.get("/v1/customers/ann%40shop.test").json == made.json


def test_a_new_customer_has_bought_and_redeemed_nothing(api: Api) -> None:
    customer = api.post("/v1/customers", {"source_id": "ann"}).json

    assert customer["summary"]["orders"] == {
        "total_amount": 0,
        "total_count": 0,
        "average_amount": 0,
        "last_order_amount": 0,
    }
    redemptions = customer["summary"]["redemptions"]
    assert {value for value in redemptions.values() if isinstance(value, int)} == {0}
    assert customer["loyalty"] == {"points": 0, "referred_customers": 0, "campaigns": {}}
    assert customer["referrals"] == {"total": 0, "campaigns": []}
    assert (customer["object"], customer["updated_at"]) == ("customer", None)


def test_the_official_client_reads_a_customer_in_full(api: Api) -> None:
    made = api.post("/v1/customers", PROFILE).json
    order = {"amount": 100, "status": "PAID", "customer": {"id": made["id"]}}
    api.post("/v1/orders", order)

    read = CustomersCreateResponseBody.from_dict(made)
    assert read is not None
    assert read.summary is not None
    again = CustomersGetResponseBody.from_dict(api.get(f"/v1/customers/{made['id']}").json)
    assert again is not None
    assert again.summary is not None
    assert again.summary.orders.last_order_date is not None


def test_one_source_id_is_one_customer(api: Api) -> None:
    first = api.post("/v1/customers", PROFILE).json

    again = api.post("/v1/customers", {"source_id": "ann@shop.test", "name": "Anna"}).json

    assert again["id"] == first["id"]
    assert again | {"name": "Ann", "updated_at": None} == first
    assert again["updated_at"] is not None


def test_naming_a_customer_changes_nothing(api: Api) -> None:
    first = api.post("/v1/customers", PROFILE)

    assert api.post("/v1/customers", {"source_id": "ann@shop.test"}).body == first.body
    assert api.post("/v1/customers", {"id": first.json["id"]}).body == first.body


def test_a_customer_without_identifiers_is_a_new_one_each_time(api: Api) -> None:
    first, second = (api.post("/v1/customers", {"name": "Ann"}).json for _ in range(2))

    assert first["id"] != second["id"]
    assert first["source_id"] is None
    assert api.get(f"/v1/customers/{first['id']}").json == first


def test_the_id_wins_over_the_source_id(api: Api) -> None:
    ann = api.post("/v1/customers", {"source_id": "ann"}).json
    api.post("/v1/customers", {"source_id": "eve"})

    body = {"id": ann["id"], "source_id": "eve", "name": "Ann"}
    after = api.post("/v1/customers", body).json

    assert (after["id"], after["source_id"], after["name"]) == (ann["id"], "ann", "Ann")
    assert api.get("/v1/customers/eve").json["name"] is None


@pytest.mark.parametrize("unknown", [UNKNOWN_ID, "ann", "cust_", "😀" * 512])
def test_an_id_must_be_known(api: Api, unknown: str) -> None:
    reply = api.post("/v1/customers", {"id": unknown, "name": "Ann"})

    assert error(reply) == (404, "not_found")
    assert (reply.json["resource_type"], reply.json["resource_id"]) == ("customer", unknown)


@pytest.mark.parametrize("source", ["a/b?c#d e", "Ω≈ç", "😀" * 512, "cust_" + "1" * 24, "a%2Fb"])
def test_a_source_id_may_be_in_any_script(api: Api, source: str) -> None:
    made = api.post("/v1/customers", {"source_id": source}).json

    assert api.get(f"/v1/customers/{quote(source, safe='')}").json == made
    assert api.get("/v1/customers").json["customers"] == [made]


def test_an_update_changes_what_it_names(api: Api) -> None:
    before = api.post("/v1/customers", PROFILE).json

    changes = {"name": None, "metadata": {"b": 1}, "address": {"city": "Kraków"}, "id": "x"}
    after = api.put("/v1/customers/ann%40shop.test", changes).json

    assert after["name"] is None
    assert after["metadata"] == {"vip": True, "b": 1}
    assert after["address"] == {**PROFILE["address"], "city": "Kraków"}  # type: ignore[dict-item]  # an object
    assert (after["id"], after["email"]) == (before["id"], before["email"])
    assert api.get(f"/v1/customers/{before['id']}").json == after


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
@pytest.mark.parametrize("name", ["nobody", UNKNOWN_ID, "%F0%9F%98%80" * 512])
def test_an_unknown_customer_is_not_found(api: Api, method: str, name: str) -> None:
    reply = api.call(method, f"/v1/customers/{name}")

    assert error(reply) == (404, "not_found")
    assert reply.json["resource_type"] == "customer"
    assert api.get("/v1/customers").json["total"] == 0


@pytest.mark.parametrize(
    ("body", "details"),
    [
        ({"source_id": ""}, ".source_id must have at least 1 character"),
        ({"source_id": "x" * 513}, ".source_id must have at most 512 characters"),
        ({"name": 1}, ".name must be a string"),
        ({"birthdate": "2000-02-30"}, ".birthdate cannot be recognized"),
        ({"address": "Łódź"}, ".address must be an object"),
        ({"metadata": []}, ".metadata must be an object"),
    ],
)
def test_a_customer_that_cannot_be_is_refused_with_the_reason(
    api: Api, body: object, details: str
) -> None:
    refused = api.post("/v1/customers", body)

    assert error(refused) == (400, "invalid_payload")
    assert details in refused.json["details"]


def test_the_summary_of_orders_follows_every_write_at_once(api: Api) -> None:
    buyer = {"source_id": "ann"}
    api.post("/v1/orders", {"source_id": "o1", "amount": 1000, "customer": buyer})
    assert orders_of(api)["total_count"] == 0

    api.put("/v1/orders/o1", {"status": "PAID"})
    api.post("/v1/orders", {"amount": 501, "status": "FULFILLED", "customer": buyer})

    orders = orders_of(api)
    assert (orders["total_count"], orders["total_amount"]) == (2, 1501)
    assert (orders["average_amount"], orders["last_order_amount"]) == (751, 501)

    api.put("/v1/orders/o1", {"status": "CANCELED"})
    assert (orders_of(api)["total_count"], orders_of(api)["total_amount"]) == (1, 501)


def test_the_summary_of_redemptions_follows_every_redemption_at_once(api: Api) -> None:
    api.voucher("TEN", redemption={"quantity": 2})
    api.voucher("TWO")
    buyer = {"source_id": "ann"}
    stack = api.redeem("TEN", "TWO", order={"amount": 1000}, customer=buyer)
    api.redeem("TEN", order={"amount": 1000}, customer=buyer)
    api.redeem("TEN", order={"amount": 1000}, customer=buyer)
    parent = stack.json["parent_redemption"]["id"]
    for _ in range(2):
        api.post(f"/v1/redemptions/{parent}/rollbacks", {})

    redemptions = api.get("/v1/customers/ann").json["summary"]["redemptions"]
    assert redemptions["total_redeemed"] == redemptions["total_succeeded"] == 3
    assert redemptions["total_failed"] == 1
    assert redemptions["total_rolled_back"] == redemptions["total_rollback_succeeded"] == 2
    assert redemptions["total_rollback_failed"] == 1


def test_a_deleted_customer_is_unknown_but_the_history_stays(api: Api) -> None:
    order = {"source_id": "o1", "amount": 100, "status": "PAID", "customer": PROFILE}
    customer_id = api.post("/v1/orders", order).json["customer_id"]

    gone = api.delete(f"/v1/customers/{customer_id}")

    assert (gone.status, gone.body) == (204, b"")
    assert api.get(f"/v1/customers/{customer_id}").status == 404
    assert api.delete(f"/v1/customers/{customer_id}").status == 404
    assert api.get("/v1/customers").json["customers"] == []
    assert api.get("/v1/orders/o1").json["customer_id"] == customer_id
    assert api.post("/v1/orders", {"customer": {"id": customer_id}}).status == 404


def test_the_same_source_id_brings_a_deleted_customer_back(api: Api) -> None:
    order = {"amount": 100, "status": "PAID", "customer": PROFILE}
    customer_id = api.post("/v1/orders", order).json["customer_id"]
    api.delete(f"/v1/customers/{customer_id}")

    back = api.post("/v1/customers", {"source_id": "ann@shop.test", "name": "A."}).json

    assert (back["id"], back["name"], back["email"], back["metadata"]) == (
        customer_id,
        "A.",
        None,
        {},
    )
    assert back["summary"]["orders"]["total_count"] == 1
    (listed,) = api.get("/v1/customers").json["customers"]
    assert {**listed, "summary": back["summary"]} == back


def test_orders_and_redemptions_make_and_change_their_people(api: Api) -> None:
    api.voucher("TEN")
    people = {"customer": {"source_id": "ann", "name": "Ann"}, "referrer": {"source_id": "bob"}}
    order = api.redeem("TEN", order={"amount": 100, **people}).json["order"]

    assert api.get(f"/v1/customers/{order['customer_id']}").json["name"] == "Ann"
    assert api.get("/v1/customers/bob").json["id"] == order["referrer_id"]

    api.redeem("TEN", order={"amount": 100}, customer={"source_id": "ann", "name": "Anna"})
    assert api.get("/v1/customers/ann").json["name"] == "Anna"


def test_one_person_may_be_customer_and_referrer(api: Api) -> None:
    people = {
        "customer": {"source_id": "ann", "name": "Ann", "metadata": {"a": 1}},
        "referrer": {"source_id": "ann", "email": "a@b.test", "metadata": {"b": 1}},
    }

    order = api.post("/v1/orders", people).json

    assert order["customer_id"] == order["referrer_id"]
    ann = api.get("/v1/customers/ann").json
    assert (ann["name"], ann["email"], ann["metadata"]) == ("Ann", "a@b.test", {"a": 1, "b": 1})


def test_a_repeated_upsert_with_its_key_has_the_same_answer(api: Api) -> None:
    key = {"Idempotency-Key": "k-1"}

    first, again = (api.post("/v1/customers", {"name": "Ann"}, key) for _ in range(2))

    assert first.body == again.body
    assert api.get("/v1/customers").json["total"] == 1


def test_a_repeated_update_with_its_key_has_the_same_answer_even_after_another(api: Api) -> None:
    api.post("/v1/customers", {"source_id": "ann"})
    key = {"Idempotency-Key": "k-1"}
    first = api.put("/v1/customers/ann", {"name": "Ann"}, key)
    api.put("/v1/customers/ann", {"name": "Anna"})

    assert api.put("/v1/customers/ann", {"name": "Ann"}, key).body == first.body
    assert api.get("/v1/customers/ann").json["name"] == "Anna"
