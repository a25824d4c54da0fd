"""Lists of redemptions and rollbacks through the handlers (domain.md §2.3, §10.2, §10.3)."""

from collections.abc import Callable
from urllib.parse import quote

import pytest
from voucherify.models.redemptions_list_response_body import RedemptionsListResponseBody
from voucherify.models.vouchers_redemption_get_response_body import (
    VouchersRedemptionGetResponseBody,
)

from tests.api.client import Api

Shop = dict[str, str]
FAILED = "filters[failure_code][conditions][$has_value]="


@pytest.fixture
def shop(api: Api) -> Shop:
    """Redemptions of every kind by what they are called here, oldest first."""
    api.voucher("TEN")
    api.voucher("ONE", redemption={"quantity": 1})
    ann, bob = {"source_id": "ann"}, {"source_id": "bob"}
    made = {"ann": api.redeem("TEN", order={"amount": 100}, customer=ann).redemption_id}
    stack = api.redeem("TEN", "ONE", order={"amount": 100}, customer=bob).json
    made["parent"] = stack["parent_redemption"]["id"]
    made["first"], made["second"] = (each["id"] for each in stack["redemptions"])
    made["used up"] = api.redeem("ONE", order={"amount": 100}, customer=ann).json["resource_id"]
    made["nobody"] = api.redeem("TEN", order={"amount": 100}).redemption_id
    undone = api.post(f"/v1/redemptions/{made['ann']}/rollback", {})
    made["rollback"] = undone.json["id"]
    return made


@pytest.fixture
def listed(api: Api, shop: Shop) -> Callable[[str], list[str]]:
    """What the redemptions of a list are called."""
    called = {redemption_id: name for name, redemption_id in shop.items()}

    def listing(query: str) -> list[str]:
        page = api.get(f"/v1/redemptions{query}").json
        assert page["total"] == len(page["redemptions"])
        return [called[each["id"]] for each in page["redemptions"]]

    return listing


def test_redemptions_and_rollbacks_are_listed_together_newest_first(
    listed: Callable[[str], list[str]],
) -> None:
    newest = ["rollback", "nobody", "used up", "second", "first", "parent", "ann"]

    assert listed("") == newest
    assert listed("?order=-created_at") == newest
    assert listed("?order=created_at") == newest[::-1]


@pytest.mark.usefixtures("shop")
def test_a_listed_redemption_is_what_a_get_returns(api: Api) -> None:
    for each in api.get("/v1/redemptions").json["redemptions"]:
        assert each == api.get(f"/v1/redemptions/{each['id']}").json


def test_the_children_of_a_stack_that_was_rolled_back_say_so(api: Api, shop: Shop) -> None:
    api.post(f"/v1/redemptions/{shop['parent']}/rollbacks", {})

    page = api.get("/v1/redemptions?customer=bob&filters[object][conditions][$is]=redemption").json

    assert {each["status"] for each in page["redemptions"]} == {"ROLLED_BACK"}
    assert page["total"] == 3


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?result=FAILURE", ["used up"]),
        ("?result=FAILURE&result=SUCCESS&customer=bob", ["second", "first", "parent"]),
        ("?customer=ann", ["rollback", "used up", "ann"]),
        ("?customer=ann&result=SUCCESS&order=created_at", ["ann", "rollback"]),
        ("?customer=eve", []),
        ("?voucher_code=ONE", ["used up", "second"]),
        ("?voucher_code=NOPE", []),
        ("?campaign=Spring", []),
        ("?filters[voucher_code][conditions][$is]=ONE", ["used up", "second"]),
        ("?[filters][voucher_code][conditions][$is]=ONE", ["used up", "second"]),
        ("?filters%5Bvoucher_code%5D%5Bconditions%5D%5B%24is%5D%5B0%5D=ONE", ["used up", "second"]),
        (
            "?filters[voucher_code][conditions][$in]=ONE&filters[voucher_code][conditions][$in]=TEN",
            ["rollback", "nobody", "used up", "second", "first", "ann"],
        ),
        (
            "?filters[voucher_code][conditions][$is_not]=TEN",
            ["used up", "second", "parent"],
        ),
        ("?filters[voucher_code][conditions][$starts_with]=ON", ["used up", "second"]),
        ("?filters[voucher_code][conditions][$is_unknown]=", ["parent"]),
        ("?filters[voucher_code][conditions][$is]=ONE&result=SUCCESS", ["second"]),
        ("?filters[voucher_code][conditions][$is]=ONE&customer=ann", ["used up"]),
        ("?filters[object][conditions][$is]=redemption_rollback", ["rollback"]),
        (f"?{FAILED}", ["used up"]),
        ("?filters[failure_code][conditions][$is]=quantity_exceeded", ["used up"]),
        ("?filters[customer_id][conditions][$is_unknown]=", ["nobody"]),
        ("?filters[parent_redemption_id][conditions][$has_value]=", ["second", "first"]),
        (
            f"?filters[junction]=OR&{FAILED}&filters[object][conditions][$ends_with]=rollback",
            ["rollback", "used up"],
        ),
    ],
)
def test_a_list_has_what_its_filters_let_through(
    listed: Callable[[str], list[str]], query: str, expected: list[str]
) -> None:
    assert listed(query) == expected


