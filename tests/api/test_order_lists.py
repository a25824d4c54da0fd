"""What the list of orders can be asked for: customers, vouchers, and every attribute."""

from collections.abc import Sequence
from datetime import UTC
from typing import Any

import pytest

from counterfoil.domain.errors import InvalidCursor
from counterfoil.domain.ids import RequestIds
from counterfoil.domain.list_cursors import Listing
from counterfoil.operations.call import Call
from counterfoil.operations.list_pages import Course
from counterfoil.operations.lists import Page, Paging, Times, id_of, stretch_of
from counterfoil.storage.marshal import Attributes
from counterfoil.storage.store import Patience, Store
from tests.api.client import Api
from tests.builders import NOW

FILTER = "filters[{}][conditions][{}]={}"


def names(api: Api, query: str = "") -> list[str]:
    """The source_ids of the orders that are listed, on pages of two."""
    found: list[str] = []
    cursor = ""
    while True:
        page = api.get(f"/v1/orders?limit=2&{query}{cursor}")
        assert page.status == 200, page.body
        found += [order["source_id"] for order in page.json["orders"]]
        if not page.json["has_more"]:
            return found
        cursor = f"&cursor={page.json['next_cursor']}"


@pytest.fixture
def shop(api: Api) -> Api:
    """Five orders of every kind; web-2 was changed last."""
    orders = [
        {"source_id": "web-1", "amount": 1_000, "metadata": {"channel": "web", "n": 1}},
        {"source_id": "web-2", "amount": 2_000, "customer": {"source_id": "ann"}},
        {"source_id": "till-3", "amount": 3_000, "status": "PAID"},
        {"source_id": "till-4", "items": [{"price": 500}], "customer": {"source_id": "ann"}},
        {"source_id": "till-5", "status": "CANCELED", "customer": {"source_id": "bob"}},
    ]
    for order in orders:
        assert api.post("/v1/orders", order).status == 200
    api.put("/v1/orders/web-2", {"status": "FULFILLED", "metadata": {"channel": "web"}})
    return api


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["till-5", "till-4", "till-3", "web-2", "web-1"]),
        ("status=PAID", ["till-3"]),
        ("status=PAID&status=FULFILLED", ["till-3", "web-2"]),
        ("status[]=CREATED&order=created_at", ["web-1", "till-4"]),
        ("customer=ann", ["till-4", "web-2"]),
        ("customer=ann&order=created_at", ["web-2", "till-4"]),
        ("customer=ann&order=-updated_at", ["web-2", "till-4"]),
        ("customer=ann&status=FULFILLED", ["web-2"]),
        ("customer=nobody", []),
        (FILTER.format("source_id", "$starts_with", "till-"), ["till-5", "till-4", "till-3"]),
        (FILTER.format("amount", "$more_than_equal", "2000"), ["till-3", "web-2"]),
        (
            FILTER.format("total_amount", "$more_than", "500")
            + "&"
            + FILTER.format("total_amount", "$less_than", "3000"),
            ["web-2", "web-1"],
        ),
        (FILTER.format("metadata.channel", "$is", "web"), ["web-2", "web-1"]),
        (FILTER.format("metadata.n", "$is", "1"), ["web-1"]),
        ("[filters][status][conditions][$in][0]=PAID", ["till-3"]),
        ("filters%5Bstatus%5D%5Bconditions%5D%5B%24in%5D%5B0%5D=PAID", ["till-3"]),
        (FILTER.format("customer_id", "$is_unknown", ""), ["till-3", "web-1"]),
        (FILTER.format("updated_at", "$has_value", ""), ["web-2"]),
        (
            "filters[junction]=or&"
            + FILTER.format("status", "$is", "CANCELED")
            + "&"
            + FILTER.format("amount", "$is", "1000"),
            ["till-5", "web-1"],
        ),
    ],
)
def test_a_list_has_the_orders_that_are_asked_for(shop: Api, query: str, found: list[str]) -> None:
    assert names(shop, query) == found


