"""Files of what there is: asked for, made, fetched with their token (domain.md §2.11, §3.7)."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest

from counterfoil.domain.exports import Export
from counterfoil.operations import exports
from counterfoil.storage.store import Store
from tests.api.client import Api, Reply
from tests.api.workers import worker

Deliver = Callable[[], int]
Rows = list[list[str]]


def exported(api: Api, deliver: Deliver, kind: str, **parameters: object) -> Any:  # noqa: ANN401  # as `Reply.json`
    """The export when it is done."""
    body = {"exported_object": kind, "parameters": parameters}
    reply = api.post("/v1/exports", body)
    assert reply.status == 200, reply.body
    assert (reply.json["status"], reply.json["result"]) == ("SCHEDULED", None)
    deliver()
    found = api.get(f"/v1/exports/{reply.json['id']}").json
    assert found["status"] == "DONE", found
    return found


def fetched(api: Api, url: str) -> Reply:
    """What anybody gets who has the address."""
    return api.with_headers("GET", url, None, {"Accept": "text/html"})


def rows(api: Api, found: Any) -> Rows:  # noqa: ANN401  # as `Reply.json`
    reply = fetched(api, found["result"]["url"])
    assert reply.status == 200, reply.body
    assert reply.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.reader(io.StringIO(reply.body.decode(), newline="")))


def test_orders_are_exported_with_the_fields_asked_for(api: Api, deliver: Deliver) -> None:
    api.post(
        "/v1/orders",
        {
            "source_id": "o-1",
            "status": "PAID",
            "amount": 500,
            "metadata": {"channel": "web", "n": -1},
        },
    )
    api.post("/v1/orders", {"source_id": "o-2", "status": "PAID", "amount": 700})
    api.post("/v1/orders", {"source_id": "o-3", "amount": 900})
    fields = ["source_id", "status", "total_amount", "metadata.channel", "metadata.n", "metadata"]
    body = {
        "parameters": {
            "fields": fields,
            "order": "created_at",
            "filters": {"status": {"conditions": {"$is": ["PAID"]}}, "junction": "and"},
        }
    }

    made = api.post("/v1/orders/export", body).json
    deliver()

    assert made | {"id": "", "created_at": ""} == {
        "id": "",
        "object": "export",
        "created_at": "",
        "status": "SCHEDULED",
        "channel": "API",
        "exported_object": "order",
        "parameters": {
            "order": "created_at",
            "fields": ["source_id", "status", "total_amount", "metadata"],
            "filters": body["parameters"]["filters"],
        },
        "result": None,
        "user_id": None,
    }
    found = api.get(f"/v1/exports/{made['id']}").json
    assert rows(api, found) == [
        fields,
        ["o-1", "PAID", "500", "web", "-1", '{"channel":"web","n":-1}'],
        ["o-2", "PAID", "700", "", "", "{}"],
    ]


def test_without_parameters_there_are_defaults(api: Api, deliver: Deliver) -> None:
    order = api.post("/v1/orders", {"source_id": "o-1"}).json

    made = api.post("/v1/orders/export", None).json
    deliver()

    assert made["parameters"] == {"order": "-created_at", "fields": ["id", "source_id", "status"]}
    found = api.get(f"/v1/exports/{made['id']}").json
    assert rows(api, found) == [["id", "source_id", "status"], [order["id"], "o-1", "CREATED"]]


@pytest.mark.parametrize("order", ["created_at", "-created_at", "updated_at", "-updated_at"])
def test_lines_come_in_the_order_asked_for(api: Api, deliver: Deliver, order: str) -> None:
    for n in range(3):
        api.post("/v1/orders", {"source_id": f"o-{n}"})
    api.put("/v1/orders/o-1", {"amount": 3})
    api.put("/v1/orders/o-0", {"amount": 3})

    found = exported(api, deliver, "order", fields=["source_id"], order=order)

    names = [name for (name,) in rows(api, found)[1:]]
    wanted = {
        "created_at": ["o-0", "o-1", "o-2"],
        # One that was never changed has no such time, and comes before all.
        "updated_at": ["o-2", "o-1", "o-0"],
    }[order.removeprefix("-")]
    assert names == (wanted[::-1] if order.startswith("-") else wanted)


def test_lines_may_be_sorted_by_status(api: Api, deliver: Deliver) -> None:
    for status in ("PAID", "CANCELED", "FULFILLED", "CREATED", "PAID"):
        api.post("/v1/orders", {"status": status})

    found = exported(api, deliver, "order", fields=["status"], order="-status")

    assert [name for (name,) in rows(api, found)[1:]] == [
        *("PAID", "PAID", "FULFILLED", "CREATED", "CANCELED")
    ]


def test_hostile_text_is_no_formula(api: Api, deliver: Deliver) -> None:
    api.post("/v1/customers", {"source_id": "=1+1", "name": '"a",\r\n@b', "phone": "+48 1"})

    found = exported(api, deliver, "customer", fields=["source_id", "name", "phone"])

    assert rows(api, found)[1:] == [["'=1+1", '"a",\r\n@b', "'+48 1"]]


def test_every_kind_can_be_exported(api: Api, deliver: Deliver) -> None:
    api.voucher("TEN", metadata={"shelf": "A"})
    card = api.gift_card("CARD", 5000)
    customer = {"source_id": "ann", "name": "Ann"}
    api.redeem("TEN", "CARD", order={"amount": 1000, "source_id": "o"}, customer=customer)
    api.redeem("NOPE", order={"amount": 1000})
    api.post("/v1/products", {"source_id": "mug", "name": "Mug", "price": 900})
    api.post("/v1/products/mug/skus", {"source_id": "mug-b", "sku": "Blue", "price": 950})
    api.post("/v1/vouchers/CARD/balance", {"amount": 100})

    vouchers = exported(
        api,
        deliver,
        "voucher",
        fields=["code", "voucher_type", "value", "redemption_count", "metadata.shelf"],
        order="code",
    )
    assert rows(api, vouchers)[1:] == [
        ["CARD", "GIFT_VOUCHER", "5100", "1", ""],
        ["TEN", "DISCOUNT_VOUCHER", "10", "1", "A"],
    ]
    fields = [
        "voucher_code",
        "result",
        "order_amount",
        "gift_amount",
        "failure_code",
        "customer_source_id",
    ]
    redemptions = exported(api, deliver, "redemption", fields=fields, order="voucher_code")
    by_code = {row[0]: row[1:] for row in rows(api, redemptions)[1:] if row[0]}
    assert by_code == {
        "CARD": ["SUCCESS", "1000", "900", "", "ann"],
        "TEN": ["SUCCESS", "1000", "", "", "ann"],
    }
    without = [row[1:] for row in rows(api, redemptions)[1:] if not row[0]]
    assert ["FAILURE", "", "", "not_found", ""] in without
    people = exported(
        api,
        deliver,
        "customer",
        fields=["source_id", "orders_total_count", "orders_last_order_amount"],
    )
    assert rows(api, people)[1:] == [["ann", "1", "0"]]
    products = exported(api, deliver, "product")
    assert [row[1:] for row in rows(api, products)[1:]] == [["mug", "Mug", "900"]]
    skus = exported(api, deliver, "sku", fields=["source_id", "sku", "price"])
    assert rows(api, skus)[1:] == [["mug-b", "Blue", "950"]]
    filters = {"voucher_id": {"conditions": {"$is": [card["id"]]}}}
    moved = exported(
        api,
        deliver,
        "voucher_transactions",
        fields=["type", "amount"],
        order="created_at",
        filters=filters,
    )
    assert rows(api, moved)[1:] == [["CREDITS_REDEMPTION", "-900"], ["CREDITS_ADDITION", "100"]]


@pytest.mark.parametrize("kind", ["publication", "points_expiration"])
def test_what_does_not_exist_here_has_a_header_only(api: Api, deliver: Deliver, kind: str) -> None:
    found = exported(api, deliver, kind)

    assert rows(api, found) == [found["parameters"]["fields"]]


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ({"exported_object": "order", "parameters": {"fields": ["nope"]}}, "invalid_export_fields"),
        ({"exported_object": "sku", "parameters": {"fields": ["code"]}}, "invalid_export_fields"),
        ({"exported_object": "nope"}, "invalid_payload"),
        ({}, "invalid_payload"),
        ({"exported_object": "order", "parameters": []}, "invalid_payload"),
        ({"exported_object": "order", "parameters": {"fields": "id"}}, "invalid_payload"),
        ({"exported_object": "order", "parameters": {"order": "amount"}}, "invalid_payload"),
        ({"exported_object": "order", "parameters": {"filters": {"x": 1}}}, "invalid_payload"),
        (
            {
                "exported_object": "order",
                "parameters": {"filters": {"status": {"conditions": {"$like": ["P"]}}}},
            },
            "invalid_payload",
        ),
    ],
)
def test_what_cannot_be_exported_is_refused(api: Api, body: object, key: str) -> None:
    reply = api.post("/v1/exports", body)

    assert (reply.status, reply.json["key"]) == (400, key)


def test_an_unknown_operator_is_told_what_there_are(api: Api) -> None:
    filters = {"status": {"conditions": {"$like": ["P"]}}}

    reply = api.post("/v1/orders/export", {"parameters": {"filters": filters}})

    assert "$is" in reply.json["details"]


def test_exports_are_listed(api: Api, other_project_api: Api, deliver: Deliver) -> None:
    done = exported(api, deliver, "order")
    waiting = api.post("/v1/exports", {"exported_object": "voucher"}).json

    listed = api.get("/v1/exports").json
    by_status = api.get("/v1/exports?order=status&limit=1").json
    by_status_down = api.get("/v1/exports?order=-status&limit=1").json

    assert [each["id"] for each in listed["exports"]] == [waiting["id"], done["id"]]
    assert (listed["object"], listed["data_ref"], listed["total"]) == ("list", "exports", 2)
    assert listed["exports"][1] == done
    assert by_status["exports"][0]["id"] == done["id"]
    assert by_status_down["exports"][0]["id"] == waiting["id"]
    assert other_project_api.get("/v1/exports").json["exports"] == []
    assert other_project_api.get(f"/v1/exports/{done['id']}").status == 404
    assert other_project_api.delete(f"/v1/exports/{done['id']}").status == 404
    assert api.get("/v1/exports?order=name").status == 400


def test_a_file_needs_its_own_token(api: Api, other_project_api: Api, deliver: Deliver) -> None:
    mine = exported(api, deliver, "order")["result"]["url"]
    theirs = exported(other_project_api, deliver, "order")["result"]["url"]
    path, _, token = mine.partition("?token=")
    until, project, proof = token.split(".")

    assert fetched(api, mine).status == 200
    for url in (
        path,
        f"{path}?token=",
        f"{path}?token=nope",
        f"{path}?token={token}0",
        f"{path}?token=1.{'YWFh' * 1000}.0",
        f"{path}?token=999999999999.{project}.{proof}",
        f"{path}?token=%C5%BC.%00.%FF",
        f"{path}?token={int(until) + 1}.{project}.{proof}",
        f"{path}?token={theirs.partition('?token=')[2]}",
        f"{path.replace('/exp_', '/exp_0')}?token={token}",
    ):
        reply = fetched(api, url)
        assert (reply.status, reply.json["key"]) == (401, "unauthorized")
    assert api.get(path).status == 401  # a key does not help


def test_an_address_is_where_the_request_came_to(api: Api, deliver: Deliver) -> None:
    export = exported(api, deliver, "order")

    headers = {"Host": "shop.example:8443", "X-Forwarded-Proto": "https"}
    there = api.call("GET", f"/v1/exports/{export['id']}", None, headers).json["result"]["url"]
    here = api.call("GET", f"/v1/exports/{export['id']}", None, {"Host": "127.0.0.1:8000"}).json

    assert urlsplit(there)[:2] == ("https", "shop.example:8443")
    assert here["result"]["url"].startswith("http://127.0.0.1:8000/v1/exports/exp_")


def test_a_large_file_is_fetched_from_where_it_lies(
    api: Api, store: Store, deliver: Deliver
) -> None:
    filler = {"note": "x" * 9000}
    for n in range(120):
        api.post("/v1/orders", {"source_id": f"o-{n}", "metadata": filler})

    export = exported(api, deliver, "order", fields=["source_id", "metadata"])
    reply = fetched(api, export["result"]["url"])

    assert reply.status == 302
    assert "X-Amz-Expires=60" in reply.headers["location"]
    assert "exports/shop/" in reply.headers["location"]
    assert reply.headers["cache-control"] == "private, no-store"
    files = worker(store, 1).files
    assert files is not None
    content = files.get(f"exports/shop/{export['id']}.csv")
    assert content is not None
    assert content.count(b"\r\n") == 121


def test_a_deleted_export_is_gone_with_its_file(api: Api, deliver: Deliver) -> None:
    export = exported(api, deliver, "order")

    assert api.delete(f"/v1/exports/{export['id']}").status == 204

    assert api.get(f"/v1/exports/{export['id']}").status == 404
    assert api.delete(f"/v1/exports/{export['id']}").status == 404
    assert fetched(api, export["result"]["url"]).status == 401
    assert api.get("/v1/exports").json["exports"] == []


def test_an_export_is_over_after_thirty_days(api: Api, store: Store, deliver: Deliver) -> None:
    export = exported(api, deliver, "order")
    known = {name: export[name] for name in ("id", "exported_object", "created_at", "parameters")}
    ends_at = Export.model_validate({**known, "key": ""}).ends_at

    late = worker(store, 1, now=ends_at)

    with pytest.raises(Exception, match="Cannot find export"):
        exports.get(late, export["id"])


def test_an_export_is_watched_as_an_action_too(api: Api, deliver: Deliver) -> None:
    api.post("/v1/orders", {"amount": 1})
    export = exported(api, deliver, "order")

    (action,) = api.get("/v1/async-actions").json["async_actions"]
    found = api.get(f"/v1/async-actions/{action['id']}").json

    assert (found["type"], found["status"], found["progress"]) == ("EXPORTS.CREATE", "DONE", 100)
    assert found["result"] == {"done_count": 1, "failed_count": 0, "export_id": export["id"]}


def test_a_repeated_request_with_a_key_is_one_export(api: Api) -> None:
    headers = {"Idempotency-Key": "night-1"}
    body = {"exported_object": "order"}

    first = api.post("/v1/exports", body, headers)
    again = api.post("/v1/exports", body, headers)

    assert first.body == again.body
    assert len(api.get("/v1/exports").json["exports"]) == 1


def test_nobody_reaches_another_item_by_the_project_in_a_token(store: Store) -> None:
    call = replace(worker(store, 1), project="")

    for project in ("c2hvcCNP", "IyM=", ""):
        with pytest.raises(Exception, match="does not open this file"):
            exports.download(call, exports.Download("exp_x", f"1.{project}.00"))
