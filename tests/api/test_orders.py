"""Orders through the handlers: creation, upsert, partial update, amounts (domain.md §1, §3.3)."""

import json
import random
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.compat import HTTPHeaders

from counterfoil.storage.store import Store
from tests.api.client import Api

LINES = [
    {"source_id": "mug", "related_object": "product", "quantity": 2, "price": 900},
    {"sku_id": "sku_1", "quantity": "3", "sku": {"sku": "Tea, 100 g", "price": 500}},
    {"amount": 250},
]


def test_a_created_order_is_what_a_get_by_either_identifier_returns(api: Api) -> None:
    made = api.post("/v1/orders", {"source_id": "s", "items": LINES, "metadata": {"a": [1, None]}})

    assert made.status == 200
    assert re.fullmatch(r"ord_[0-9A-Za-z]{24}", made.json["id"])
    assert api.get(f"/v1/orders/{made.json['id']}").json == made.json
    assert api.get("/v1/orders/s").json == made.json


def test_amounts_are_computed_and_only_what_is_known_is_shown(api: Api) -> None:
    order = api.post("/v1/orders", {"items": LINES}).json

    assert (order["amount"], order["initial_amount"], order["total_amount"]) == (3550,) * 3
    assert [line.get("amount") for line in order["items"]] == [1800, 1500, 250]
    assert [line.get("quantity") for line in order["items"]] == [2, 3, None]
    assert order["items"][1]["price"] == 500
    assert all(re.fullmatch(r"ordli_[0-9a-f]{18}", line["id"]) for line in order["items"])
    assert not [name for name in order if "discount" in name or "applied" in name]
    assert (order["customer_id"], order["referrer_id"]) == (None, None)
    assert "customer" not in order
    assert (order["object"], order["metadata"]) == ("order", {})


def test_an_explicit_amount_wins_over_the_lines(api: Api) -> None:
    order = api.post("/v1/orders", {"amount": 20050, "items": LINES}).json

    assert (order["amount"], order["total_amount"]) == (20050, 20050)


def test_an_explicit_line_amount_wins_over_price_times_quantity(api: Api) -> None:
    line = {"product_id": "p", "quantity": 1, "price": 3000, "amount": 3300}

    assert api.post("/v1/orders", {"items": [line]}).json["items"][0]["amount"] == 3300


def test_a_line_without_price_has_no_money_and_counts_nothing(api: Api) -> None:
    order = api.post("/v1/orders", {"items": [{"product_id": "p", "quantity": 1}, {"amount": 7}]})

    assert not {"amount", "price", "subtotal_amount"} & set(order.json["items"][0])
    assert order.json["amount"] == 7


def test_an_update_leaves_alone_what_it_does_not_name(api: Api) -> None:
    body = {"source_id": "s", "items": LINES, "metadata": {"a": 1}, "customer": {"source_id": "c"}}
    before = api.post("/v1/orders", body).json

    after = api.put("/v1/orders/s", {"status": "FULFILLED"}).json

    assert after["updated_at"] is not None
    assert after | {"status": "CREATED", "updated_at": None} == before


def test_items_replace_items_and_amounts_follow(api: Api) -> None:
    before = api.post("/v1/orders", {"source_id": "s", "items": LINES}).json

    after = api.put("/v1/orders/s", {"items": [LINES[1]]}).json

    assert (after["amount"], len(after["items"])) == (1500, 1)
    assert after["items"][0]["id"] == before["items"][1]["id"]


def test_an_order_whose_items_are_all_taken_away_has_no_amount(api: Api) -> None:
    api.post("/v1/orders", {"source_id": "s", "items": LINES, "status": "PAID"})

    emptied = api.put("/v1/orders/s", {"items": []}).json

    assert not {"amount", "total_amount"} & set(emptied)
    assert api.get("/v1/orders/s").json == emptied


def test_metadata_is_merged_by_its_top_keys_and_null_is_kept(api: Api) -> None:
    api.post("/v1/orders", {"source_id": "s", "metadata": {"a": {"x": 1}, "b": 2, "c": 3}})

    after = api.put("/v1/orders/s", {"metadata": {"a": {"y": 2}, "b": None}}).json

    assert after["metadata"] == {"a": {"y": 2}, "b": None, "c": 3}


