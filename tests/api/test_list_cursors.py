"""Lists that are gone through by their cursors: nothing missed, nothing twice, no other list's."""

from collections.abc import Callable
from urllib.parse import quote

import pytest
from voucherify.models.customers_list_response_body import CustomersListResponseBody
from voucherify.models.orders_list_response_body import OrdersListResponseBody
from voucherify.models.redemptions_list_response_body import RedemptionsListResponseBody
from voucherify.models.vouchers_list_response_body import VouchersListResponseBody

from counterfoil.storage import keys
from tests.api.client import Api

LISTS = ["orders", "vouchers", "customers", "redemptions"]
ORDERS = {
    "orders": ("created_at", "updated_at"),
    "vouchers": ("created_at", "updated_at", "code"),
    "customers": ("created_at", "updated_at", "source_id"),
    "redemptions": ("created_at", "id", "voucher_code", "customer_id"),
}
EVERY_ORDER = [
    (kind, f"{sign}{field}") for kind in LISTS for field in ORDERS[kind] for sign in ("", "-")
]
READ = {
    "orders": OrdersListResponseBody,
    "vouchers": VouchersListResponseBody,
    "customers": CustomersListResponseBody,
    "redemptions": RedemptionsListResponseBody,
}


def make(api: Api, kind: str, number: int) -> None:
    """A thing of `kind`; some are changed after others were made."""
    name = f"n{number}"
    if kind == "redemptions":
        if number == 0:
            api.voucher("TEN")
        assert api.redeem("TEN", customer={"source_id": name}).status == 200
    elif kind == "vouchers":
        api.voucher(name)
    else:
        assert api.post(f"/v1/{kind}", {"source_id": name}).status == 200
    if number % 3 == 2 and kind != "redemptions":
        api.put(f"/v1/{kind}/n{number - 1}", {"metadata": {"number": number}})


def pages(
    api: Api, kind: str, query: str = "", between: Callable[[int], None] = lambda _: None
) -> list[list[str]]:
    """The ids on every page, each gone on to by the cursor of the one before."""
    found: list[list[str]] = []
    cursor = ""
    while True:
        page = api.get(f"/v1/{kind}?{query}{cursor}").json
        found.append([each["id"] for each in page[kind]])
        assert page["has_more"] is ("next_cursor" in page)
        if not page["has_more"]:
            return found
        between(len(found))
        cursor = f"&cursor={page['next_cursor']}"


@pytest.mark.parametrize(("kind", "order"), EVERY_ORDER)
def test_cursors_lead_through_the_whole_list(api: Api, kind: str, order: str) -> None:
    for number in range(9):
        make(api, kind, number)
    whole = [each["id"] for each in api.get(f"/v1/{kind}?limit=100&order={order}").json[kind]]

    found = pages(api, kind, f"limit=4&order={order}")

    assert [len(page) for page in found] == [4, 4, 1]
    assert [each for page in found for each in page] == whole


@pytest.mark.parametrize("kind", LISTS)
def test_a_page_by_cursor_tells_the_total_of_the_first(api: Api, kind: str) -> None:
    for number in range(5):
        make(api, kind, number)
    first = api.get(f"/v1/{kind}?limit=2").json

    second = api.get(f"/v1/{kind}?limit=2&cursor={first['next_cursor']}").json

    assert (first["total"], second["total"]) == (5, 5)
    assert READ[kind].from_dict(second) is not None


