"""Segments through the handlers (domain.md §1.14, §2.9, §2.10, §8.6)."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import quote

import pytest
from voucherify.models.customers_segments_list_response_body import (
    CustomersSegmentsListResponseBody,
)
from voucherify.models.segments_create_response_body import SegmentsCreateResponseBody
from voucherify.models.segments_get_response_body import SegmentsGetResponseBody

from counterfoil.domain.segments import MAX_DYNAMIC
from counterfoil.storage import keys, segment_keys
from counterfoil.storage.store import Question, Store
from tests.api.client import Api, Reply

SEGMENTS: Final = "/v1/segments"
UNKNOWN: Final = "seg_" + "0" * 24


def condition(**operators: object) -> dict[str, object]:
    """The conditions on one key; operators without their `$`."""
    return {"conditions": {f"${name}": value for name, value in operators.items()}}


def dynamic(api: Api, called: str = "S", /, **keys_: object) -> Any:  # noqa: ANN401  # as `Reply.json`
    """A segment with a filter on `keys_` that was just created; a `__` in a key is its dot."""
    sent = {key.replace("__", "."): value for key, value in keys_.items()}
    reply = api.post(SEGMENTS, {"name": called, "type": "auto-update", "filter": sent})
    assert reply.status == 200, reply.body
    return reply.json


def static(api: Api, *customers: object, name: str = "S") -> Any:  # noqa: ANN401  # as `Reply.json`
    """A segment that lists `customers`, just created."""
    reply = api.post(SEGMENTS, {"name": name, "type": "static", "customers": customers})
    assert reply.status == 200, reply.body
    return reply.json


def people(api: Api, *sources: str) -> list[str]:
    """The ids of customers that were just made."""
    return [api.post("/v1/customers", {"source_id": each}).json["id"] for each in sources]


def segments_of(api: Api, customer: str) -> list[str]:
    """The names of the segments of a customer."""
    page = api.get(f"/v1/customers/{quote(customer, safe='')}/segments").json
    assert (page["object"], page["data_ref"], page["total"]) == ("list", "data", len(page["data"]))
    return [each["name"] for each in page["data"]]


def members(api: Api, segment_id: str, query: str = "") -> list[str]:
    """The source ids of the customers in a segment, of whom there are as many as the list says."""
    page = api.get(f"/v1/customers?segment_id={segment_id}{query}").json
    assert page["total"] == len(page["customers"])
    return [each["source_id"] for each in page["customers"]]


def error(reply: Reply) -> tuple[int, str]:
    """Status and key of a refusal."""
    return reply.status, reply.json["key"]


def test_a_segment_with_a_filter_is_shown_as_it_was_sent(api: Api) -> None:
    made = dynamic(api, "Berlin", address__city=condition(**{"is": ["Berlin"]}))

    assert made.pop("id").startswith("seg_")
    assert made.pop("created_at").endswith("Z")
    assert made == {
        "name": "Berlin",
        "type": "auto-update",
        "filter": {"junction": "and", "address.city": {"conditions": {"$is": ["Berlin"]}}},
        "initial_sync_status": "DONE",
        "updated_at": None,
        "object": "segment",
    }


def test_a_static_segment_tells_no_filter(api: Api) -> None:
    people(api, "ann")

    made = static(api, "ann")

    assert (made["type"], made["filter"], made["initial_sync_status"]) == ("static", None, "DONE")
    assert api.get(f"{SEGMENTS}/{made['id']}").json == made


def test_the_official_client_reads_segments(api: Api) -> None:
    people(api, "ann")
    made = dynamic(api, name=condition(is_unknown=True))
    static(api, "ann")

    read = SegmentsCreateResponseBody.from_dict(made)
    again = SegmentsGetResponseBody.from_dict(api.get(f"{SEGMENTS}/{made['id']}").json)
    of_ann = CustomersSegmentsListResponseBody.from_dict(api.get("/v1/customers/ann/segments").json)

    assert read is not None
    assert again is not None
    assert (read.id, again.initial_sync_status) == (made["id"], "DONE")
    assert of_ann is not None
    assert of_ann.total == 2


def test_old_payloads_leave_the_type_out(api: Api) -> None:
    sent = {"name": "Old", "filter": {"junction": "AND", "email": condition(ends_with=[".com"])}}

    made = api.post(SEGMENTS, {**sent, "metadata": {}}).json

    assert (made["type"], made["filter"]["junction"]) == ("auto-update", "and")


def test_segments_are_listed_newest_first(api: Api) -> None:
    made = [dynamic(api, f"S{number}", name=condition(has_value=True)) for number in range(3)]

    page = api.get(SEGMENTS).json
    first = made[0]["created_at"]

    assert (page["object"], page["data_ref"], page["total"]) == ("list", "data", 3)
    assert page["data"] == made[::-1]
    assert api.get(f"{SEGMENTS}?limit=1&page=2&order=created_at").json["data"] == [made[1]]
    later = api.get(f"{SEGMENTS}?created_at[after]={first}&order=updated_at").json
    assert [each["name"] for each in later["data"]] == ["S1", "S2"]
    assert later["total"] == 2


def test_two_segments_may_have_one_name(api: Api) -> None:
    first, second = (dynamic(api, "Same", name=condition(has_value=True)) for _ in range(2))

    assert first["id"] != second["id"]


@pytest.mark.parametrize("method", ["GET", "DELETE"])
@pytest.mark.parametrize("name", [UNKNOWN, "seg_1", "cust_1", "x#y", "é" * 512])
def test_an_unknown_segment_is_not_found(api: Api, method: str, name: str) -> None:
    reply = api.call(method, f"{SEGMENTS}/{quote(name, safe='')}")

    assert error(reply) == (404, "not_found")
    assert (reply.json["resource_type"], reply.json["resource_id"]) == ("segment", name)


@pytest.mark.parametrize(
    ("body", "details"),
    [
        ({"type": "auto-update", "filter": {}}, "Property . should have required property 'name'"),
        ({"name": ""}, "Property .name must have at least 1 character"),
        ({"name": "x" * 256}, "Property .name must have at most 255 characters"),
        ({"name": "S", "type": "dynamic"}, "Property .type must be one of"),
        ({"name": "S"}, "Property . should have required property 'filter'"),
        (
            {"name": "S", "type": "static"},
            "Property . should have required property 'customers'",
        ),
        ({"name": "S", "filter": []}, "Property .filter must be an object"),
        ({"name": "S", "type": "static", "customers": {}}, "Property .customers must be an array"),
        (
            {"name": "S", "type": "static", "customers": ["ann", 1]},
            "Property .customers[1] must name a customer by id or source_id",
        ),
        (
            {"name": "S", "type": "static", "customers": ["x"] * 20_001},
            "Property .customers must have at most 20000 elements",
        ),
        (
            {"name": "S", "filter": {"summary.orders.total_count": condition(foo=[1])}},
            "Property .filter['summary.orders.total_count'].conditions.$foo is not an operator",
        ),
        (
            {"name": "S", "filter": {"events.cart.count": condition(more_than=["0"])}},
            "Property .filter['events.cart.count'] is not supported yet",
        ),
    ],
)
def test_a_segment_that_cannot_be_is_refused_with_the_path(
    api: Api, body: object, details: str
) -> None:
    refused = api.post(SEGMENTS, body)

    assert error(refused) == (400, "invalid_payload")
    assert details in refused.json["details"]
    assert api.get(SEGMENTS).json["total"] == 0


def test_customers_are_listed_by_id_or_source_id_and_once_each(api: Api) -> None:
    ann, bob, *_ = people(api, "ann", "bob", "carl", "dora")

    made = static(api, ann, "ann", {"id": bob}, {"source_id": "carl"}, {"source_id": "ann"})

    assert members(api, made["id"]) == ["carl", "bob", "ann"]
    assert [segments_of(api, each) for each in ("ann", bob, "carl", "dora")] == [*[["S"]] * 3, []]


def test_a_source_id_that_looks_like_an_id_is_found_when_no_id_is(api: Api) -> None:
    source = "cust_" + "7" * 24
    people(api, source)

    made = static(api, source)

    assert members(api, made["id"]) == [source]


@pytest.mark.parametrize(
    "unknown", ["nobody", "cust_" + "0" * 24, {"id": "ann"}, {"source_id": "cust_x"}]
)
def test_an_unknown_customer_is_not_found_and_nothing_is_made(api: Api, unknown: object) -> None:
    people(api, "ann", "gone")
    api.delete("/v1/customers/gone")

    for each in (unknown, "gone"):
        body = {"name": "S", "type": "static", "customers": ["ann", each]}
        refused = api.post(SEGMENTS, body)
        assert error(refused) == (404, "not_found")
        assert refused.json["resource_type"] == "customer"

    assert api.get(SEGMENTS).json["total"] == 0
    assert segments_of(api, "ann") == []


def test_a_static_segment_may_list_nobody(api: Api) -> None:
    assert members(api, static(api)["id"]) == []


def test_a_deleted_segment_is_unknown_and_nobodys(api: Api, store: Store) -> None:
    (ann,) = people(api, "ann")
    segment, other = static(api, "ann"), dynamic(api, name=condition(is_unknown=True))

    for made in (segment, other):
        assert api.delete(f"{SEGMENTS}/{made['id']}").status == 204
        assert error(api.get(f"{SEGMENTS}/{made['id']}")) == (404, "not_found")
        assert error(api.delete(f"{SEGMENTS}/{made['id']}")) == (404, "not_found")

    assert api.get(SEGMENTS).json["total"] == 0
    assert segments_of(api, "ann") == []
    assert members(api, segment["id"]) == []
    assert store.get(keys.membership("shop", ann, segment["id"])) is None
    assert store.query(Question(segment_keys.segment("shop", segment["id"]).pk)) == ()


def test_segments_follow_the_profile_at_once(api: Api) -> None:
    people(api, "ann")
    dynamic(api, "VIP", metadata__vip=condition(**{"is": [True]}))

    assert segments_of(api, "ann") == []
    api.put("/v1/customers/ann", {"metadata": {"vip": True}})
    assert segments_of(api, "ann") == ["VIP"]


def test_segments_follow_the_orders_at_once(api: Api) -> None:
    people(api, "ann")
    dynamic(api, "two", summary__orders__total_count=condition(more_than_equal=["2"]))
    window = {"summary__orders__window__P30D__total_amount": condition(more_than=[999])}
    dynamic(api, "lately", **window)
    hours = {"summary__orders__window__PT6H__total_count": condition(more_than=[0])}
    dynamic(api, "today", **hours)
    dynamic(api, "big", summary__orders__last_order_amount=condition(more_than=[900]))
    dynamic(api, "recent", summary__orders__last_order_date=condition(less_than=[30]))
    buyer = {"source_id": "ann"}
    assert segments_of(api, "ann") == []

    api.post("/v1/orders", {"source_id": "o1", "amount": 500, "status": "PAID", "customer": buyer})
    assert segments_of(api, "ann") == ["today", "recent"]
    api.post("/v1/orders", {"source_id": "o2", "amount": 1000, "customer": buyer})
    api.put("/v1/orders/o2", {"status": "PAID"})
    assert segments_of(api, "ann") == ["two", "lately", "today", "big", "recent"]

    api.put("/v1/orders/o2", {"status": "CANCELED"})
    assert segments_of(api, "ann") == ["today", "recent"]
    api.put("/v1/orders/o1", {"status": "CANCELED"})
    assert segments_of(api, "ann") == []


def test_an_older_order_is_in_the_windows_that_reach_back_to_it(api: Api) -> None:
    people(api, "ann")
    for each in ("P7D", "P30D", "P1Y", "PT48H"):
        counted = {f"summary__orders__window__{each}__total_count": condition(**{"is": 1})}
        dynamic(api, each, **counted)
    dynamic(api, "long ago", summary__orders__last_order_date=condition(more_than=[15]))
    at = (datetime.now(UTC) - timedelta(days=20)).isoformat()

    order = {"amount": 1, "status": "PAID", "created_at": at, "customer": {"source_id": "ann"}}
    api.post("/v1/orders", order)

    assert segments_of(api, "ann") == ["P30D", "P1Y", "long ago"]


def test_segments_of_a_customer_come_oldest_first_and_in_their_short_form(api: Api) -> None:
    people(api, "a/b")
    first, second = static(api, "a/b", name="one"), dynamic(api, "two", name=condition(is_not="x"))

    data = api.get("/v1/customers/a%2Fb/segments").json["data"]

    assert data == [
        {"id": first["id"], "name": "one", "object": "segment"},
        {"id": second["id"], "name": "two", "object": "segment"},
    ]


@pytest.mark.parametrize("name", ["nobody", "cust_" + "0" * 24, "gone"])
def test_segments_of_an_unknown_customer_are_not_found(api: Api, name: str) -> None:
    people(api, "gone")
    api.delete("/v1/customers/gone")

    reply = api.get(f"/v1/customers/{name}/segments")

    assert error(reply) == (404, "not_found")
    assert reply.json["resource_type"] == "customer"


@pytest.mark.parametrize("below", ["segments", "activity", "redeemables", "permanent-deletion"])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_what_is_below_a_customer_is_no_source_id(api: Api, method: str, below: str) -> None:
    people(api, "ann", f"ann/{below}")

    reply = api.call(method, f"/v1/customers/ann/{below}")

    if below in {"segments", "activity"} and method == "GET":
        assert reply.status == 200
    elif below in {"segments", "activity"}:
        assert (reply.status, reply.headers["allow"]) == (405, "GET")
    else:
        assert error(reply) == (404, "not_found")


def test_customers_of_a_segment_are_listed_in_pages_and_with_other_filters(api: Api) -> None:
    people(api, "a", "b", "c", "d")
    api.put("/v1/customers/b", {"name": "Bob"})
    listed = static(api, "d", "b", "a")["id"]
    fitting = dynamic(api, source_id=condition(**{"in": ["a", "b", "d"]}))["id"]

    for each in (listed, fitting):
        assert members(api, each) == ["d", "b", "a"]
        assert members(api, each, "&order=source_id") == ["a", "b", "d"]
        assert members(api, each, "&order=-updated_at") == ["b", "d", "a"]
        assert members(api, each, "&name=Bob") == ["b"]
        page = api.get(f"/v1/customers?segment_id={each}&limit=2&page=2&order=created_at").json
        assert ([one["source_id"] for one in page["customers"]], page["total"]) == (["d"], 3)


def test_customers_of_a_segment_by_what_they_bought_are_listed(api: Api) -> None:
    people(api, "ann", "bob")
    buyer = {"source_id": "ann"}
    api.post("/v1/orders", {"amount": 700, "status": "PAID", "customer": buyer})
    rich = dynamic(api, summary__orders__total_amount=condition(more_than=[600]))["id"]
    poor = dynamic(api, summary__redemptions__total_redeemed=condition(**{"is": 0}))["id"]

    assert members(api, rich) == ["ann"]
    assert members(api, poor) == ["bob", "ann"]


@pytest.mark.parametrize(
    "key", ["summary__orders__window__P30D__total_count", "summary__orders__last_order_date"]
)
def test_customers_by_the_dates_of_orders_cannot_be_listed(api: Api, key: str) -> None:
    made = dynamic(api, **{key: condition(more_than=[1])})

    refused = api.get(f"/v1/customers?segment_id={made['id']}")

    assert error(refused) == (400, "invalid_query_params")
    assert refused.json["details"].startswith("Property .segment_id names a segment by")


def test_an_unknown_segment_has_no_customers(api: Api) -> None:
    people(api, "ann")

    for each in (UNKNOWN, "x", ""):
        assert members(api, each) == []


def test_a_deleted_customer_is_in_no_segment_until_they_come_back(api: Api) -> None:
    people(api, "ann", "bob")
    made = static(api, "ann", "bob")["id"]

    api.delete("/v1/customers/ann")
    assert members(api, made) == ["bob"]
    people(api, "ann")

    assert segments_of(api, "ann") == ["S"]


def test_a_creation_repeated_with_its_key_is_one_segment(api: Api) -> None:
    people(api, "ann")
    key = {"Idempotency-Key": "once"}
    body = {"name": "S", "type": "static", "customers": ["ann"]}

    first = api.post(SEGMENTS, body, key)
    api.delete("/v1/customers/ann")
    again = api.post(SEGMENTS, body, key)

    assert (again.status, again.body) == (200, first.body)
    assert api.get(SEGMENTS).json["total"] == 1


def test_a_project_has_at_most_a_hundred_segments_with_filters(api: Api) -> None:
    people(api, "ann")
    made = [dynamic(api, name=condition(is_unknown="")) for _ in range(MAX_DYNAMIC)]
    body = {"name": "S", "filter": {"name": condition(is_unknown="")}}

    refused = api.post(SEGMENTS, body)
    static(api, "ann")

    assert error(refused) == (400, "invalid_payload")
    assert "at most 100 segments with a filter" in refused.json["details"]
    assert len(segments_of(api, "ann")) == MAX_DYNAMIC + 1
    api.delete(f"{SEGMENTS}/{made[0]['id']}")
    assert api.post(SEGMENTS, body).status == 200
    assert api.post(SEGMENTS, body).status == 400
