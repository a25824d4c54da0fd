"""Validations through the handlers (domain.md §2.2)."""

import pytest

from tests.api.client import Api


def test_an_applicable_voucher_shows_what_it_would_do(api: Api) -> None:
    api.voucher("TEN", discount={"type": "AMOUNT", "amount_off": 1000})

    body = {**api.redeeming("TEN"), "order": {"amount": 13000}}
    reply = api.post("/v1/validations", body)

    assert (reply.status, reply.json["valid"]) == (200, True)
    assert reply.json["id"].startswith("valid_")
    (entry,) = reply.json["redeemables"]
    assert (entry["status"], entry["id"], entry["object"]) == ("APPLICABLE", "TEN", "voucher")
    expected = {
        "amount": 13000,
        "initial_amount": 13000,
        "discount_amount": 1000,
        "total_discount_amount": 1000,
        "total_amount": 12000,
        "applied_discount_amount": 1000,
        "total_applied_discount_amount": 1000,
        "metadata": {},
        "customer_id": None,
        "referrer_id": None,
        "object": "order",
    }
    assert entry["order"] == expected
    assert reply.json["order"] == expected
    assert entry["result"]["discount"]["amount_off"] == 1000
    assert reply.json["stacking_rules"]["applicable_redeemables_limit"] == 5
    assert "inapplicable_redeemables" not in reply.json
    assert api.used("TEN") == 0


def test_what_does_not_apply_is_reported_with_200(api: Api) -> None:
    api.voucher("TEN")
    api.voucher("OFF", active=False)

    body = {**api.redeeming("TEN", "OFF", "TEN2"), "order": {"amount": 13000}}
    reply = api.post("/v1/validations", body)

    assert (reply.status, reply.json["valid"]) == (200, False)
    assert [each["status"] for each in reply.json["redeemables"]] == [
        "APPLICABLE",
        "INAPPLICABLE",
        "SKIPPED",
    ]
    error = reply.json["inapplicable_redeemables"][0]["result"]["error"]
    assert (error["code"], error["key"], error["details"]) == (400, "voucher_disabled", "OFF")
    assert error["request_id"] == reply.headers["x-request-id"]
    assert "resource_id" not in error
    skipped = reply.json["skipped_redeemables"][0]["result"]["details"]
    assert skipped["key"] == "preceding_validation_failed"
    assert "order" not in reply.json


def test_an_unknown_code_is_reported_as_404_inside(api: Api) -> None:
    reply = api.post("/v1/validations", {**api.redeeming("NOPE"), "order": {"amount": 1}})

    error = reply.json["redeemables"][0]["result"]["error"]
    assert (reply.status, error["code"], error["key"]) == (200, 404, "not_found")
    assert (error["resource_type"], error["resource_id"]) == ("voucher", "NOPE")
    assert api.get("/v1/redemptions").json["total"] == 0


def test_a_stored_order_is_seen_with_its_discounts(api: Api) -> None:
    api.voucher("FIRST", discount={"type": "AMOUNT", "amount_off": 300})
    api.voucher("HALF", discount={"type": "PERCENT", "percent_off": 50})
    api.redeem("FIRST", order={"source_id": "s", "amount": 1000})

    body = {**api.redeeming("HALF"), "order": {"source_id": "s"}}
    order = api.post("/v1/validations", body).json["order"]

    assert (order["discount_amount"], order["total_amount"]) == (650, 350)
    assert order["applied_discount_amount"] == 350
    assert len(order["redemptions"]) == 1


def test_a_payload_is_laid_over_a_stored_order_without_storing_it(api: Api) -> None:
    api.voucher("HALF", discount={"type": "PERCENT", "percent_off": 50})
    api.post("/v1/orders", {"source_id": "s", "amount": 1000})

    body = {**api.redeeming("HALF"), "order": {"source_id": "s", "amount": 4000}}

    assert api.post("/v1/validations", body).json["order"]["total_amount"] == 2000
    assert api.get("/v1/orders/s").json["amount"] == 1000


@pytest.mark.parametrize("expand", [[], ["redeemable"]])
def test_the_order_of_each_redeemable_is_left_out_when_not_asked_for(
    api: Api, expand: list[str]
) -> None:
    api.voucher("TEN", metadata={"tier": "gold"})

    body = {**api.redeeming("TEN"), "order": {"amount": 1}, "options": {"expand": expand}}
    entry = api.post("/v1/validations", body).json["redeemables"][0]

    assert "order" not in entry
    assert entry["metadata"] == ({"tier": "gold"} if expand else {})
    assert ("campaign_name" in entry) == bool(expand)


def test_a_new_customer_is_not_stored(api: Api) -> None:
    api.voucher("TEN")

    body = {**api.redeeming("TEN"), "order": {"amount": 1}, "customer": {"source_id": "ann"}}
    reply = api.post("/v1/validations", body)

    assert reply.json["order"]["customer_id"] is None
    assert reply.json["tracking_id"].startswith("track_")
    assert api.get("/v1/customers/ann").status == 404


def test_a_known_customer_is_named_and_tracked(api: Api) -> None:
    api.voucher("TEN")
    ann = api.post("/v1/customers", {"source_id": "ann"}).json["id"]

    body = {**api.redeeming("TEN"), "order": {"amount": 1}, "customer": {"source_id": "ann"}}
    reply = api.post("/v1/validations", body)

    assert reply.json["order"]["customer_id"] == ann
    assert reply.json["tracking_id"].startswith("track_")