@pytest.mark.parametrize("order", ["created_at", "-created_at", "updated_at", "-updated_at"])
def test_a_cursor_outlives_a_change_of_the_number_of_shards(
    api: Api, order: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(12):
        make(api, "orders", number)
    whole = {each["id"] for each in api.get("/v1/orders?limit=100").json["orders"]}

    def grow(done: int) -> None:
        if done == 1:
            monkeypatch.setattr(keys, "SHARDS", 16)
            for number in range(12, 24):
                make(api, "orders", number)

    found = [each for page in pages(api, "orders", f"limit=5&order={order}", grow) for each in page]

    assert len(set(found)) == len(found)
    assert whole <= set(found)
    # What was made in between lies in shards old and new, and comes up where the list goes on.
    assert len(found) == (12 if order.startswith("-") else 24)


def test_a_thing_made_in_between_does_not_move_the_next_page(api: Api) -> None:
    for number in range(6):
        make(api, "orders", number)
    before = api.get("/v1/orders?limit=6").json["orders"]
    first = api.get("/v1/orders?limit=3").json

    make(api, "orders", 6)

    second = api.get(f"/v1/orders?limit=3&cursor={first['next_cursor']}").json
    assert first["orders"] + second["orders"] == before


@pytest.mark.parametrize("kind", LISTS)
def test_the_length_of_a_page_may_change(api: Api, kind: str) -> None:
    for number in range(5):
        make(api, kind, number)
    first = api.get(f"/v1/{kind}?limit=1").json

    rest = api.get(f"/v1/{kind}?limit=100&cursor={first['next_cursor']}").json

    assert (len(rest[kind]), rest["has_more"]) == (4, False)


@pytest.mark.parametrize(
    "other",
    [
        "orders?limit=1&order=created_at&cursor={}",
        "orders?limit=1&order=updated_at&cursor={}",
        "orders?limit=1&status=CREATED&cursor={}",
        "orders?limit=1&created_at[after]=2020-01-01&cursor={}",
        "orders?limit=1&customer=ann&cursor={}",
        "orders?limit=1&voucher_code=TEN&cursor={}",
        "orders?limit=1&filters[status][conditions][$is]=PAID&cursor={}",
        "customers?cursor={}",
        "vouchers?cursor={}",
        "vouchers?code=TEN&cursor={}",
        "redemptions?cursor={}",
        "redemptions?order=id&cursor={}",
        "vouchers/TEN/redemption?cursor={}",
    ],
)
def test_a_cursor_of_another_list_is_refused(api: Api, other: str) -> None:
    api.voucher("TEN")
    for number in range(3):
        make(api, "orders", number)
    cursor = api.get("/v1/orders?limit=1").json["next_cursor"]

    refused = api.get(f"/v1/{other.format(cursor)}")

    assert (refused.status, refused.json["key"]) == (400, "invalid_or_expired_cursor")


@pytest.mark.parametrize("kind", LISTS)
@pytest.mark.parametrize("cursor", ["", "x", "AAAA", "é", "%00", "e30", "A" * 9000, "=", "null"])
def test_what_is_no_cursor_is_refused(api: Api, kind: str, cursor: str) -> None:
    refused = api.get(f"/v1/{kind}?cursor={quote(cursor, safe='%')}")

    assert (refused.status, refused.json["key"]) == (400, "invalid_or_expired_cursor")


def test_a_cursor_and_a_page_cannot_both_be(api: Api) -> None:
    refused = api.get("/v1/orders?page=1&cursor=x")

    assert (refused.status, refused.json["key"]) == (400, "invalid_query_params")


def test_a_cursor_of_another_project_is_refused(api: Api, other_project_api: Api) -> None:
    for number in range(3):
        make(api, "orders", number)
    cursor = api.get("/v1/orders?limit=1").json["next_cursor"]

    refused = other_project_api.get(f"/v1/orders?limit=1&cursor={cursor}")

    assert refused.json["key"] == "invalid_or_expired_cursor"


def test_a_voucher_s_redemptions_go_on_by_their_cursor(api: Api) -> None:
    api.voucher("TEN")
    for _ in range(5):
        api.redeem("TEN", order={"amount": 100})
    whole = api.get("/v1/vouchers/TEN/redemption").json["redemption_entries"]

    first = api.get("/v1/vouchers/TEN/redemption?limit=3").json
    second = api.get(f"/v1/vouchers/TEN/redemption?limit=3&cursor={first['next_cursor']}").json

    assert first["redemption_entries"] + second["redemption_entries"] == whole
    assert (second["has_more"], second["total"]) == (False, 5)


@pytest.mark.parametrize("order", ["created_at", "-created_at", "code", "-updated_at"])
def test_a_campaign_s_vouchers_go_on_by_their_cursor(api: Api, order: str) -> None:
    campaign = api.campaign("Spring")
    for number in range(5):
        api.post(f"/v1/campaigns/{campaign['id']}/vouchers/n{number}", {})
    query = f"campaign=Spring&order={order}"
    whole = [each["id"] for each in api.get(f"/v1/vouchers?{query}").json["vouchers"]]

    found = pages(api, "vouchers", f"{query}&limit=2")

    assert [each for page in found for each in page] == whole
    assert [len(page) for page in found] == [2, 2, 1]


@pytest.mark.parametrize(
    "query",
    [
        "result=SUCCESS",
        "filters[voucher_code][conditions][$is]=TEN",
        "filters[object][conditions][$starts_with]=redemption&order=created_at",
        "customer=ann",
    ],
)
def test_filtered_redemptions_go_on_by_their_cursor(api: Api, query: str) -> None:
    api.voucher("TEN")
    for number in range(7):
        name = "ann" if number % 2 else "bob"
        api.redeem("TEN", order={"amount": 5}, customer={"source_id": name})
    whole = [each["id"] for each in api.get(f"/v1/redemptions?{query}").json["redemptions"]]

    found = pages(api, "redemptions", f"{query}&limit=2")

    assert [each for page in found for each in page] == whole
    assert len(whole) == (3 if "customer" in query else 7)


@pytest.mark.parametrize("query", ["name=Ann", "city=Ulm&order=source_id", "email=a@b.test"])
def test_filtered_customers_go_on_by_their_cursor(api: Api, query: str) -> None:
    for number in range(7):
        known = {"name": "Ann", "email": "a@b.test", "address": {"city": "Ulm"}}
        body = known if number % 2 else {"name": "Bob"}
        api.post("/v1/customers", {"source_id": f"n{number}", **body})
    whole = [each["id"] for each in api.get(f"/v1/customers?{query}").json["customers"]]

    found = pages(api, "customers", f"{query}&limit=2")

    assert [each for page in found for each in page] == whole
    assert len(whole) == 3
