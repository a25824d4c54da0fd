"""A browser's older calls: one code, all else in a query as the JavaScript client writes it."""

from urllib.parse import quote, urlencode

import pytest

from counterfoil.domain import ids
from tests.api.client import Api, Reply


def validate(api: Api, **query: str) -> Reply:
    return api.get(f"/client/v1/validate?{urlencode(query)}")


def ask(api: Api, query: str) -> Reply:
    return api.get(f"/client/v1/validate?{quote(query, safe='=&%')}")


def test_a_code_and_an_amount_are_enough(api: Api) -> None:
    api.voucher("TEN")

    reply = validate(api, code="TEN", amount="5000")

    assert (reply.status, reply.json["valid"], reply.json["code"]) == (200, True, "TEN")
    assert reply.json["order"]["total_amount"] == 4500
    assert reply.headers["access-control-allow-origin"] == "https://shop.example"


def test_lines_customer_and_metadata_are_read_from_brackets(api: Api) -> None:
    api.voucher("TEN")
    customer = api.post("/v1/customers", {"source_id": "ann"}).json["id"]

    reply = ask(
        api,
        "code=TEN&item[1][source_id]=tea&item[1][quantity]=1&item[1][price]=1000"
        "&item[0][source_id]=mug&item[0][quantity]=2&item[0][price]=2000"
        "&item[0][product][override]=true&item[0][metadata][7]=8"
        "&order[metadata][0]=a&metadata[b]=1&customer[source_id]=ann",
    )

    order = reply.json["order"]
    assert reply.json["valid"] is True
    assert [line["source_id"] for line in order["items"]] == ["mug", "tea"]
    assert (order["amount"], order["total_amount"]) == (5000, 4500)
    assert order["items"][0]["metadata"] == {"7": "8"}
    assert order["metadata"] == {"0": "a"}
    assert order["customer_id"] == customer


def test_numbers_are_numbers_only_where_the_contract_has_them(api: Api) -> None:
    api.voucher("007")

    assert validate(api, code="007", amount="1").json["code"] == "007"


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ("amount=5", "invalid_query_params"),
        ("code=", "invalid_query_params"),
        ("code=TEN&amount[a]=5&amount=4", "invalid_query_params"),
        ("code=TEN&amount=5&amount[a]=4", "invalid_query_params"),
        ("code=TEN&a[b][c][d][e][f][g][h][i]=1", "invalid_query_params"),
        ("code=TEN&amount=many", "invalid_payload"),
        ("code=TEN&item=mug", "invalid_payload"),
        ("code=TEN&session_type=KEY", "invalid_payload"),
        ("code=TEN&amount=-1", "invalid_payload"),
    ],
)
def test_a_query_that_cannot_be_read_is_refused(api: Api, query: str, key: str) -> None:
    reply = ask(api, query)

    assert (reply.status, reply.json["key"]) == (400, key)


def test_another_customers_tracking_id_is_ambiguous(api: Api) -> None:
    api.voucher("TEN")
    tracking = ids.tracking_id(ids.customer_id("shop", "ann"))

    reply = validate(api, **{"code": "TEN", "tracking_id": tracking, "customer[source_id]": "bob"})

    assert (reply.status, reply.json["key"]) == (400, "ambiguous_tracking_id")


def test_a_code_is_redeemed_on_the_order_of_the_body(api: Api) -> None:
    api.voucher("TEN")

    reply = api.post("/client/v1/redeem?code=TEN", {"order": {"amount": 5000}})

    assert reply.status == 200
    assert (reply.json["result"], reply.json["voucher"]["code"]) == ("SUCCESS", "TEN")
    assert reply.json["order"]["total_amount"] == 4500
    assert api.used("TEN") == 1


def test_a_redemption_needs_a_code(api: Api) -> None:
    assert api.post("/client/v1/redeem", {}).json["key"] == "invalid_query_params"


def test_an_unknown_code_is_not_redeemed(api: Api) -> None:
    assert api.post("/client/v1/redeem?code=NOBODY", {}).status == 404
