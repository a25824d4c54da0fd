"""What a redemption or a rollback would do, without doing it (`?dry_run=true`)."""

from typing import Any, Final

import boto3
import pytest

from tests.api.client import Api

TEN: Final = {"discount": {"type": "PERCENT", "percent_off": 10}, "redemption": {"quantity": 3}}
ORDER: Final = {"source_id": "web-1", "amount": 10_000}
DRY: Final = "dry_run=true"


def stored(table: str) -> list[dict[str, Any]]:
    """Every item of the table, as it lies there."""
    items = boto3.client("dynamodb").scan(TableName=table)["Items"]
    return sorted(items, key=lambda item: (item["pk"]["S"], item["sk"]["S"]))


@pytest.fixture
def shop(api: Api) -> Api:
    api.post("/v1/vouchers/TEN", {"type": "DISCOUNT_VOUCHER", **TEN})
    api.post("/v1/orders", {**ORDER, "customer": {"source_id": "ann"}})
    return api


def redeeming(api: Api) -> dict[str, object]:
    return {**api.redeeming("TEN"), "order": {"source_id": "web-1"}}


def test_a_dry_redemption_answers_as_the_real_one_would_and_writes_nothing(
    shop: Api, table: str
) -> None:
    before = stored(table)

    dry = shop.post(f"/v1/redemptions?{DRY}", redeeming(shop))

    assert dry.status == 200
    assert stored(table) == before
    real = shop.post("/v1/redemptions", redeeming(shop))
    assert dry.json["order"]["total_amount"] == real.json["order"]["total_amount"] == 9_000
    assert set(dry.json) - set(real.json) == {"dry_run"}


def test_it_tells_the_counters_before_and_after_and_what_it_would_cost(shop: Api) -> None:
    told = shop.post(f"/v1/redemptions?{DRY}", redeeming(shop)).json["dry_run"]

    counters = {(each["object"], each["counter"]): each for each in told["counters"]}
    used = counters["voucher", "redeemed_quantity"]
    assert (used["before"], used["after"]) == (0, 1)
    paid = counters["customer", "orders.total_amount"]
    assert (paid["before"], paid["after"]) == (0, 9_000)
    assert told["write_units"] > 0
    assert told["index_units"] > 0


def test_a_refusal_is_told_and_not_recorded(shop: Api, table: str) -> None:
    shop.post("/v1/vouchers/TEN/disable", None)
    before = stored(table)

    dry = shop.post(f"/v1/redemptions?{DRY}", redeeming(shop))

    assert (dry.status, dry.json["key"]) == (400, "voucher_disabled")
    assert "dry_run" in dry.json
    assert stored(table) == before


def test_a_dry_rollback_takes_nothing_back(shop: Api, table: str) -> None:
    made = shop.post("/v1/redemptions", redeeming(shop)).redemption_id
    before = stored(table)

    dry = shop.post(f"/v1/redemptions/{made}/rollback?{DRY}", {})

    assert (dry.status, dry.json["order"]["status"]) == (200, "CANCELED")
    used = {each["counter"]: each for each in dry.json["dry_run"]["counters"]}
    assert used["redeemed_quantity"]["after"] == 0
    assert stored(table) == before
    assert shop.post(f"/v1/redemptions/{made}/rollback", {}).status == 200


def test_new_people_and_products_are_not_kept(shop: Api, table: str) -> None:
    before = stored(table)
    line = {"product": {"source_id": "new", "name": "New", "override": True}, "price": 900}
    order = {"items": [{**line, "quantity": 1}], "customer": {"source_id": "bob"}}

    dry = shop.post(f"/v1/redemptions?{DRY}", {**shop.redeeming("TEN"), "order": order})

    assert dry.status == 200
    assert stored(table) == before


def test_an_idempotency_key_is_not_used_up(shop: Api) -> None:
    headers = {"Idempotency-Key": "till-1"}

    shop.post(f"/v1/redemptions?{DRY}", redeeming(shop), headers)

    real = shop.post("/v1/redemptions", redeeming(shop), headers)
    assert (real.status, "dry_run" in real.json) == (200, False)


def test_what_is_neither_true_nor_false_is_refused(shop: Api) -> None:
    reply = shop.post("/v1/redemptions?dry_run=maybe", redeeming(shop))

    assert (reply.status, reply.json["key"]) == (400, "invalid_query_params")


def test_browsers_have_no_dry_runs(shop: Api) -> None:
    body = {**shop.redeeming("TEN"), "order": {"amount": 1_000}}

    reply = shop.post(f"/client/v1/redemptions?{DRY}", body)

    assert (reply.status, "dry_run" in reply.json) == (200, False)
