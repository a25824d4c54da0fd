"""Redemptions through the handlers (domain.md §2.3, §3.1, §3.5, §5)."""

import re

import pytest

from tests.api.client import Api

LINES = [
    {"source_id": "mug", "related_object": "product", "quantity": 2, "price": 900},
    {"product_id": "prod_1", "quantity": "3", "price": 1000, "product": {"name": "Tea"}},
]


def test_an_order_in_the_payload_is_stored_paid_and_discounted(api: Api) -> None:
    api.voucher("TEN", discount={"type": "PERCENT", "percent_off": 10})

    reply = api.redeem("TEN", order={"source_id": "s", "items": LINES}, metadata={"till": "3"})

    assert reply.status == 200
    (redemption,) = reply.json["redemptions"]
    assert "parent_redemption" not in reply.json
    assert re.fullmatch(r"r_[0-9a-f]{18}", redemption["id"])
    assert (redemption["result"], redemption["status"]) == ("SUCCESS", "SUCCEEDED")
    assert redemption["metadata"] == {"till": "3"}
    order = reply.json["order"]
    amounts = {name: order[name] for name in order if name.endswith("amount")}
    assert amounts == {
        "amount": 4800,
        "initial_amount": 4800,
        "discount_amount": 480,
        "total_discount_amount": 480,
        "total_amount": 4320,
        "applied_discount_amount": 480,
        "total_applied_discount_amount": 480,
    }
    assert order["updated_at"] is None
    stored = api.get("/v1/orders/s").json
    assert stored["redemptions"] == {
        redemption["id"]: {
            "date": redemption["date"],
            "related_object_type": "voucher",
            "related_object_id": redemption["voucher"]["id"],
        }
    }
    assert not any("applied" in name for name in stored)
    assert api.used("TEN") == 1


def test_a_second_call_with_only_the_id_adds_to_the_stored_discount(api: Api) -> None:
    """Vector 14: 9,200 are off 10,000 already, so 800 of 1,000 apply."""
    api.voucher("MOST", discount={"type": "AMOUNT", "amount_off": 9200})
    api.voucher("THOUSAND", discount={"type": "AMOUNT", "amount_off": 1000})
    order_id = api.redeem("MOST", order={"amount": 10000}).json["order"]["id"]

    order = api.redeem("THOUSAND", order={"id": order_id}).json["order"]

    assert order["applied_discount_amount"] == 800
    assert (order["discount_amount"], order["total_amount"]) == (10000, 0)
    assert order["updated_at"] is not None
    assert len(order["redemptions"]) == 2


def test_each_of_several_calls_on_an_order_can_be_rolled_back_alone(api: Api) -> None:
    for code, off in (("A", 100), ("B", 200), ("C", 300)):
        api.voucher(code, discount={"type": "AMOUNT", "amount_off": off})
    order_id = api.redeem("A", order={"amount": 1000}).json["order"]["id"]
    second = api.redeem("B", order={"id": order_id}).redemption_id
    api.redeem("C", order={"id": order_id})

    order = api.post(f"/v1/redemptions/{second}/rollback", {}).json["order"]

    assert (order["discount_amount"], order["total_amount"]) == (400, 600)
    assert [api.used(code) for code in ("A", "B", "C")] == [1, 0, 1]


def test_two_or_more_in_one_call_have_a_parent(api: Api) -> None:
    """Vector 35: 10 % and then 20 % of what is left."""
    api.voucher("TEN", discount={"type": "PERCENT", "percent_off": 10})
    api.voucher("TWENTY", discount={"type": "PERCENT", "percent_off": 20})

    reply = api.redeem("TEN", "TWENTY", order={"source_id": "s", "amount": 10000})

    parent, children = reply.json["parent_redemption"], reply.json["redemptions"]
    assert [child["redemption"] for child in children] == [parent["id"]] * 2
    assert [child["order"]["applied_discount_amount"] for child in children] == [1000, 1800]
    assert [child["order"]["total_amount"] for child in children] == [9000, 7200]
    assert (parent["related_object_type"], parent["related_object_id"]) == (
        "redemption",
        parent["id"],
    )
    assert parent["voucher"] is None
    assert "metadata" in parent["order"]
    assert not any("metadata" in child["order"] for child in children)
    order = reply.json["order"]
    assert (order["discount_amount"], order["total_amount"]) == (2800, 7200)
    entry = api.get("/v1/orders/s").json["redemptions"][parent["id"]]
    assert entry["stacked"] == [child["id"] for child in children]
    assert [api.used(code) for code in ("TEN", "TWENTY")] == [1, 1]


