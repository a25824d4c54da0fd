"""One voucher's validation in one level, as older clients ask for it (domain.md §2.2)."""

from typing import Any

import pytest

from tests.api.client import Api, Reply

LINES = [{"source_id": "mug", "quantity": 2, "price": 2500}]


def validate(api: Api, code: str, **body: object) -> Reply:
    return api.post(f"/v1/vouchers/{code}/validate", body)


def test_a_valid_voucher_says_what_it_takes_and_what_is_left(api: Api) -> None:
    api.voucher("TEN", metadata={"season": "spring"}, expiration_date="2090-01-01T00:00:00.000Z")

    reply = validate(api, "TEN", order={"items": LINES}, tracking_id="till-3")

    document = reply.json
    assert reply.status == 200
    assert (document["valid"], document["code"], document["tracking_id"]) == (True, "TEN", "till-3")
    assert document["discount"]["percent_off"] == 10
    assert document["order"]["total_discount_amount"] == 500
    assert document["order"]["total_amount"] == 4500
    assert document["applicable_to"]["object"] == document["inapplicable_to"]["object"] == "list"
    assert document["metadata"] == {"season": "spring"}
    assert document["expiration_date"] == "2090-01-01T00:00:00.000Z"
    assert not {"start_date", "campaign", "redeemables", "stacking_rules", "id"} & set(document)


def test_it_says_of_the_order_what_the_stack_says(api: Api) -> None:
    api.voucher("TEN")
    body = {"order": {"items": LINES}, "customer": {"source_id": "ann"}}

    flat = validate(api, "TEN", **body).json
    stack = api.post("/v1/validations", {**api.redeeming("TEN"), **body}).json

    assert flat["tracking_id"] == stack["tracking_id"]
    assert (flat["order"]["amount"], flat["order"]["total_amount"]) == (
        stack["order"]["amount"],
        stack["order"]["total_amount"],
    )


@pytest.mark.parametrize(
    ("fields", "key", "reason"),
    [
        ({"active": False}, "voucher_disabled", "voucher is disabled"),
        ({"expiration_date": "2020-01-01"}, "voucher_expired", "voucher expired"),
        ({"start_date": "2090-01-01"}, "voucher_not_active", "voucher is not active yet"),
    ],
)
def test_an_invalid_voucher_says_why(
    api: Api, fields: dict[str, Any], key: str, reason: str
) -> None:
    api.voucher("TEN", **fields)

    reply = validate(api, "TEN", order={"amount": 5000}, tracking_id="till-3")

    error = reply.json.pop("error")
    assert reply.status == 200
    assert (error["code"], error["key"], error["message"]) == (400, key, reason)
    document = {name: reply.json[name] for name in reply.json if name != "error"}
    assert document == {
        "valid": False,
        "code": "TEN",
        "reason": reason,
        "metadata": {},
        "tracking_id": "till-3",
    }


def test_an_unknown_voucher_is_invalid_and_not_an_error(api: Api) -> None:
    reply = validate(api, "NOBODY", order={"amount": 5000})

    assert (reply.status, reply.json["valid"]) == (200, False)
    assert (reply.json["error"]["code"], reply.json["error"]["key"]) == (404, "not_found")
    assert "tracking_id" not in reply.json


def test_nothing_is_redeemed_and_no_voucher_is_made(api: Api) -> None:
    api.voucher("TEN")

    validate(api, "TEN", order={"source_id": "o", "amount": 5000})
    validate(api, "NEW")

    assert api.used("TEN") == 0
    assert api.get("/v1/orders/o").status == 404
    assert api.get("/v1/vouchers/NEW").status == 404


def test_a_body_may_be_missing(api: Api) -> None:
    api.voucher("TEN")

    assert api.post("/v1/vouchers/TEN/validate", None).status == 200


def test_malformed_bodies_are_refused(api: Api) -> None:
    reply = validate(api, "TEN", order={"amount": -1})

    assert (reply.status, reply.json["key"]) == (400, "invalid_amount")
