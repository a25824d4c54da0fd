"""Each row of the rollback rules (domain.md §7) that a client can meet, through the handlers."""

import re

import pytest

from tests.api.client import Api, Reply


@pytest.fixture
def redeemed(api: Api) -> Reply:
    """One redemption of TEN by Ann on the order s of 5,000."""
    api.voucher("TEN", discount={"type": "PERCENT", "percent_off": 10}, redemption={"quantity": 1})
    return api.redeem(
        "TEN", order={"source_id": "s", "amount": 5000}, customer={"source_id": "ann"}
    )


def test_a_rollback_takes_the_discount_off_and_gives_everything_back(
    api: Api, redeemed: Reply
) -> None:
    reply = api.post(f"/v1/redemptions/{redeemed.redemption_id}/rollback?reason=return", None)

    assert reply.status == 200
    assert re.fullmatch(r"rr_[0-9a-f]{18}", reply.json["id"])
    assert reply.json["object"] == "redemption_rollback"
    assert reply.json["redemption"] == redeemed.redemption_id
    assert (reply.json["reason"], reply.json["status"]) == ("return", "SUCCEEDED")
    order = api.get("/v1/orders/s").json
    assert not [name for name in order if "discount" in name]
    assert (order["amount"], order["total_amount"], order["status"]) == (5000, 5000, "CANCELED")
    entry = order["redemptions"][redeemed.redemption_id]
    assert (entry["rollback_id"], entry["rollback_date"]) == (reply.json["id"], reply.json["date"])
    assert api.used("TEN") == 0
    summary = api.get("/v1/customers/ann").json["summary"]
    assert summary["orders"]["total_count"] == 0
    assert summary["redemptions"]["total_succeeded"] == 1
    assert summary["redemptions"]["total_rollback_succeeded"] == 1


def test_the_redemption_itself_tells_that_it_was_rolled_back(api: Api, redeemed: Reply) -> None:
    rollback = api.post(f"/v1/redemptions/{redeemed.redemption_id}/rollback", {}).json["id"]

    record = api.get(f"/v1/redemptions/{redeemed.redemption_id}").json

    assert (record["result"], record["status"]) == ("SUCCESS", "ROLLED_BACK")
    assert [each["id"] for each in record["related_redemptions"]["rollbacks"]] == [rollback]
    assert api.get(f"/v1/redemptions/{rollback}").json["object"] == "redemption_rollback"


def test_a_voucher_given_back_can_be_redeemed_again(api: Api, redeemed: Reply) -> None:
    assert api.redeem("TEN", order={"amount": 1}).status == 400

    api.post(f"/v1/redemptions/{redeemed.redemption_id}/rollback", None)

    assert api.redeem("TEN", order={"amount": 1}).status == 200


def test_a_second_rollback_is_refused_and_recorded(api: Api, redeemed: Reply) -> None:
    path = f"/v1/redemptions/{redeemed.redemption_id}/rollback"
    api.post(path, None)

    reply = api.post(path, None)

    assert (reply.status, reply.json["key"]) == (400, "already_rolled_back")
    assert reply.json["details"] == "Redemption has been already rolled back."
    assert reply.json["resource_type"] == "redemption_rollback"
    failed = api.get(f"/v1/redemptions/{reply.json['resource_id']}").json
    assert (failed["object"], failed["status"]) == ("redemption_rollback", "FAILED")
    assert api.used("TEN") == 0
    summary = api.get("/v1/customers/ann").json["summary"]["redemptions"]
    assert summary["total_rollback_failed"] == 1


@pytest.mark.parametrize(
    "unknown", ["r_0123456789abcdef00", "r_nothex", "x", "rr_0123456789abcdef00"]
)
def test_an_unknown_redemption_is_404(api: Api, unknown: str) -> None:
    for path in ("rollback", "rollbacks"):
        reply = api.post(f"/v1/redemptions/{unknown}/{path}", None)
        assert (reply.status, reply.json["resource_type"]) == (404, "redemption")


def test_a_failed_redemption_cannot_be_rolled_back(api: Api) -> None:
    api.voucher("OFF", active=False)
    failed = api.redeem("OFF", order={"amount": 1}).json["resource_id"]

    reply = api.post(f"/v1/redemptions/{failed}/rollback", None)

    assert (reply.status, reply.json["key"]) == (400, "invalid_redemption")


@pytest.fixture
def stack(api: Api) -> Reply:
    """A and B redeemed in one call on the order s of 1,000."""
    api.voucher("A", discount={"type": "AMOUNT", "amount_off": 100})
    api.voucher("B", discount={"type": "AMOUNT", "amount_off": 200})
    return api.redeem("A", "B", order={"source_id": "s", "amount": 1000})


def test_a_child_cannot_be_rolled_back_on_either_endpoint(api: Api, stack: Reply) -> None:
    child = stack.json["redemptions"][0]["id"]

    for path in ("rollback", "rollbacks"):
        reply = api.post(f"/v1/redemptions/{child}/{path}", None)
        assert (reply.status, reply.json["key"]) == (400, "invalid_redemption_parent")


