"""Lists of orders, vouchers and customers through the handlers (domain.md §10.1, §10.2)."""

from itertools import chain, pairwise
from urllib.parse import quote

import pytest
from voucherify.models.customers_list_response_body import CustomersListResponseBody
from voucherify.models.orders_list_response_body import OrdersListResponseBody
from voucherify.models.vouchers_list_response_body import VouchersListResponseBody

from tests.api.client import Api

LISTS = ["orders", "vouchers", "customers"]
NAMES = {"orders": "source_id", "vouchers": "code", "customers": "source_id"}


def make(api: Api, kind: str, name: str) -> None:
    """A thing of `kind` called `name`."""
    if kind == "vouchers":
        api.voucher(name)
    else:
        assert api.post(f"/v1/{kind}", {"source_id": name}).status == 200


def names(api: Api, kind: str, query: str = "") -> list[str]:
    """What the things of one page are called."""
    return [thing[NAMES[kind]] for thing in api.get(f"/v1/{kind}{query}").json[kind]]


@pytest.mark.parametrize("kind", LISTS)
def test_a_list_shows_its_things_as_a_get_does_newest_first(api: Api, kind: str) -> None:
    for number in range(12):
        make(api, kind, f"n{number}")

    page = api.get(f"/v1/{kind}").json

    assert (page["object"], page["data_ref"], page["total"]) == ("list", kind, 12)
    assert [thing[NAMES[kind]] for thing in page[kind]] == [f"n{n}" for n in range(11, 1, -1)]
    assert page[kind][0] == api.get(f"/v1/{kind}/n11").json


@pytest.mark.parametrize("kind", LISTS)
def test_pages_follow_each_other_without_gap_or_repetition(api: Api, kind: str) -> None:
    for number in range(11):
        make(api, kind, f"n{number}")

    pages = [names(api, kind, f"?limit=4&page={page}&order=created_at") for page in (1, 2, 3, 4)]

    assert [len(page) for page in pages] == [4, 4, 3, 0]
    assert list(chain.from_iterable(pages)) == [f"n{number}" for number in range(11)]
    assert api.get(f"/v1/{kind}?limit=4&page=4").json["total"] == 11


@pytest.mark.parametrize("kind", LISTS)
def test_an_empty_list_is_a_list(api: Api, kind: str) -> None:
    expected = {"object": "list", "data_ref": kind, kind: [], "total": 0, "has_more": False}

    assert api.get(f"/v1/{kind}").json == expected


@pytest.mark.parametrize("kind", LISTS)
def test_what_was_changed_last_can_come_first_or_last(api: Api, kind: str) -> None:
    for name in ("a", "b", "c"):
        make(api, kind, name)
    api.put(f"/v1/{kind}/a", {"metadata": {"changed": True}})

    assert names(api, kind, "?order=-updated_at") == ["a", "c", "b"]
    assert names(api, kind, "?order=updated_at") == ["b", "c", "a"]
    assert names(api, kind, "?order=created_at") == ["a", "b", "c"]


@pytest.mark.parametrize(("kind", "field"), [("vouchers", "code"), ("customers", "source_id")])
def test_vouchers_and_customers_can_be_listed_by_name(api: Api, kind: str, field: str) -> None:
    wanted = [f"n{number:02}" for number in range(12)]
    for name in wanted[1::2] + wanted[::2]:
        make(api, kind, name)

    assert names(api, kind, f"?order={field}&limit=100") == wanted
    assert names(api, kind, f"?order=-{field}&limit=5") == wanted[:-6:-1]


def test_orders_of_one_moment_are_listed_by_id(api: Api) -> None:
    for _ in range(20):
        api.post("/v1/orders", {"created_at": "2026-01-01"})

    ids = [order["id"] for order in api.get("/v1/orders?order=created_at&limit=20").json["orders"]]

    assert all(first < second for first, second in pairwise(ids))
    newest = api.get("/v1/orders?limit=20").json["orders"]
    assert [order["id"] for order in newest] == ids[::-1]


def test_a_change_does_not_count_an_order_twice(api: Api) -> None:
    make(api, "orders", "o1")
    api.put("/v1/orders/o1", {"source_id": "o2"})

    page = api.get("/v1/orders").json

    assert (page["total"], [order["source_id"] for order in page["orders"]]) == (1, ["o2"])


