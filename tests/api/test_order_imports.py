"""Orders come in by thousands, one import after the other, each row once (domain.md §3.7)."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from counterfoil.storage import keys
from counterfoil.storage.store import Question, Store
from tests.api.client import Api
from tests.api.malformed import Malformed, requests

Deliver = Callable[[], int]


def imported(api: Api, rows: list[Any]) -> str:
    reply = api.post("/v1/orders/import", rows)
    assert reply.status == 200, reply.body
    assert set(reply.json) == {"async_action_id"}
    return str(reply.json["async_action_id"])


def watched(api: Api, action: str) -> Any:  # noqa: ANN401  # as `Reply.json`
    return api.get(f"/v1/async-actions/{action}").json


def test_good_rows_are_orders_and_bad_ones_are_listed(api: Api, deliver: Deliver) -> None:
    rows = [
        {"source_id": "h-1", "status": "PAID", "amount": 7000},
        {"source_id": "h-2", "items": [{"amount": 900, "initial_quantity": 0}]},
        {"items": [{"amount": 900}]},
        "no order",
    ]
    action = imported(api, rows)
    before = watched(api, action)
    assert (before["type"], before["status"], before["result"]) == (
        "ORDERS.IMPORT",
        "ENQUEUED",
        None,
    )

    deliver()

    after = watched(api, action)
    assert (after["status"], after["operation_status"], after["progress"]) == (
        "DONE",
        "SUCCESS",
        100,
    )
    assert after["result"] == {
        "message": "2 order(s) imported successfully, 2 failed.",
        "failed": [
            {
                "source_id": "h-2",
                "reason": "Property .items[0].initial_quantity cannot be lower than 1",
                "row": 2,
            },
            {"source_id": None, "reason": "The order must be a JSON object", "row": 4},
        ],
        "done_count": 2,
        "failed_count": 2,
    }
    assert api.get("/v1/orders").json["total"] == 2
    assert api.get("/v1/orders/h-1").json["total_amount"] == 7000
    assert api.get("/v1/orders/h-2").status == 404


def test_a_row_changes_the_order_that_it_names(api: Api, deliver: Deliver) -> None:
    stored = api.post("/v1/orders", {"source_id": "h-1", "amount": 100}).json
    other = api.post("/v1/orders", {"amount": 100}).json
    rows = [
        {"source_id": "h-1", "amount": 200},
        {"id": other["id"], "status": "PAID"},
        {"source_id": "h-1", "status": "CANCELED"},
        {"id": "ord_nowhere", "amount": 1},
    ]

    action = imported(api, rows)
    deliver()

    result = watched(api, action)["result"]
    assert [each["row"] for each in result["failed"]] == [4]
    assert result["failed"][0]["reason"] == "Cannot find order with id ord_nowhere"
    changed = api.get("/v1/orders/h-1").json
    assert (changed["id"], changed["amount"], changed["status"]) == (stored["id"], 200, "CANCELED")
    assert changed["updated_at"] is not None
    assert api.get(f"/v1/orders/{other['id']}").json["status"] == "PAID"
    assert api.get("/v1/orders").json["total"] == 2


def test_an_imported_order_was_created_when_it_was_imported(api: Api, deliver: Deliver) -> None:
    rows = [
        {"source_id": "h-1", "amount": 1, "created_at": "2020-01-01"},
        {"source_id": "h-2", "amount": 1, "created_at": "whenever"},
    ]

    action = imported(api, rows)
    deliver()

    began = watched(api, action)["created_at"]
    for name in ("h-1", "h-2"):
        assert api.get(f"/v1/orders/{name}").json["created_at"] >= began


def test_purchase_history_follows_and_the_catalogue_too(api: Api, deliver: Deliver) -> None:
    line = {
        "source_id": "mug",
        "related_object": "product",
        "quantity": 2,
        "price": 900,
        "product": {"name": "Mug", "override": True},
    }
    customer = {"source_id": "ann@shop.test", "name": "Ann"}
    rows = [
        {"source_id": f"h-{n}", "status": "PAID", "items": [line], "customer": customer}
        for n in range(3)
    ]

    imported(api, rows)
    deliver()

    summary = api.get("/v1/customers/ann@shop.test").json["summary"]["orders"]
    assert (summary["total_count"], summary["total_amount"]) == (3, 5400)
    assert api.get("/v1/products/mug").json["name"] == "Mug"


def test_nobody_is_told_of_what_an_import_did(api: Api, store: Store, deliver: Deliver) -> None:
    order = api.post("/v1/orders", {"source_id": "h-1", "amount": 1}).json["id"]
    imported(api, [{"source_id": "h-1", "amount": 2}])
    deliver()
    api.put("/v1/orders/h-1", {"amount": 3})

    events = store.query(Question(keys.order("shop", order).pk, starts="E#"))

    assert [each.get("imp", False) for each in events] == [False, True, False]


def test_imports_of_a_project_run_in_the_order_of_their_requests(
    api: Api, deliver: Deliver
) -> None:
    actions = [
        imported(api, [{"source_id": "h-1", "metadata": {"import": n, f"k{n}": n}}])
        for n in range(3)
    ]

    deliver()

    assert [watched(api, each)["status"] for each in actions] == ["DONE"] * 3
    assert api.get("/v1/orders/h-1").json["metadata"] == {"import": 2, "k0": 0, "k1": 1, "k2": 2}
    listed = api.get("/v1/async-actions").json["async_actions"]
    assert {each["id"] for each in listed} == set(actions)
    assert {each["progress"] for each in listed} == {100}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "must be a JSON array"),
        ({"orders": []}, "must be a JSON array"),
        ([], "at least 1 element"),
        ([{}] * 2001, "at most 2000 elements"),
    ],
)
def test_a_body_that_is_no_import_is_refused_at_once(api: Api, body: object, words: str) -> None:
    reply = api.post("/v1/orders/import", body)

    assert (reply.status, reply.json["key"]) == (400, "invalid_payload")
    assert words in reply.json["details"]


def test_five_megabytes_are_taken_and_no_more(api: Api, deliver: Deliver) -> None:
    row = {"amount": "1", "customer": {"name": "x" * 102_000}}
    assert api.post("/v1/orders/import", [row] * 52).status == 413

    action = imported(api, [row] * 51)
    deliver()

    result = watched(api, action)["result"]
    assert (result["done_count"], result["failed_count"]) == (0, 51)


@settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(requests(), min_size=1, max_size=5))
def test_whatever_a_row_is_the_others_are_imported(
    api: Api, deliver: Deliver, sent: list[Malformed]
) -> None:
    rows = b",".join(each.body for each in sent if each.body.strip())
    good = b'{"source_id":"good","amount":1}'
    body = b"[" + b",".join(filter(None, (good, rows))) + b"]"

    reply = api.send("POST", "/v1/orders/import", body, api.credentials)
    deliver()

    assert reply.status in (200, 400, 413)
    if reply.status == 200:
        found = watched(api, reply.json["async_action_id"])
        assert found["status"] == "DONE"
        assert found["result"]["done_count"] >= 1
        assert 1 not in [each["row"] for each in found["result"]["failed"]]


def test_a_repeated_request_with_a_key_is_one_import(api: Api, deliver: Deliver) -> None:
    headers = {"Idempotency-Key": "night-1"}
    first = api.post("/v1/orders/import", [{"amount": 5}], headers)
    again = api.post("/v1/orders/import", [{"amount": 5}], headers)
    deliver()

    assert first.body == again.body
    assert api.get("/v1/orders").json["total"] == 1


def test_a_project_sees_no_import_of_another(
    api: Api, other_project_api: Api, deliver: Deliver
) -> None:
    action = imported(api, [{"source_id": "h-1", "amount": 5}])
    deliver()

    assert other_project_api.get(f"/v1/async-actions/{action}").status == 404
    assert other_project_api.get("/v1/orders/h-1").status == 404
    assert other_project_api.get("/v1/async-actions").json["async_actions"] == []
