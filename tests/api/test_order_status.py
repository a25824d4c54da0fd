"""Each row of the status table (domain.md §3.4), through the handlers."""

import pytest

from tests.api.client import Api

STATUSES = ["CREATED", "PAID", "CANCELED", "FULFILLED"]


def test_an_order_created_without_status_is_created(api: Api) -> None:
    assert api.post("/v1/orders", {"amount": 1}).json["status"] == "CREATED"


@pytest.mark.parametrize("status", STATUSES)
def test_an_order_is_created_with_the_status_sent(api: Api, status: str) -> None:
    assert api.post("/v1/orders", {"amount": 1, "status": status}).json["status"] == status


@pytest.mark.parametrize("before", STATUSES)
@pytest.mark.parametrize("after", STATUSES)
def test_any_status_may_follow_any(api: Api, before: str, after: str) -> None:
    api.post("/v1/orders", {"source_id": "s", "amount": 1, "status": before})

    assert api.put("/v1/orders/s", {"status": after}).json["status"] == after


def test_an_unknown_status_is_400(api: Api) -> None:
    reply = api.post("/v1/orders", {"amount": 1, "status": "PROCESSING"})

    assert (reply.status, reply.json["key"]) == (400, "invalid_payload")
    assert ".status" in reply.json["details"]


@pytest.mark.parametrize("stored", [None, *STATUSES])
def test_a_redemption_that_succeeds_pays_the_order(api: Api, stored: str | None) -> None:
    api.voucher("TEN")
    if stored:
        api.post("/v1/orders", {"source_id": "s", "amount": 5000, "status": stored})

    reply = api.redeem("TEN", order={"source_id": "s", "amount": 5000})

    assert reply.json["order"]["status"] == "PAID"
    assert api.get("/v1/orders/s").json["status"] == "PAID"


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("order", ["new", "linked"])
def test_a_status_in_the_payload_wins_over_paid(api: Api, status: str, order: str) -> None:
    api.voucher("TEN")
    if order == "linked":
        api.post("/v1/orders", {"source_id": "s", "amount": 5000})

    reply = api.redeem("TEN", order={"source_id": "s", "amount": 5000, "status": status})

    assert reply.json["order"]["status"] == status
    assert api.get("/v1/orders/s").json["status"] == status


@pytest.mark.parametrize("status", STATUSES)
def test_a_redemption_that_fails_leaves_a_linked_order_as_it_was(api: Api, status: str) -> None:
    before = api.post("/v1/orders", {"source_id": "s", "amount": 5000, "status": status}).json

    reply = api.redeem("UNKNOWN", order={"source_id": "s", "amount": 1, "metadata": {"a": 1}})

    assert reply.status == 404
    assert api.get("/v1/orders/s").json == before


@pytest.mark.parametrize("status", STATUSES)
def test_a_redemption_that_fails_gives_a_linked_order_the_status_sent(
    api: Api, status: str
) -> None:
    before = api.post("/v1/orders", {"source_id": "s", "amount": 5000}).json

    api.redeem("UNKNOWN", order={"source_id": "s", "amount": 1, "status": status})

    after = api.get("/v1/orders/s").json
    assert after["status"] == status
    unchanged = {"id", "amount", "total_amount", "items", "metadata", "created_at", "source_id"}
    assert {name: after[name] for name in unchanged} == {name: before[name] for name in unchanged}


def test_a_redemption_that_fails_stores_no_order(api: Api) -> None:
    api.redeem("UNKNOWN", order={"source_id": "s", "amount": 1, "status": "FULFILLED"})

    assert api.get("/v1/orders/s").status == 404
    assert api.get("/v1/orders").json["total"] == 0


@pytest.mark.parametrize("status", STATUSES)
def test_a_validation_shows_the_stored_status_and_stores_nothing(api: Api, status: str) -> None:
    api.voucher("TEN")
    before = api.post("/v1/orders", {"source_id": "s", "amount": 5000, "status": status}).json

    reply = api.post("/v1/validations", {**api.redeeming("TEN"), "order": {"source_id": "s"}})

    assert reply.json["order"]["status"] == status
    assert api.get("/v1/orders/s").json == before


def test_a_rollback_cancels_the_order(api: Api) -> None:
    api.voucher("TEN")
    redemption = api.redeem("TEN", order={"source_id": "s", "amount": 5000}).redemption_id

    reply = api.post(f"/v1/redemptions/{redemption}/rollback", None)

    assert reply.json["order"]["status"] == "CANCELED"
    assert api.get("/v1/orders/s").json["status"] == "CANCELED"


@pytest.mark.parametrize("status", STATUSES)
def test_a_status_sent_with_a_rollback_wins_over_canceled(api: Api, status: str) -> None:
    api.voucher("TEN")
    redemption = api.redeem("TEN", order={"source_id": "s", "amount": 5000}).redemption_id

    body = {"order": {"status": status}}
    reply = api.post(f"/v1/redemptions/{redemption}/rollbacks", body)

    assert reply.json["order"]["status"] == status
    assert api.get("/v1/orders/s").json["status"] == status


def test_a_rollback_that_fails_leaves_the_order_as_it_was(api: Api) -> None:
    api.voucher("TEN")
    redemption = api.redeem("TEN", order={"source_id": "s", "amount": 5000}).redemption_id
    api.post(f"/v1/redemptions/{redemption}/rollback", {"order": {"status": "FULFILLED"}})
    before = api.get("/v1/orders/s").json

    again = api.post(f"/v1/redemptions/{redemption}/rollback", {"order": {"status": "PAID"}})

    assert (again.status, again.json["key"]) == (400, "already_rolled_back")
    assert api.get("/v1/orders/s").json == before
