"""What a customer did: their orders, their redemptions, and nobody else's (domain.md §2.9)."""

from typing import Any

import pytest
from voucherify.models.customers_activity_list_response_body import (
    CustomersActivityListResponseBody,
)

from counterfoil.storage import order_keys
from counterfoil.storage.order_events import CHANGE
from counterfoil.storage.plans import Action, Guard
from counterfoil.storage.store import Store
from tests.api.client import Api

CREATED, UPDATED = "customer.order.created", "customer.order.updated"
PAID, CANCELED = "customer.order.paid", "customer.order.canceled"
REDEEMED, FAILED = "customer.redemption.succeeded", "customer.redemption.failed"
UNDONE = "customer.redemption.rollback.succeeded"


def activity(api: Api, query: str = "", name: str = "ann") -> list[dict[str, Any]]:
    """What a customer did, the oldest first, unless `query` says otherwise."""
    reply = api.get(f"/v1/customers/{name}/activity?limit=100&order=created_at&{query}")
    assert reply.status == 200, reply.body
    found: list[dict[str, Any]] = reply.json["data"]
    return found


def types(api: Api, query: str = "", name: str = "ann") -> list[str]:
    return [each["type"] for each in activity(api, query, name)]


@pytest.fixture
def shop(api: Api) -> Api:
    """Ann has ordered, redeemed, and got it back; Bob has bought something too."""
    ann = {"source_id": "ann", "name": "Ann"}
    api.voucher("TEN", redemption={"quantity": 1})
    api.post("/v1/orders", {"source_id": "o", "amount": 1_000, "customer": ann})
    api.post("/v1/orders", {"amount": 2_000, "status": "PAID", "customer": {"source_id": "bob"}})
    redeemed = api.redeem("TEN", order={"source_id": "o"})
    api.redeem("TEN", order={"amount": 5}, customer=ann)
    api.post(f"/v1/redemptions/{redeemed.redemption_id}/rollback", {})
    return api


def test_what_a_customer_did_is_told_in_its_order(shop: Api) -> None:
    told = types(shop)

    assert told[0] == CREATED
    assert sorted(told[1:4]) == sorted([UPDATED, PAID, REDEEMED])
    assert told[4] == FAILED
    assert sorted(told[5:]) == sorted([UPDATED, CANCELED, UNDONE])
    newest = shop.get("/v1/customers/ann/activity?limit=100").json["data"]
    assert newest == activity(shop)[::-1]
    assert types(shop, name="bob") == [CREATED, PAID]


def test_an_entry_shows_the_order_as_it_was_or_what_was_redeemed(shop: Api) -> None:
    entries = {each["type"]: each for each in activity(shop)}

    created, paid = entries[CREATED]["data"], entries[PAID]["data"]
    assert (created["order"]["status"], created["order"]["total_amount"]) == ("CREATED", 1_000)
    assert (paid["order"]["status"], paid["order"]["total_amount"]) == ("PAID", 900)
    assert created["customer"]["source_id"] == "ann"
    assert entries[REDEEMED]["data"]["redemption"]["voucher"]["code"] == "TEN"
    assert entries[FAILED]["data"]["redemption"]["failure_code"] == "quantity_exceeded"
    assert entries[UNDONE]["data"]["rollback"]["object"] == "redemption_rollback"


def test_the_order_is_the_one_that_was_answered_then(api: Api) -> None:
    lines = [{"source_id": hex(3**number * 7), "price": number} for number in range(60)]
    body = {"source_id": "o", "customer": {"source_id": "ann"}}
    small = api.post("/v1/orders", {**body, "items": lines[:1]}).json
    api.put("/v1/orders/o", {"metadata": {"a": 1}})
    large = api.post("/v1/orders", {**body, "source_id": "large", "items": lines}).json
    api.put("/v1/orders/large", {"status": "PAID"})

    orders = [each["data"]["order"] for each in activity(api, f"type={CREATED}")]

    assert orders == [small, large]


def test_of_an_order_of_before_an_entry_tells_what_its_event_does(api: Api, store: Store) -> None:
    body = {"source_id": "o", "amount": 5, "customer": {"source_id": "ann"}}
    order = api.post("/v1/orders", body).json
    key = order_keys.event(api.project, order["id"], 1)
    held = ("attribute_exists(pk)",)
    store.write(Action(key, Guard.STATE, removes=(CHANGE,), conditions=held))
    api.put("/v1/orders/o", {"amount": 6})
    second = order_keys.event(api.project, order["id"], 2)
    store.write(Action(second, Guard.STATE, removes=(CHANGE, "was"), conditions=held))

    (created,) = activity(api, f"type={CREATED}")

    outline = {"id": order["id"], "status": "CREATED", "total_amount": 5, "object": "order"}
    assert created["data"]["order"] == outline


