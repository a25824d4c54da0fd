"""What the lists of vouchers and customers can be asked for (domain.md §2.6, §2.9)."""

from itertools import pairwise

import pytest

from tests.api.client import Api

IS_A = "filters[code][conditions][$is]=A"


@pytest.fixture
def vouchers(api: Api) -> Api:
    """The vouchers A, B and C, made in this order; A was changed after that."""
    for code in ("A", "B", "C"):
        api.voucher(code)
    assert api.put("/v1/vouchers/A", {"metadata": {"changed": True}}).status == 200
    return api


@pytest.fixture
def customers(api: Api) -> Api:
    """Ann, Bob and another Ann, made in this order; Bob was changed after that."""
    for name, city in (("Ann", "Ulm"), ("Bob", "Ulm"), ("Ann", "Bonn")):
        email = f"{name}@{city}.test".lower()
        body = {"source_id": email, "email": email, "name": name, "address": {"city": city}}
        assert api.post("/v1/customers", body).status == 200
    assert api.put("/v1/customers/bob@ulm.test", {"phone": "1"}).status == 200
    return api


def codes(api: Api, query: str) -> list[str]:
    """The codes of the vouchers listed, of which there are as many as the list says."""
    page = api.get(f"/v1/vouchers?{query}").json
    assert page["total"] == len(page["vouchers"])
    return [voucher["code"] for voucher in page["vouchers"]]


def emails(api: Api, query: str) -> list[str]:
    """The same of customers."""
    page = api.get(f"/v1/customers?{query}").json
    assert page["total"] == len(page["customers"])
    return [customer["email"] for customer in page["customers"]]


def test_a_voucher_is_found_by_its_code(vouchers: Api) -> None:
    assert codes(vouchers, "code=B") == ["B"]
    assert codes(vouchers, "code=nope") == []


def test_a_deleted_voucher_is_not_found_by_its_code(vouchers: Api) -> None:
    vouchers.delete("/v1/vouchers/B")

    assert codes(vouchers, "code=B") == []


def test_vouchers_are_found_by_their_ids_in_the_order_of_the_list(vouchers: Api) -> None:
    named = {code: vouchers.get(f"/v1/vouchers/{code}").json["id"] for code in ("A", "C")}
    query = f"ids[]={named['A']}&ids%5B%5D={named['C']}&ids[]=v_unknown&ids[]={named['A']}"

    assert codes(vouchers, query) == ["C", "A"]
    assert codes(vouchers, f"{query}&order=-updated_at") == ["A", "C"]
    assert codes(vouchers, f"{query}&order=code") == ["A", "C"]
    assert codes(vouchers, f"{query}&code=C") == ["C"]
    assert codes(vouchers, f"{query}&code=B") == []


@pytest.mark.parametrize("order", ["created_at", "updated_at", "code"])
def test_vouchers_are_found_by_when_they_were_made_and_changed(vouchers: Api, order: str) -> None:
    by_code = {code: vouchers.get(f"/v1/vouchers/{code}").json for code in ("A", "B", "C")}
    first, last = by_code["A"]["created_at"], by_code["C"]["created_at"]

    made = f"created_at[after]={first}&created_at[before]={last}&order={order}"
    assert codes(vouchers, made) == ["B"]
    assert codes(vouchers, f"updated_at[after]={last}&order={order}") == ["A"]
    assert codes(vouchers, f"{made}&updated_at[after]={last}") == []
    assert codes(vouchers, f"code=A&created_at[after]={first}&order={order}") == []


def test_filtered_vouchers_have_pages(vouchers: Api) -> None:
    last = vouchers.get("/v1/vouchers/C").json["created_at"]
    query = f"updated_at[before]={last}&created_at[after]=2020-01-01&order=code&limit=1"

    pages = [vouchers.get(f"/v1/vouchers?{query}&page={page}").json for page in (1, 2)]

    assert [[each["code"] for each in page["vouchers"]] for page in pages] == [["B"], []]
    assert [page["total"] for page in pages] == [1, 1]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("email=bob@ulm.test", ["bob@ulm.test"]),
        ("email=nobody@ulm.test", []),
        ("name=Ann", ["ann@bonn.test", "ann@ulm.test"]),
        ("name=Ann&order=created_at", ["ann@ulm.test", "ann@bonn.test"]),
        ("city=Ulm&order=source_id", ["ann@ulm.test", "bob@ulm.test"]),
        ("city=Ulm&name=Ann", ["ann@ulm.test"]),
    ],
)
def test_customers_are_found_by_what_is_known_of_them(
    customers: Api, query: str, found: list[str]
) -> None:
    assert emails(customers, query) == found