def test_one_that_does_not_apply_refuses_the_whole_call(api: Api) -> None:
    api.voucher("TEN")
    api.voucher("GONE", redemption={"quantity": 1})
    api.redeem("GONE", order={"amount": 1})

    reply = api.redeem("TEN", "GONE", order={"source_id": "s", "amount": 5000})

    assert (reply.status, reply.json["key"]) == (400, "quantity_exceeded")
    assert (reply.json["message"], reply.json["details"]) == ("quantity exceeded", "GONE")
    assert (reply.json["redeemable_type"], reply.json["redeemable_id"]) == ("voucher", "GONE")
    assert reply.json["resource_type"] == "redemption"
    assert re.fullmatch(r"rf_[0-9a-f]{18}", reply.json["resource_id"])
    assert api.get("/v1/orders/s").status == 404
    assert api.used("TEN") == 0


def test_a_failed_redemption_is_recorded_and_its_parent_too(api: Api) -> None:
    api.voucher("TEN")
    api.voucher("OFF", active=False)

    failed = api.redeem("TEN", "OFF", order={"amount": 5000}).json["resource_id"]

    record = api.get(f"/v1/redemptions/{failed}").json
    assert (record["result"], record["status"], record["order"]) == ("FAILURE", "FAILED", None)
    assert (record["failure_code"], record["failure_message"]) == (
        "voucher_disabled",
        "voucher is disabled",
    )
    parent = api.get(f"/v1/redemptions/{record['redemption']}").json
    assert (parent["result"], parent["related_object_type"]) == ("FAILURE", "redemption")


def test_an_unknown_code_is_404_and_recorded(api: Api) -> None:
    reply = api.redeem("NOPE", order={"amount": 1}, customer={"source_id": "ann"})

    assert (reply.status, reply.json["key"]) == (404, "not_found")
    assert (reply.json["resource_type"], reply.json["resource_id"]) == ("voucher", "NOPE")
    listed = api.get("/v1/redemptions?result=FAILURE").json["redemptions"]
    assert [each["failure_code"] for each in listed] == ["not_found"]
    summary = api.get("/v1/customers/ann").json["summary"]["redemptions"]
    assert summary["total_failed"] == 1


def test_without_an_order_one_is_made_so_that_it_can_be_rolled_back(api: Api) -> None:
    api.voucher("TEN")

    reply = api.redeem("TEN")

    order = reply.json["order"]
    assert (order["status"], order["items"]) == ("PAID", [])
    assert "amount" not in order
    undone = api.post(f"/v1/redemptions/{reply.redemption_id}/rollback", None)
    assert undone.status == 200
    assert api.used("TEN") == 0


def test_by_default_five_redeemables_apply_and_the_rest_are_skipped(api: Api) -> None:
    codes = [f"C{number}" for number in range(7)]
    for code in codes:
        api.voucher(code, discount={"type": "AMOUNT", "amount_off": 10})

    reply = api.redeem(*codes, order={"amount": 1000})

    assert len(reply.json["redemptions"]) == 5
    assert reply.json["order"]["total_amount"] == 950
    skipped = reply.json["skipped_redeemables"]
    assert [each["id"] for each in skipped] == ["C5", "C6"]
    assert {each["result"]["details"]["key"] for each in skipped} == {
        "applicable_redeemables_limit_exceeded"
    }
    assert api.used("C6") == 0


def test_a_redeemable_named_twice_is_400_by_code_and_by_id(api: Api) -> None:
    voucher = api.voucher("TEN")["id"]

    for pair in (["TEN", "TEN"], ["TEN", voucher]):
        reply = api.redeem(*pair, order={"amount": 1})
        assert (reply.status, reply.json["key"]) == (400, "duplicated_redeemables")


@pytest.mark.parametrize(
    ("body", "details"),
    [
        ({}, "Property . should have required property 'redeemables'"),
        ({"redeemables": []}, ".redeemables"),
        ({"redeemables": [{"object": "voucher"}]}, ".redeemables[0]"),
        ({"redeemables": [{"object": "coupon", "id": "A"}]}, ".redeemables[0].object"),
        ({"redeemables": [{"object": "voucher", "id": f"A{n}"} for n in range(31)]}, "30"),
    ],
)
def test_a_malformed_call_is_400_with_the_path(
    api: Api, body: dict[str, object], details: str
) -> None:
    reply = api.post("/v1/redemptions", body)

    assert (reply.status, reply.json["key"]) == (400, "invalid_payload")
    assert details in reply.json["details"]
    assert api.get("/v1/redemptions").json["total"] == 0


def test_a_voucher_is_named_by_its_id_as_well(api: Api) -> None:
    voucher = api.voucher("TEN")["id"]

    assert api.redeem(voucher, order={"amount": 100}).status == 200
    assert api.used("TEN") == 1