def test_a_voucher_may_be_named_by_its_id(api: Api, listed: Callable[[str], list[str]]) -> None:
    voucher = api.get("/v1/vouchers/ONE").json["id"]

    assert listed(f"?related_object_id={voucher}") == ["used up", "second"]


def test_a_customer_may_be_named_by_id(api: Api, listed: Callable[[str], list[str]]) -> None:
    customer = api.get("/v1/customers/bob").json["id"]

    assert listed(f"?customer={customer}") == ["second", "first", "parent"]


@pytest.mark.parametrize(
    "form", ["[created_at][{}]={}", "created_at[{}]={}", "created_at%5B{}%5D={}"]
)
def test_times_bound_the_list_and_are_excluded(
    api: Api, listed: Callable[[str], list[str]], shop: Shop, form: str
) -> None:
    dates = {
        name: quote(api.get(f"/v1/redemptions/{redemption_id}").json["date"])
        for name, redemption_id in shop.items()
    }

    after = form.format("after", dates["used up"])
    assert listed(f"?{after}") == ["rollback", "nobody"]
    before = form.format("before", dates["used up"])
    assert listed(f"?{before}") == ["second", "first", "parent", "ann"]
    since = form.format("after", dates["ann"])
    assert listed(f"?{before}&{since}&customer=bob") == ["second", "first", "parent"]
    assert listed(f"?{before}&{since}&voucher_code=ONE") == ["second"]
    assert listed(f"?{after}&{before}") == []
    assert listed(f"?{form.format('before', '2020-01-01')}") == []


@pytest.mark.parametrize(
    ("order", "key"),
    [
        ("id", lambda each: each["id"]),
        ("voucher_code", lambda each: (each["voucher"] or {}).get("code", "")),
        ("customer_id", lambda each: each["customer_id"] or ""),
        ("tracking_id", lambda each: each["tracking_id"] or ""),
    ],
)
@pytest.mark.usefixtures("shop")
def test_a_list_may_be_in_the_order_of_a_field_ties_by_id(
    api: Api, order: str, key: Callable[[dict[str, object]], object]
) -> None:
    ascending = api.get(f"/v1/redemptions?order={order}").json["redemptions"]

    expected = sorted(ascending, key=lambda each: (key(each), each["id"]))
    assert ascending == expected
    descending = api.get(f"/v1/redemptions?order=-{order}").json["redemptions"]
    assert descending == ascending[::-1]


def test_pages_of_a_filtered_list_follow_each_other(api: Api) -> None:
    api.voucher("TEN")
    made = [api.redeem("TEN", order={"amount": 100}).redemption_id for _ in range(7)]

    pages = [
        api.get(f"/v1/redemptions?result=SUCCESS&limit=3&page={page}").json for page in (1, 2, 3, 4)
    ]

    assert [[each["id"] for each in page["redemptions"]] for page in pages] == [
        made[:3:-1],
        made[3:0:-1],
        made[:1],
        [],
    ]
    assert {page["total"] for page in pages} == {7}