@pytest.mark.parametrize("order", ["created_at", "-updated_at", "source_id"])
def test_customers_are_found_by_when_they_were_made_and_changed(customers: Api, order: str) -> None:
    everyone = customers.get("/v1/customers?order=created_at").json["customers"]
    first, _, last = (each["created_at"] for each in everyone)

    made = f"created_at[after]={first}&created_at[before]={last}&order={order}"
    assert emails(customers, made) == ["bob@ulm.test"]
    assert emails(customers, f"updated_at[after]={last}&order={order}") == ["bob@ulm.test"]


@pytest.mark.parametrize("order", ["created_at", "-created_at"])
def test_a_list_of_customers_goes_on_after_a_cursor(customers: Api, order: str) -> None:
    everyone = customers.get(f"/v1/customers?order={order}").json["customers"]

    for before, after in pairwise(everyone):
        rest = f"starting_after={before['created_at']}&order={order}"
        assert emails(customers, rest)[0] == after["email"]
    assert emails(customers, f"starting_after={everyone[-1]['created_at']}&order={order}") == []


@pytest.mark.parametrize(
    ("target", "name"),
    [
        ("vouchers?customer=x", "customer"),
        ("vouchers?[customer]=x", "customer"),
    ],
)
def test_a_filter_that_is_not_built_is_refused(api: Api, target: str, name: str) -> None:
    refused = api.get(f"/v1/{target}")

    assert (refused.status, refused.json["key"]) == (400, "invalid_query_params")
    assert refused.json["details"] == f"Property .{name} is not supported yet"


@pytest.mark.parametrize("kind", ["vouchers", "customers"])
def test_a_time_that_is_none_is_refused(api: Api, kind: str) -> None:
    refused = api.get(f"/v1/{kind}?updated_at[after]=zzz")

    assert (refused.status, refused.json["key"]) == (400, "invalid_query_params")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("filters[code][conditions][$in][0]=A&filters[code][conditions][$in][1]=C", ["C", "A"]),
        ("[filters][code][conditions][$is_not]=B&order=code", ["A", "C"]),
        ("filters[metadata.changed][conditions][$is]=true", ["A"]),
        ("filters[updated_at][conditions][$is_unknown]=", ["C", "B"]),
        ("filters[redemption.redeemed_quantity][conditions][$more_than]=0", ["B"]),
        ("filters[active][conditions][$is]=false", ["C"]),
        ("filters[category_id][conditions][$has_value]=", []),
        (
            f"filters[junction]=or&{IS_A}&filters[active][conditions][$is]=false",
            ["C", "A"],
        ),
        ("code=B&filters[code][conditions][$is]=C", []),
        ("category=Seasonal", []),
    ],
)
def test_vouchers_are_found_by_their_attributes(
    vouchers: Api, query: str, found: list[str]
) -> None:
    vouchers.redeem("B")
    vouchers.post("/v1/vouchers/C/disable", None)
    if "updated_at" in query:
        vouchers.post("/v1/vouchers/C/enable", None)
        found = ["B"]

    assert codes(vouchers, query) == found


def test_vouchers_are_found_by_their_category(vouchers: Api) -> None:
    category = vouchers.post("/v1/categories", {"name": "Seasonal"}).json["id"]
    vouchers.put("/v1/vouchers/B", {"category_id": category})

    for name in ("Seasonal", category):
        assert codes(vouchers, f"category={name}") == ["B"]


@pytest.mark.parametrize(
    ("query", "details"),
    [
        ("filters[color][conditions][$is]=x", "Property .filters.color is not a field"),
        ("filters[code][conditions][$after]=x", "Property .filters.code.conditions.$after is not"),
        ("filters[code]=x", "Property .filters[code] must be filters[<field>]"),
    ],
)
def test_a_filter_that_cannot_be_is_refused_and_named(api: Api, query: str, details: str) -> None:
    refused = api.get(f"/v1/vouchers?{query}")

    assert (refused.status, refused.json["key"]) == (400, "invalid_query_params")
    assert refused.json["details"].startswith(details)