def test_an_order_made_smaller_keeps_discounts_up_to_what_is_left(api: Api) -> None:
    api.voucher("A", discount={"type": "AMOUNT", "amount_off": 300})
    api.voucher("B", discount={"type": "AMOUNT", "amount_off": 500})
    api.redeem("A", order={"source_id": "s", "amount": 1000})
    second = api.redeem("B", order={"source_id": "s"}).redemption_id

    smaller = api.put("/v1/orders/s", {"amount": 400}).json
    undone = api.post(f"/v1/redemptions/{second}/rollback", None).json["order"]

    assert (smaller["discount_amount"], smaller["total_amount"]) == (400, 0)
    assert (undone["discount_amount"], undone["total_amount"]) == (300, 100)


def test_server_owned_and_unknown_fields_are_ignored(api: Api) -> None:
    body = {
        "amount": 100,
        "discount_amount": 90,
        "total_amount": 1,
        "customer_id": "cust_x",
        "updated_at": "2020-01-01",
        "redemptions": {"r_1": {}},
        "currency": "EUR",
        "object": "cart",
    }

    order = api.post("/v1/orders", body).json

    assert (order["total_amount"], order["customer_id"], order["object"]) == (100, None, "order")
    assert not {"currency", "redemptions", "discount_amount"} & set(order)
    assert order["updated_at"] is None


def test_a_customer_and_a_referrer_are_upserted_through_the_order(api: Api) -> None:
    people = {
        "customer": {"source_id": "ann", "name": "Ann"},
        "referrer": {"source_id": "bob", "metadata": {"n": 1}},
    }

    order = api.post("/v1/orders", {"amount": 100, "status": "PAID", **people}).json

    ann, bob = api.get("/v1/customers/ann").json, api.get("/v1/customers/bob").json
    assert order["customer"] == {"id": ann["id"], "object": "customer"}
    assert order["referrer"] == {"id": bob["id"], "object": "customer"}
    assert (order["customer_id"], order["referrer_id"]) == (ann["id"], bob["id"])
    assert (ann["name"], bob["metadata"]) == ("Ann", {"n": 1})
    assert ann["summary"]["orders"]["total_count"] == 1
    assert bob["summary"]["orders"]["total_count"] == 0


def test_customer_and_referrer_may_be_one_person(api: Api) -> None:
    one = {"source_id": "ann"}

    order = api.post("/v1/orders", {"amount": 1, "customer": one, "referrer": one})

    assert order.status == 200
    assert order.json["customer_id"] == order.json["referrer_id"]


def test_history_follows_every_change_of_a_counted_order(api: Api) -> None:
    def summary(name: str) -> tuple[int, int, int]:
        orders = api.get(f"/v1/customers/{name}").json["summary"]["orders"]
        return orders["total_count"], orders["total_amount"], orders["last_order_amount"]

    body = {"source_id": "s", "amount": 100, "status": "PAID", "customer": {"source_id": "ann"}}
    api.post("/v1/orders", body)
    assert summary("ann") == (1, 100, 100)
    api.put("/v1/orders/s", {"amount": 250})
    assert summary("ann") == (1, 250, 250)
    api.put("/v1/orders/s", {"status": "FULFILLED"})
    assert summary("ann") == (1, 250, 250)
    api.put("/v1/orders/s", {"customer": {"source_id": "bob"}})
    assert (summary("ann"), summary("bob")) == ((0, 0, 0), (1, 250, 250))
    api.put("/v1/orders/s", {"status": "CANCELED"})
    assert summary("bob") == (0, 0, 0)


def test_created_at_is_honoured_on_creation_only(api: Api) -> None:
    body = {"source_id": "s", "amount": 1, "created_at": "2024-02-29T12:00:00+02:00"}

    made = api.post("/v1/orders", body).json
    after = api.post("/v1/orders", body | {"created_at": "2020-01-01"}).json

    assert made["created_at"] == after["created_at"] == "2024-02-29T10:00:00.000Z"


def test_created_at_more_than_five_minutes_ahead_is_400(api: Api) -> None:
    ahead = (datetime.now(UTC) + timedelta(minutes=6)).isoformat()

    reply = api.post("/v1/orders", {"amount": 1, "created_at": ahead})

    assert (reply.status, reply.json["key"]) == (400, "invalid_payload")