def test_times_are_kept_by_the_list_s_own_index_and_beside_it(shop: Api) -> None:
    by_name = {each["source_id"]: each for each in shop.get("/v1/orders").json["orders"]}
    first, third = by_name["web-1"]["created_at"], by_name["till-3"]["created_at"]
    changed = by_name["web-2"]["updated_at"]
    created = f"created_at[after]={first}&created_at[before]={third}"

    assert names(shop, created) == ["web-2"]
    assert names(shop, f"{created}&order=-updated_at") == ["web-2"]
    assert names(shop, f"updated_at[after]={third}") == ["till-5", "till-4", "web-2"]
    assert names(shop, f"updated_at[before]={changed}&order=updated_at") == [
        *("web-1", "till-3", "till-4", "till-5")
    ]
    assert shop.get(f"/v1/orders?{created}").json["total"] == 1
    assert names(shop, f"customer=ann&created_at[after]={third}") == ["till-4"]


def test_an_order_is_in_the_list_of_the_customer_it_has_now(shop: Api) -> None:
    ann = shop.get("/v1/customers/ann").json["id"]
    shop.put("/v1/orders/till-4", {"customer": {"source_id": "bob"}})

    assert names(shop, "customer=ann") == names(shop, f"customer={ann}") == ["web-2"]
    assert names(shop, "customer=bob") == ["till-5", "till-4"]

    shop.put("/v1/orders/till-4", {"customer": {"source_id": "ann"}})
    assert names(shop, "customer=ann") == ["till-4", "web-2"]


def test_a_voucher_s_orders_come_in_the_order_of_its_redemptions(shop: Api) -> None:
    for code in ("ONE", "TWO"):
        shop.voucher(code)
    shop.redeem("ONE", order={"source_id": "till-4"})
    shop.redeem("TWO", order={"source_id": "till-3"})
    shop.redeem("TWO", "ONE", order={"source_id": "web-1"})
    voucher = shop.get("/v1/vouchers/ONE").json["id"]

    assert names(shop, "voucher_code=ONE") == ["web-1", "till-4"]
    assert names(shop, f"voucher_code={voucher}&order=created_at") == ["till-4", "web-1"]
    assert names(shop, "voucher_code=TWO") == ["web-1", "till-3"]
    assert names(shop, "voucher_code=ONE&customer=ann") == ["till-4"]
    assert names(shop, "voucher_code=ONE&status=CANCELED") == []
    assert names(shop, "voucher_code=NONE") == []


def test_an_order_redeemed_on_again_is_listed_once_for_its_voucher(shop: Api) -> None:
    shop.voucher("ONE", redemption={"quantity": 2})
    shop.voucher("TWO")
    undone = shop.redeem("ONE", "TWO", order={"source_id": "web-1"})
    shop.redeem("ONE", order={"source_id": "till-3"})
    parent = undone.json["parent_redemption"]["id"]
    assert shop.post(f"/v1/redemptions/{parent}/rollbacks", {}).status == 200
    assert shop.redeem("ONE", order={"source_id": "web-1"}).status == 200
    assert shop.redeem("ONE", order={"source_id": "till-4"}).status == 400

    assert names(shop, "voucher_code=ONE") == ["web-1", "till-3"]
    assert names(shop, "voucher_code=ONE&order=created_at") == ["web-1", "till-3"]
    assert names(shop, "voucher_code=TWO") == ["web-1"]


@pytest.mark.parametrize(
    ("query", "details"),
    [
        ("status=OPEN", "Property .status must be one of CREATED, PAID, CANCELED, FULFILLED"),
        ("status=", "Property .status must be one of CREATED"),
        ("customer=ann&page=2", "Property .page must be 1 with filters; go on by the cursor"),
        ("voucher_code=X&order=-updated_at", "Property .order must be created_at or -created_at"),
        ("created_at[after]=soon", "Property .created_at.after cannot be recognized"),
        ("filters=x", "Property .filters must be filters[<field>][conditions][<operator>]"),
        ("filters[status]=x", "Property .filters[status] must be filters[<field>]"),
        ("filters[junction]=or", "Property .filters must have conditions on at least 1 field"),
        ("filters[junction]=xor&" + FILTER.format("status", "$is", "PAID"), "Property .filters.j"),
        (FILTER.format("color", "$is", "red"), "Property .filters.color is not a field to filter"),
        (FILTER.format("amount", "$is", "red"), "Property .filters.amount.conditions.$is must be"),
        (
            FILTER.format("status", "$more_than", "1"),
            "Property .filters.status.conditions.$more_than is not an operator of the field; those",
        ),
        (FILTER.format("created_at", "$after", "x"), "Property .filters.created_at.conditions"),
    ],
)
def test_what_cannot_be_asked_is_refused_and_named(api: Api, query: str, details: str) -> None:
    refused = api.get(f"/v1/orders?{query}")

    assert (refused.status, refused.json["key"]) == (400, "invalid_query_params")
    assert refused.json["details"].startswith(details)