def test_a_parent_is_refused_on_the_single_endpoint(api: Api, stack: Reply) -> None:
    parent = stack.json["parent_redemption"]["id"]

    reply = api.post(f"/v1/redemptions/{parent}/rollback", None)

    assert (reply.status, reply.json["key"]) == (400, "invalid_redemption")
    assert "different endpoint" in reply.json["details"]


def test_a_stack_is_rolled_back_as_a_whole(api: Api, stack: Reply) -> None:
    """Vector 15: no discount is left, and every child has its own rollback."""
    parent = stack.json["parent_redemption"]["id"]

    reply = api.post(f"/v1/redemptions/{parent}/rollbacks?reason=return", None)

    assert [each["redemption"] for each in reply.json["rollbacks"]] == [
        each["id"] for each in stack.json["redemptions"]
    ]
    assert reply.json["parent_rollback"]["redemption"] == parent
    order = api.get("/v1/orders/s").json
    assert (order["total_amount"], order["status"]) == (1000, "CANCELED")
    entry = order["redemptions"][parent]
    assert entry["rollback_stacked"] == [each["id"] for each in reply.json["rollbacks"]]
    assert [api.used(code) for code in ("A", "B")] == [0, 0]
    for child in stack.json["redemptions"]:
        assert api.get(f"/v1/redemptions/{child['id']}").json["status"] == "ROLLED_BACK"


def test_the_endpoint_of_stacks_takes_a_single_redemption_too(api: Api, redeemed: Reply) -> None:
    reply = api.post(f"/v1/redemptions/{redeemed.redemption_id}/rollbacks", None)

    assert len(reply.json["rollbacks"]) == 1
    assert "parent_rollback" not in reply.json


def test_another_customer_is_refused(api: Api, redeemed: Reply) -> None:
    api.post("/v1/customers", {"source_id": "bob"})
    path = f"/v1/redemptions/{redeemed.redemption_id}/rollback"

    refused = api.post(path, {"customer": {"source_id": "bob"}})
    unknown = api.post(path, {"customer": {"id": "cust_unknown"}})

    assert (refused.status, refused.json["key"]) == (400, "invalid_customer")
    assert refused.json["details"] == "Customer is not related with redemption."
    assert unknown.status == 404
    assert api.used("TEN") == 1


def test_the_redeeming_customer_may_be_named_and_is_upserted(api: Api, redeemed: Reply) -> None:
    body = {"customer": {"source_id": "ann", "metadata": {"left": True}}}

    assert api.post(f"/v1/redemptions/{redeemed.redemption_id}/rollback", body).status == 200
    assert api.get("/v1/customers/ann").json["metadata"] == {"left": True}


def test_another_order_is_refused(api: Api, redeemed: Reply) -> None:
    path = f"/v1/redemptions/{redeemed.redemption_id}/rollback"

    for other in ({"id": "ord_other"}, {"source_id": "other"}):
        reply = api.post(path, {"order": other})
        assert (reply.status, reply.json["key"]) == (400, "invalid_order")
        assert reply.json["details"] == "Order is not related with redemption."
    assert api.get("/v1/orders/s").json["status"] == "PAID"
    assert api.post(path, {"order": {"source_id": "s", "metadata": {"a": 1}}}).status == 200
    assert api.get("/v1/orders/s").json["metadata"] == {"a": 1}


def test_reason_and_metadata_of_the_body_are_kept(api: Api, redeemed: Reply) -> None:
    body = {"reason": "broken", "metadata": {"by": "desk"}}

    path = f"/v1/redemptions/{redeemed.redemption_id}/rollback?reason=query"
    rollback = api.post(path, body).json

    assert (rollback["reason"], rollback["metadata"]) == ("broken", {"by": "desk"})


def test_a_redemption_of_a_voucher_that_was_removed_can_be_rolled_back(
    api: Api, redeemed: Reply
) -> None:
    assert api.delete("/v1/vouchers/TEN?force=true").status == 204
    api.voucher("TEN")

    reply = api.post(f"/v1/redemptions/{redeemed.redemption_id}/rollback", None)

    assert reply.status == 200
    assert api.get("/v1/orders/s").json["total_amount"] == 5000
    assert api.used("TEN") == 0


def test_a_rollback_tells_no_count_that_it_does_not_know(api: Api) -> None:
    api.voucher("TEN")
    first = api.redeem("TEN", order={"amount": 100}).redemption_id
    api.redeem("TEN", order={"amount": 100})

    rollback = api.post(f"/v1/redemptions/{first}/rollback", None).json

    assert "redeemed_quantity" not in rollback["voucher"]["redemption"]
    assert api.get(f"/v1/redemptions/{rollback['id']}").json["voucher"] == rollback["voucher"]
    assert api.used("TEN") == 1