def test_each_part_of_a_stack_is_an_entry(api: Api) -> None:
    for code in ("ONE", "TWO"):
        api.voucher(code)
    stack = api.redeem("ONE", "TWO", order={"amount": 500}, customer={"source_id": "ann"})
    api.post(f"/v1/redemptions/{stack.json['parent_redemption']['id']}/rollbacks", {})

    redeemed = [each["data"]["redemption"] for each in activity(api, f"type={REDEEMED}")]

    assert [each["voucher"]["code"] for each in redeemed] == ["ONE", "TWO"]
    assert types(api, f"type={UNDONE}") == [UNDONE, UNDONE]


def test_an_order_that_became_another_s_is_told_to_each_as_far_as_it_was_theirs(api: Api) -> None:
    api.post("/v1/orders", {"source_id": "o", "amount": 5})
    api.put("/v1/orders/o", {"customer": {"source_id": "ann"}})
    api.put("/v1/orders/o", {"status": "PAID"})
    api.put("/v1/orders/o", {"customer": {"source_id": "bob"}, "status": "CANCELED"})

    assert types(api) == [UPDATED, UPDATED, PAID]
    assert types(api, name="bob") == [UPDATED, CANCELED]


def test_pages_follow_each_other(shop: Api) -> None:
    whole = activity(shop, "order=-created_at")
    found: list[dict[str, Any]] = []
    after = ""
    while True:
        page = shop.get(f"/v1/customers/ann/activity?limit=3{after}").json
        found += page["data"]
        assert CustomersActivityListResponseBody.from_dict(page) is not None
        if not page["has_more"]:
            break
        after = f"&starting_after_id={page['more_starting_after']}"

    assert found == whole
    assert len({each["id"] for each in found}) == len(found) == 8


def test_what_is_asked_for_is_found(shop: Api) -> None:
    entries = activity(shop)
    start, end = entries[1]["created_at"], entries[4]["created_at"]

    assert types(shop, "type=customer.redemption.failed") == [FAILED]
    assert types(shop, "type=customer.custom_event") == []
    assert types(shop, f"start_date={start}&end_date={end}") == [
        each["type"] for each in entries[1:5]
    ]
    assert sorted(types(shop, "category=EFFECT")) == sorted([UPDATED, PAID, UPDATED, CANCELED])
    assert types(shop, "category=ACTION") == [CREATED, REDEEMED, FAILED, UNDONE]
    assert types(shop, "campaign_id=camp_x") == types(shop, "campaign_type=PROMOTION") == []


def test_what_belongs_to_a_campaign_is_found(api: Api) -> None:
    campaign = api.campaign("Spring")["id"]
    api.post(f"/v1/campaigns/{campaign}/vouchers/SPRING", {})
    api.voucher("TEN")
    for code in ("SPRING", "TEN"):
        api.redeem(code, order={"amount": 5}, customer={"source_id": "ann"})

    assert types(api, f"campaign_id={campaign}") == [REDEEMED]
    assert types(api, "campaign_type=DISCOUNT_COUPONS") == [REDEEMED]


def test_a_customer_who_did_nothing_has_an_empty_list(api: Api) -> None:
    api.post("/v1/customers", {"source_id": "ann"})

    page = api.get("/v1/customers/ann/activity").json

    assert page == {"object": "list", "data_ref": "data", "data": [], "has_more": False}


@pytest.mark.parametrize(
    ("query", "details"),
    [
        ("limit=0", "Property .limit cannot be lower than 1"),
        ("page=2", "Property .page must be <= 1"),
        ("order=type", "Property .order must be one of"),
        ("start_date=soon", "Property .start_date cannot be recognized"),
        ("end_date=", "Property .end_date cannot be recognized"),
        ("category=NONE", "Property .category must be one of ACTION, EFFECT"),
        ("campaign_type=X", "Property .campaign_type must be one of"),
        ("starting_after_id=x", "Property .starting_after_id is no activity of this list"),
    ],
)
def test_what_cannot_be_asked_is_refused(api: Api, query: str, details: str) -> None:
    api.post("/v1/customers", {"source_id": "ann"})

    refused = api.get(f"/v1/customers/ann/activity?{query}")

    assert (refused.status, refused.json["key"]) == (400, "invalid_query_params")
    assert refused.json["details"].startswith(details)


@pytest.mark.parametrize("bound", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z"])
def test_the_calendar_s_ends_are_dates_too(shop: Api, bound: str) -> None:
    for query in (f"start_date={bound}", f"end_date={bound}"):
        assert len(types(shop, query)) in (0, 8)


def test_nobody_else_is_told(api: Api, other_project_api: Api) -> None:
    api.post("/v1/orders", {"amount": 5, "customer": {"source_id": "ann"}})
    other_project_api.post("/v1/customers", {"source_id": "ann"})

    assert types(other_project_api) == []
    assert api.get("/v1/customers/nobody/activity").status == 404
    api.delete("/v1/customers/ann")
    assert api.get("/v1/customers/ann/activity").status == 404