@pytest.mark.parametrize(
    ("body", "key", "path"),
    [
        ({"amount": -1}, "invalid_amount", ".amount"),
        ({"amount": 10**15}, "invalid_amount", ".amount"),
        ({"amount": 1.5}, "invalid_payload", ".amount"),
        ({"amount": "100"}, "invalid_payload", ".amount"),
        ({"amount": True}, "invalid_payload", ".amount"),
        ({"items": [{"price": -1}]}, "invalid_order", ".items[0].price"),
        ({"items": [{"amount": 1}, {"quantity": -1}]}, "invalid_order", ".items[1].quantity"),
        ({"items": [{"initial_quantity": 0}]}, "invalid_payload", ".items[0].initial_quantity"),
        ({"items": [{"quantity": 1.5}]}, "invalid_payload", ".items[0].quantity"),
        ({"items": {}}, "invalid_payload", ".items"),
        ({"items": [{"amount": 1}] * 501}, "invalid_payload", ".items"),
        ({"metadata": []}, "invalid_payload", ".metadata"),
        ({"customer": "ann"}, "invalid_payload", ".customer"),
        ({"created_at": "yesterday"}, "invalid_payload", ".created_at"),
        ({"items": [{"price": 10**14, "quantity": 100}]}, "invalid_amount", "amount"),
    ],
)
def test_what_cannot_be_true_is_400_with_its_path(
    api: Api, body: dict[str, object], key: str, path: str
) -> None:
    reply = api.post("/v1/orders", body)

    assert (reply.status, reply.json["key"]) == (400, key)
    assert path in reply.json["details"]
    assert reply.json["request_id"] == reply.headers["x-request-id"]
    assert api.get("/v1/orders").json["total"] == 0


def test_five_hundred_lines_are_stored_and_returned(api: Api) -> None:
    lines = [{"product_id": f"prod_{number}", "quantity": 1, "price": 1} for number in range(500)]

    made = api.post("/v1/orders", {"source_id": "s", "items": lines}).json

    assert made["amount"] == 500
    assert api.get("/v1/orders/s").json == made


def test_an_order_too_large_to_store_is_400(api: Api) -> None:
    generator = random.Random(11)  # noqa: S311  # text that does not deflate, not a secret
    text = "".join(chr(generator.randrange(0x4E00, 0x9FFF)) for _ in range(300_000))

    reply = api.post("/v1/orders", {"amount": 1, "metadata": {"text": text}})

    assert reply.status == 400
    assert api.get("/v1/orders").json["total"] == 0


def test_repeating_a_request_changes_nothing_but_the_time(api: Api) -> None:
    body = {"source_id": "s", "items": LINES, "metadata": {"a": 1}, "customer": {"source_id": "c"}}
    first = api.post("/v1/orders", body).json

    second = api.post("/v1/orders", body).json
    third = api.post("/v1/orders", body).json

    assert second["updated_at"] is not None
    assert second | {"updated_at": None} == first
    assert third | {"updated_at": None} == first


def test_an_order_is_free_again_after_the_service_itself_failed(
    api: Api, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    api.post("/v1/orders", {"source_id": "s", "amount": 1})
    refusal = {"__type": "com.amazon.coral.validate#ValidationException", "message": "no"}

    def refused(request: AWSRequest, **_: object) -> AWSResponse | None:
        if "TransactWriteItems" not in str(request.headers["X-Amz-Target"]):
            return None
        return AWSResponse(request.url or "", 400, HTTPHeaders(), Raw(json.dumps(refusal).encode()))

    events = store.client.meta.events  # type: ignore[attr-defined]  # botocore's own hooks
    events.register_first("before-send.dynamodb", refused, unique_id="refused")
    failed = api.put("/v1/orders/s", {"amount": 2})
    events.unregister("before-send.dynamodb", unique_id="refused")

    assert (failed.status, failed.json["key"]) == (500, "internal_error")
    assert "ValidationException" in capsys.readouterr().out
    assert api.put("/v1/orders/s", {"amount": 3}).status == 200


class Raw:
    """A response body that botocore can read."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self) -> Iterator[bytes]:
        yield self._content
