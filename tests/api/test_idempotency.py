"""The Idempotency-Key header (architecture §5; protocol.md §4, §11), through the handlers."""

import base64
import hashlib

import pytest

from counterfoil.domain.metadata import MAX_METADATA_BYTES
from tests.api.client import Api

KEY = {"Idempotency-Key": "checkout-1"}


@pytest.mark.parametrize("order", [{"amount": 1000}, {"source_id": "new", "amount": 1000}])
def test_a_repeated_redemption_is_answered_with_the_same_bytes(
    api: Api, order: dict[str, object]
) -> None:
    api.voucher("TEN")

    first = api.redeem("TEN", order=order, headers=KEY)
    second = api.redeem("TEN", order=order, headers=KEY)

    assert first.status == 200
    assert (second.status, second.body) == (200, first.body)
    assert second.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert api.used("TEN") == 1


def test_a_repeated_redemption_of_a_stored_order_is_replayed_and_its_session_ended(
    api: Api,
) -> None:
    api.voucher("TEN", discount={"type": "AMOUNT", "amount_off": 100})
    order_id = api.post("/v1/orders", {"amount": 1000}).json["id"]

    first = api.redeem("TEN", order={"id": order_id}, headers=KEY)
    second = api.redeem("TEN", order={"id": order_id}, headers=KEY)

    assert second.body == first.body
    assert api.get(f"/v1/orders/{order_id}").json["total_amount"] == 900
    assert api.put(f"/v1/orders/{order_id}", {"amount": 2000}).status == 200


def test_a_refusal_that_was_recorded_is_replayed_though_it_would_pass_now(api: Api) -> None:
    api.voucher("OFF", active=False)
    first = api.redeem("OFF", order={"amount": 1}, headers=KEY)
    api.post("/v1/vouchers/OFF/enable", None)

    second = api.redeem("OFF", order={"amount": 1}, headers=KEY)

    assert (second.status, second.body) == (400, first.body)
    assert api.used("OFF") == 0


def test_another_body_under_the_same_key_is_409(api: Api) -> None:
    api.voucher("TEN")
    api.redeem("TEN", order={"amount": 1}, headers=KEY)

    reply = api.redeem("TEN", order={"amount": 2}, headers=KEY)

    assert (reply.status, reply.json["key"]) == (409, "idempotency_key_reused")
    assert api.used("TEN") == 1


def test_another_query_under_the_same_key_is_409(api: Api) -> None:
    api.voucher("TEN")
    path = f"/v1/redemptions/{api.redeem('TEN', order={'amount': 1}).redemption_id}/rollback"
    api.post(f"{path}?reason=return", None, headers=KEY)

    assert api.post(f"{path}?reason=fraud", None, headers=KEY).status == 409


def test_a_key_means_one_thing_per_method_and_path(api: Api) -> None:
    api.voucher("TEN")
    api.voucher("TWENTY")

    first = api.post("/v1/vouchers/TEN/redemption", {"order": {"amount": 1}}, headers=KEY)
    second = api.post("/v1/vouchers/TWENTY/redemption", {"order": {"amount": 1}}, headers=KEY)

    assert first.json["id"] != second.json["id"]


def test_creations_updates_and_rollbacks_are_replayed(api: Api) -> None:
    api.voucher("TEN")
    created = api.post("/v1/orders", {"amount": 5}, headers=KEY)
    path = f"/v1/orders/{created.json['id']}"
    updated = api.put(path, {"amount": 6}, headers=KEY)
    redemption = api.redeem("TEN", order={"id": created.json["id"]}).redemption_id
    undone = api.post(f"/v1/redemptions/{redemption}/rollback", None, headers=KEY)

    assert api.post("/v1/orders", {"amount": 5}, headers=KEY).body == created.body
    assert api.put(path, {"amount": 6}, headers=KEY).body == updated.body
    again = api.post(f"/v1/redemptions/{redemption}/rollback", None, headers=KEY)
    assert (again.status, again.body) == (200, undone.body)
    assert api.get("/v1/orders").json["total"] == 1


def test_what_never_took_effect_is_not_remembered(api: Api) -> None:
    missing = api.redeem("TEN", order={"id": "ord_unknown"}, headers=KEY)
    api.voucher("TEN")

    assert missing.status == 404
    assert api.redeem("TEN", order={"amount": 1}, headers=KEY).status == 200


@pytest.mark.parametrize("key", ["", "é", "x" * 256, "with\ttab"])
def test_a_malformed_key_is_400(api: Api, key: str) -> None:
    reply = api.post("/v1/orders", {"amount": 1}, headers={"Idempotency-Key": key})

    assert (reply.status, reply.json["key"]) == (400, "invalid_payload")


def test_a_repeated_rename_is_replayed_though_the_old_name_is_gone(api: Api) -> None:
    api.post("/v1/orders", {"source_id": "old", "amount": 1})
    first = api.put("/v1/orders/old", {"source_id": "new"}, headers=KEY)

    second = api.put("/v1/orders/old", {"source_id": "new"}, headers=KEY)

    assert (second.status, second.body) == (200, first.body)
    assert api.put("/v1/orders/old", {"source_id": "new"}).status == 404


def test_as_much_as_can_be_stored_can_be_redeemed_with_a_key_too(api: Api) -> None:
    """An order of almost 300 KB, and all the metadata that customer, voucher, request can have."""
    most = [{"a": _noise(MAX_METADATA_BYTES - 8, seed)} for seed in range(4)]
    lines = [{"source_id": f"p{n}", "metadata": {"a": _noise(820, n)}} for n in range(450)]
    api.voucher("TEN", metadata=most[0])
    customer = {"source_id": "ann", "metadata": most[1]}
    order = {"source_id": "s", "amount": 1000, "items": lines, "metadata": most[2]}
    whole = {"order": order, "customer": customer, "metadata": most[3]}

    first = api.redeem("TEN", **whole, headers=KEY)
    second = api.redeem("TEN", **whole, headers=KEY)

    assert first.status == 200, first.json["details"]
    assert (second.body, second.headers["idempotency-replayed"]) == (first.body, "true")


def _noise(length: int, seed: int) -> str:
    """A text that hardly any packing makes smaller than three quarters."""
    noise = hashlib.shake_128(seed.to_bytes(2)).digest(length)
    return base64.b64encode(noise)[:length].decode()