@pytest.mark.parametrize(
    ("query", "details"),
    [
        ("limit=101", "Property .limit must be <= 100"),
        ("page=100", "Property .page must be <= 99"),
        ("order=updated_at", "Property .order must be one of created_at"),
        ("result=MAYBE", "Property .result must be one of SUCCESS, FAILURE"),
        ("created_at[before]=soon", "Property .created_at.before cannot be recognized"),
        ("created_at[after]=0001-01-01T00:00:00%2B01:00", "Property .created_at.after cannot"),
        ("filters[color][conditions][$is]=red", "Property .filters.color"),
        ("filters[result][$is]=SUCCESS", "Property .filters.result['$is'] must be filters[result]"),
        ("filters[result]=SUCCESS", "Property .filters.result must be filters[result]"),
        ("filters=SUCCESS", "Property .filters is not a filter"),
        (
            "filters[result][conditions][$more_than]=1",
            "Property .filters.result.conditions['$more_than'] must have one of the operators $in",
        ),
        ("filters[junction]=xor", "Property .filters.junction must be and or or"),
    ],
)
def test_a_parameter_that_cannot_be_is_refused_and_named(
    api: Api, query: str, details: str
) -> None:
    refused = api.get(f"/v1/redemptions?{query}")

    assert (refused.status, refused.json["key"]) == (400, "invalid_query_params")
    assert refused.json["details"].startswith(details)


@pytest.mark.usefixtures("shop")
def test_a_voucher_s_redemptions_are_listed_with_its_count(api: Api) -> None:
    found = api.get("/v1/vouchers/ONE/redemption").json

    assert {name: found[name] for name in found if name != "redemption_entries"} == {
        "quantity": 1,
        "redeemed_quantity": 1,
        "object": "list",
        "url": "/v1/vouchers/ONE/redemption",
        "data_ref": "redemption_entries",
        "total": 2,
        "has_more": False,
    }
    assert [each["result"] for each in found["redemption_entries"]] == ["FAILURE", "SUCCESS"]


def test_a_voucher_s_rollbacks_are_listed_with_its_redemptions(api: Api, shop: Shop) -> None:
    found = api.get("/v1/vouchers/TEN/redemption").json

    expected = ["rollback", "nobody", "first", "ann"]
    assert [each["id"] for each in found["redemption_entries"]] == [shop[name] for name in expected]
    assert (found["total"], found["redeemed_quantity"]) == (4, 2)


@pytest.mark.usefixtures("shop")
def test_a_voucher_s_redemptions_have_pages_too(api: Api) -> None:
    found = api.get("/v1/vouchers/TEN/redemption?limit=3&page=2").json

    assert (len(found["redemption_entries"]), found["total"]) == (1, 4)


@pytest.mark.usefixtures("shop")
def test_the_official_client_reads_every_list(api: Api) -> None:
    read = RedemptionsListResponseBody.from_dict(api.get("/v1/redemptions").json)
    of_voucher = VouchersRedemptionGetResponseBody.from_dict(
        api.get("/v1/vouchers/ONE/redemption").json
    )

    assert read is not None
    assert (read.total, len(read.redemptions or [])) == (7, 7)
    assert of_voucher is not None
    assert len(of_voucher.redemption_entries) == 2


def test_a_list_shows_its_own_project_only(api: Api, other_project_api: Api) -> None:
    for each in (api, other_project_api):
        each.voucher("TEN")
        each.redeem("TEN", order={"amount": 100}, customer={"source_id": "ann"})

    for query in ("", "?customer=ann", "?voucher_code=TEN", "?result=SUCCESS"):
        (mine,) = api.get(f"/v1/redemptions{query}").json["redemptions"]
        (theirs,) = other_project_api.get(f"/v1/redemptions{query}").json["redemptions"]
        assert mine["id"] != theirs["id"]