@pytest.mark.parametrize("kind", ["vouchers", "customers"])
def test_what_was_deleted_is_not_listed_nor_counted(api: Api, kind: str) -> None:
    for name in ("a", "b"):
        make(api, kind, name)

    api.delete(f"/v1/{kind}/a")

    for field in ("created_at", "updated_at", NAMES[kind]):
        page = api.get(f"/v1/{kind}?order={field}").json
        assert (page["total"], [each[NAMES[kind]] for each in page[kind]]) == (1, ["b"])


def test_listed_vouchers_show_how_often_they_were_redeemed(api: Api) -> None:
    api.voucher("TEN")
    api.redeem("TEN", order={"amount": 100})

    (voucher,) = api.get("/v1/vouchers").json["vouchers"]

    assert voucher["redemption"]["redeemed_quantity"] == 1


def test_listed_customers_show_what_they_have_bought(api: Api) -> None:
    api.post("/v1/orders", {"amount": 700, "status": "PAID", "customer": {"source_id": "ann"}})
    make(api, "customers", "bob")

    bob, ann = api.get("/v1/customers").json["customers"]

    assert ann["summary"]["orders"] == {
        "total_amount": 700,
        "total_count": 1,
        "average_amount": 700,
    }
    whole = api.get("/v1/customers/ann").json["summary"]
    assert whole["orders"]["last_order_amount"] == 700
    assert ann["summary"]["redemptions"] == whole["redemptions"]
    assert bob["summary"]["orders"]["total_count"] == 0


@pytest.mark.parametrize("kind", LISTS)
@pytest.mark.parametrize(
    ("query", "details"),
    [
        ("limit=0", "Property .limit cannot be lower than 1"),
        ("limit=101", "Property .limit must be <= 100"),
        ("limit=ten", "Property .limit must be an integer"),
        ("limit=", "Property .limit must be an integer"),
        ("limit=1.5", "Property .limit must be an integer"),
        ("page=0", "Property .page cannot be lower than 1"),
        ("page=-1", "Property .page cannot be lower than 1"),
        ("page=101", "Property .page must be <= "),
        ("page=99999999999999999999", "Property .page must be an integer"),
        ("page=%D9%A1", "Property .page must be an integer"),
        ("order=name", "Property .order must be one of created_at, -created_at, "),
        ("order=--created_at", "Property .order must be one of "),
    ],
)
def test_a_parameter_that_cannot_be_is_refused_and_named(
    api: Api, kind: str, query: str, details: str
) -> None:
    refused = api.get(f"/v1/{kind}?{query}")

    assert (refused.status, refused.json["key"]) == (400, "invalid_query_params")
    assert refused.json["details"].startswith(details)


@pytest.mark.parametrize(("kind", "last"), [("orders", 100), ("vouchers", 99), ("customers", 99)])
def test_the_last_page_is_the_contract_s(api: Api, kind: str, last: int) -> None:
    assert api.get(f"/v1/{kind}?page={last}&limit=100").status == 200
    assert api.get(f"/v1/{kind}?page={last + 1}").status == 400


def test_unknown_parameters_are_ignored(api: Api) -> None:
    assert api.get("/v1/orders?color=red&[color][after]=x&=&[]").status == 200


def test_the_official_client_reads_every_list(api: Api) -> None:
    for kind in LISTS:
        make(api, kind, "a")

    orders = OrdersListResponseBody.from_dict(api.get("/v1/orders").json)
    vouchers = VouchersListResponseBody.from_dict(api.get("/v1/vouchers").json)
    customers = CustomersListResponseBody.from_dict(api.get("/v1/customers").json)

    assert orders is not None
    assert vouchers is not None
    assert customers is not None
    assert (orders.total, vouchers.total, customers.total) == (1, 1, 1)


def test_a_list_shows_its_own_project_only(api: Api, other_project_api: Api) -> None:
    for kind in LISTS:
        make(api, kind, "mine")
        make(other_project_api, kind, quote("yours"))

    for kind in LISTS:
        assert names(api, kind) == ["mine"]
        assert names(other_project_api, kind) == ["yours"]