@pytest.mark.parametrize(
    "name", ["", "%00", "a%23b", "cust_" + "x" * 600, "v_" + "%F0%9F%98%80" * 500, "é"]
)
def test_odd_names_have_no_orders(api: Api, name: str) -> None:
    for query in (f"customer={name}", f"voucher_code={name}"):
        assert api.get(f"/v1/orders?{query}").json["orders"] == []


def test_orders_of_another_project_are_never_listed(api: Api, other_project_api: Api) -> None:
    for each in (api, other_project_api):
        each.voucher("TEN")
    order = {"source_id": "mine", "amount": 5}
    api.redeem("TEN", order=order, customer={"source_id": "ann"})
    customer = api.get("/v1/customers/ann").json["id"]
    voucher = api.get("/v1/vouchers/TEN").json["id"]

    for query in ("customer=ann", f"customer={customer}", "voucher_code=TEN", "status=PAID"):
        assert names(api, query) == ["mine"]
        assert names(other_project_api, query) == []
    assert names(other_project_api, f"voucher_code={voucher}") == []


@pytest.fixture
def call(api: Api, store: Store) -> Call:
    """A request in a project of 23 orders."""
    for number in range(23):
        api.post("/v1/orders", {"source_id": f"n{number:02}", "amount": number})
    patient = Store(store.client, store.table, Patience(left=lambda: 9.0, pause=lambda _: None))
    return Call(patient, api.project, "till", RequestIds(bytes(32), NOW), UTC, lease_seconds=12)


def test_a_search_answers_a_short_page_after_so_many_and_goes_on_from_there(call: Call) -> None:
    met: list[int] = []
    found: list[str] = []
    cursor = None
    listing = Listing(call.project, "orders", "created_at")
    while True:
        paging = Paging(limit=3, page=1, order="created_at", cursor=cursor)
        stretch = stretch_of(call, "O", paging, Times())
        # Of all orders, the last five fit.
        seen: list[str] = []

        def read(entries: Sequence[Attributes], seen: list[str] = seen) -> list[str | None]:
            ids = [id_of(entry) for entry in entries]
            seen += ids
            known = sum(met) + len(seen) - len(ids)
            return [name if known + at >= 18 else None for at, name in enumerate(ids)]

        page = Course(call, listing, paging, stretch, read, looked=4).search()
        met.append(len(seen))
        found += page.entries
        if page.next_cursor is None:
            break
        cursor = page.next_cursor

    assert max(met) <= 4
    assert sum(met) == 23
    assert len(set(found)) == len(found) == 5
    assert page.total == 5


def test_pages_by_number_end_at_a_bound_and_the_cursor_goes_on_behind_it(call: Call) -> None:
    listing = Listing(call.project, "orders", "created_at")
    found: list[str] = []
    totals: list[int] = []

    def read(entries: Sequence[Attributes]) -> list[str | None]:
        return [id_of(entry) for entry in entries]

    def page(**fields: Any) -> Page[str]:  # noqa: ANN401  # of Paging
        paging = Paging(limit=4, order="created_at", **{"page": 1, **fields})
        stretch = stretch_of(call, "O", paging, Times())
        told = Course(call, listing, paging, stretch, read, looked=6, bound=10).look_through()
        totals.append(told.total)
        return told

    assert [len(page(page=number).entries) for number in (1, 2, 3, 4)] == [4, 4, 2, 0]
    last = page(page=3)
    found += (*page(page=1).entries, *page(page=2).entries, *last.entries)
    cursor = last.next_cursor
    while cursor is not None:
        told = page(cursor=cursor)
        found += told.entries
        cursor = told.next_cursor

    assert len(found) == len(set(found)) == 23
    assert set(totals) == {10}


def test_a_cursor_is_read_before_anything_is_asked(call: Call) -> None:
    paging = Paging(limit=3, page=1, order="created_at", cursor="x")
    listing = Listing(call.project, "orders", "created_at")
    stretch = stretch_of(call, "O", paging, Times())
    calls = call.store.meter.calls

    with pytest.raises(InvalidCursor):
        Course(call, listing, paging, stretch, lambda _: [None]).page()

    assert call.store.meter.calls == calls