def test_the_customer_beside_the_order_wins_and_relinks_it(api: Api) -> None:
    api.voucher("TEN")
    api.post("/v1/orders", {"source_id": "s", "amount": 100, "customer": {"source_id": "bob"}})

    reply = api.redeem(
        "TEN", order={"source_id": "s"}, customer={"source_id": "ann", "name": "Ann"}
    )

    ann = api.get("/v1/customers/ann").json
    assert reply.json["order"]["customer"] == {"id": ann["id"], "object": "customer"}
    assert reply.json["redemptions"][0]["customer"]["name"] == "Ann"
    assert ann["summary"]["orders"]["total_count"] == 1
    bob = api.get("/v1/customers/bob").json["summary"]["orders"]
    assert (bob["total_count"], bob["total_amount"]) == (0, 0)


def test_a_linked_orders_customer_is_the_redemptions_customer(api: Api) -> None:
    api.voucher("TEN")
    customer = {"source_id": "ann", "name": "Ann"}
    api.post("/v1/orders", {"source_id": "s", "amount": 100, "customer": customer})

    redemption = api.redeem("TEN", order={"source_id": "s"}).json["redemptions"][0]

    assert redemption["customer"]["source_id"] == "ann"
    assert redemption["tracking_id"].startswith("track_")


def test_a_tracking_id_of_ours_leads_to_the_customer(api: Api) -> None:
    api.voucher("TEN")
    first = api.redeem("TEN", order={"amount": 1}, customer={"source_id": "ann"}).json
    tracking = first["redemptions"][0]["tracking_id"]

    second = api.redeem("TEN", order={"amount": 1}, tracking_id=tracking).json["redemptions"][0]

    assert second["customer_id"] == first["redemptions"][0]["customer_id"]


@pytest.mark.parametrize("tracking", ["session-77", "track_", "track_%%%", "track_" + "QUFB" * 8])
def test_a_tracking_id_that_leads_nowhere_is_kept_and_means_nobody(api: Api, tracking: str) -> None:
    api.voucher("TEN")

    redemption = api.redeem("TEN", order={"amount": 1}, tracking_id=tracking).json["redemptions"][0]

    assert (redemption["tracking_id"], redemption["customer_id"]) == (tracking, None)


def test_a_tracking_id_that_leads_nowhere_leaves_the_orders_own_customer(api: Api) -> None:
    api.voucher("TEN")
    gone = api.redeem("TEN", order={"amount": 1}, customer={"source_id": "bob"})
    tracking = gone.json["redemptions"][0]["tracking_id"]
    api.delete("/v1/customers/bob")
    api.post("/v1/orders", {"source_id": "s", "amount": 9, "customer": {"source_id": "ann"}})

    redeemed = api.redeem("TEN", order={"source_id": "s"}, tracking_id=tracking)
    api.post(f"/v1/redemptions/{redeemed.redemption_id}/rollback", None)

    assert redeemed.json["redemptions"][0]["customer"]["source_id"] == "ann"
    summary = api.get("/v1/customers/ann").json["summary"]["redemptions"]
    assert (summary["total_succeeded"], summary["total_rollback_succeeded"]) == (1, 1)


def test_an_unknown_customer_id_is_404_and_changes_nothing(api: Api) -> None:
    api.voucher("TEN")

    reply = api.redeem("TEN", order={"amount": 1}, customer={"id": "cust_unknown"})

    assert (reply.status, reply.json["resource_type"]) == (404, "customer")
    assert api.used("TEN") == 0
    assert api.get("/v1/orders").json["total"] == 0


def test_the_single_endpoint_redeems_the_voucher_in_the_path(api: Api) -> None:
    api.voucher("TEN", discount={"type": "AMOUNT", "amount_off": 100})

    reply = api.post("/v1/vouchers/TEN/redemption?tracking_id=web", {"order": {"amount": 1000}})

    assert reply.status == 200
    assert reply.json["object"] == "redemption"
    assert reply.json["tracking_id"] == "web"
    assert reply.json["order"]["total_amount"] == 900
    assert reply.json["order"]["status"] == "PAID"
    assert reply.json["voucher"]["redemption"]["redeemed_quantity"] == 1


def test_every_response_on_a_stored_order_tells_its_session(api: Api) -> None:
    api.post("/v1/orders", {"source_id": "s", "amount": 100})

    first = api.put("/v1/orders/s", {"amount": 101}).headers["x-order-session"]
    second = api.put("/v1/orders/s", {"amount": 102}).headers["x-order-session"]

    assert re.fullmatch(r"fence=1; held_ms=\d+", first)
    assert second.startswith("fence=2;")
