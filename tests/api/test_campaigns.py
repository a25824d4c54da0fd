"""Campaigns: create, read, change, switch, list (domain.md §1.10, §2.7)."""

from typing import Any, Final
from urllib.parse import quote

import pytest

from counterfoil.storage import keys
from counterfoil.storage.store import Store
from tests.api.client import Api

MAX_INDEX_SORT_KEY_BYTES: Final = 1024
PERCENT: Final = {"type": "PERCENT", "percent_off": 10}
VOUCHER: Final = {"type": "DISCOUNT_VOUCHER", "discount": PERCENT}


def create(api: Api, **fields: object) -> Any:  # noqa: ANN401  # as `Reply.json`
    return api.post("/v1/campaigns", {"name": "Autumn", "voucher": VOUCHER, **fields})


def test_a_campaign_is_created_with_its_first_codes(api: Api) -> None:
    voucher = {**VOUCHER, "redemption": {"quantity": 1}, "code_config": {"pattern": "AUT-####"}}

    campaign = api.campaign("Autumn", vouchers_count=2, voucher=voucher)

    assert campaign["id"].startswith("camp_")
    assert len(campaign["id"]) == 29
    assert campaign["vouchers_count"] == 2
    assert (campaign["creation_status"], campaign["vouchers_generation_status"]) == ("DONE",) * 2
    made = api.get("/v1/vouchers?campaign=Autumn").json
    assert made["total"] == 2
    for each in made["vouchers"]:
        assert each["code"].startswith("AUT-")
        assert len(each["code"]) == 8
        assert (each["campaign"], each["campaign_id"]) == ("Autumn", campaign["id"])
        assert each["redemption"]["quantity"] == 1


def test_a_campaign_has_the_contracts_defaults(api: Api) -> None:
    campaign = api.campaign("Autumn")

    assert campaign == {
        "id": campaign["id"],
        "name": "Autumn",
        "description": None,
        "campaign_type": "DISCOUNT_COUPONS",
        "type": "AUTO_UPDATE",
        "voucher": {
            **VOUCHER,
            "code_config": {
                "length": 8,
                "charset": "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
                "pattern": "########",
                "prefix": None,
                "postfix": None,
            },
        },
        "auto_join": False,
        "join_once": False,
        "use_voucher_metadata_schema": False,
        "activity_duration_after_publishing": None,
        "vouchers_count": 0,
        "start_date": None,
        "validity_timeframe": None,
        "validity_day_of_week": None,
        "validity_hours": None,
        "active": True,
        "metadata": {},
        "category": None,
        "category_id": None,
        "categories": [],
        "protected": False,
        "creation_status": "DONE",
        "vouchers_generation_status": "DONE",
        "created_at": campaign["created_at"],
        "updated_at": None,
        "object": "campaign",
    }


@pytest.mark.parametrize("name", ["Autumn 25", "Autumn/25", "Ünïcode #1", "camp_x"])
def test_a_campaign_is_found_by_its_name_and_by_its_id(api: Api, name: str) -> None:
    campaign = api.campaign(name)

    for path in (quote(name, safe=""), campaign["id"]):
        assert api.get(f"/v1/campaigns/{path}").json == campaign


def test_a_campaign_may_have_the_longest_of_names(api: Api, store: Store) -> None:
    name = "\U0001f600" * 512

    campaign = api.campaign(name)

    assert campaign["name"] == name
    assert [each["name"] for each in api.get("/v1/campaigns?order=name").json["campaigns"]] == [
        name
    ]
    definition = store.get(keys.campaign(api.project, campaign["id"]))
    assert definition is not None
    assert len(str(definition["g3s"]).encode()) == MAX_INDEX_SORT_KEY_BYTES


def test_a_name_is_taken_once(api: Api) -> None:
    api.campaign("Autumn")

    again = create(api)

    assert (again.status, again.json["key"]) == (409, "duplicate_found")
    assert again.json["details"] == "Duplicated campaign exists with id Autumn"


def test_a_promotion_has_no_template(api: Api) -> None:
    campaign = api.post("/v1/campaigns", {"name": "P", "campaign_type": "PROMOTION"}).json

    assert "voucher" not in campaign
    refused = api.post("/v1/campaigns/P/vouchers", {})
    assert (refused.status, refused.json["key"]) == (400, "invalid_campaign")


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"campaign_type": "REFERRAL_PROGRAM"}, "invalid_campaign"),
        ({"campaign_type": "LOYALTY_PROGRAM"}, "invalid_campaign"),
        ({"campaign_type": "PROMOTION"}, "invalid_campaign"),
        ({"campaign_type": "GIFT_VOUCHERS"}, "invalid_campaign"),
        ({"voucher": None}, "invalid_campaign"),
        ({"voucher": {**VOUCHER, "validation_rules": ["val_1"]}}, "invalid_campaign"),
        ({"voucher": {"type": "DISCOUNT_VOUCHER"}}, "invalid_voucher"),
        ({"start_date": "2026-02-01", "expiration_date": "2026-01-01"}, "invalid_campaign"),
        ({"validity_timeframe": {"interval": "P2D", "duration": "P1D"}}, "invalid_campaign"),
        ({"type": "STANDALONE", "vouchers_count": 2}, "invalid_campaign"),
        ({"category": "first"}, "invalid_campaign"),
        ({"vouchers_count": -1}, "invalid_payload"),
        ({"vouchers_count": 1.5}, "invalid_payload"),
        ({"vouchers_count": 1_000_001}, "invalid_payload"),
        ({"name": ""}, "invalid_payload"),
        ({"name": "a\nb"}, "invalid_payload"),
        ({"name": None}, "invalid_payload"),
    ],
)
def test_what_cannot_be_kept_is_refused(api: Api, fields: dict[str, object], key: str) -> None:
    reply = create(api, **fields)

    assert (reply.status, reply.json["key"]) == (400, key), reply.body
    assert api.get("/v1/campaigns").json["total"] == 0


@pytest.mark.parametrize(
    ("fields", "kind"),
    [({"category_id": "cat_nope"}, "category"), ({"validation_rules": ["val_nope"]}, None)],
)
def test_what_a_campaign_names_must_exist(
    api: Api, fields: dict[str, object], kind: str | None
) -> None:
    reply = create(api, **fields)

    assert (reply.status, reply.json["key"]) == (404, "not_found")
    assert reply.json["resource_type"] == (kind or "validation_rules")


def test_fewer_codes_than_are_asked_for_are_refused_up_front(api: Api) -> None:
    voucher = {**VOUCHER, "code_config": {"pattern": "X-#", "charset": "0123456789"}}

    reply = create(api, voucher=voucher, vouchers_count=11)

    assert (reply.status, reply.json["key"]) == (400, "invalid_code_config")
    expected = "The code_config allows 10 different codes; 11 are to be made"
    assert reply.json["details"] == expected


def test_a_campaign_can_have_every_code_that_it_allows(api: Api) -> None:
    voucher = {**VOUCHER, "code_config": {"pattern": "X-#", "charset": "0123456789"}}
    api.voucher("X-3")

    campaign = api.campaign("All", voucher=voucher, vouchers_count=9)

    made = api.get("/v1/vouchers?campaign=All&limit=100").json["vouchers"]
    assert campaign["vouchers_count"] == 9
    assert {each["code"] for each in made} == {f"X-{digit}" for digit in "012456789"}
    more = api.post("/v1/campaigns/All/vouchers", {})
    assert (more.status, more.json["key"]) == (400, "invalid_code_config")


def test_what_a_payload_names_is_changed(api: Api) -> None:
    before = api.campaign("Autumn", metadata={"a": 1, "b": 2}, start_date="2026-01-01")

    changes = {
        "expiration_date": "2030-01-01",
        "start_date": None,
        "metadata": {"b": 3},
        "description": "leaves",
        "auto_join": True,
        "name": "Winter",
    }
    after = api.put("/v1/campaigns/Autumn", changes).json

    assert after["updated_at"] is not None
    assert after == before | {
        "expiration_date": "2030-01-01T00:00:00.000Z",
        "start_date": None,
        "metadata": {"a": 1, "b": 3},
        "description": "leaves",
        "auto_join": True,
        "updated_at": after["updated_at"],
    }


def test_a_change_of_nothing_is_none(api: Api) -> None:
    campaign = api.campaign("Autumn")

    assert api.put("/v1/campaigns/Autumn", {"active": True}).json == campaign


@pytest.mark.parametrize("method", ["PUT", "GET", "DELETE"])
def test_an_unknown_campaign_is_not_found(api: Api, method: str) -> None:
    reply = api.call(method, "/v1/campaigns/Nope", {} if method == "PUT" else None)

    assert (reply.status, reply.json["resource_type"]) == (404, "campaign")


def test_an_impossible_change_is_refused(api: Api) -> None:
    api.campaign("Autumn", start_date="2026-01-01")

    reply = api.put("/v1/campaigns/Autumn", {"expiration_date": "2025-01-01"})

    assert (reply.status, reply.json["key"]) == (400, "invalid_campaign")


def test_a_switch_answers_an_empty_object(api: Api) -> None:
    api.campaign("Autumn")

    off = api.post("/v1/campaigns/Autumn/disable", None)
    assert (off.status, off.json) == (200, {})
    assert api.get("/v1/campaigns/Autumn").json["active"] is False
    on = api.post("/v1/campaigns/Autumn/enable", None)
    assert (on.status, on.json) == (200, {})
    assert api.get("/v1/campaigns/Autumn").json["active"] is True


def test_a_campaign_has_the_category_that_it_names(api: Api) -> None:
    category = api.post("/v1/categories", {"name": "First", "hierarchy": 1}).json

    campaign = api.campaign("Autumn", category_id=category["id"])

    assert campaign["category_id"] == category["id"]
    cleared = api.put("/v1/campaigns/Autumn", {"category_id": None}).json
    assert cleared["category_id"] is None


def test_a_campaign_is_created_with_a_rule(api: Api) -> None:
    rule = api.rule(applicable_to={"included": [{"object": "product", "id": "prod_mug"}]})

    campaign = api.campaign("Autumn", validation_rules=[rule["id"]], vouchers_count=1)

    (assignment,) = campaign["validation_rules_assignments"]["data"]
    assert assignment["rule_id"] == rule["id"]
    assert assignment["related_object_id"] == campaign["id"]
    assert assignment["related_object_type"] == "campaign"


def test_campaigns_are_listed_newest_first(api: Api) -> None:
    for name in ("One", "Two", "Three"):
        api.campaign(name)
    api.post("/v1/campaigns", {"name": "P", "campaign_type": "PROMOTION"})

    listed = api.get("/v1/campaigns?limit=2").json
    assert (listed["object"], listed["data_ref"], listed["total"]) == ("list", "campaigns", 4)
    assert [each["name"] for each in listed["campaigns"]] == ["P", "Three"]
    named = api.get("/v1/campaigns?order=name&limit=2&page=2").json["campaigns"]
    assert [each["name"] for each in named] == ["Three", "Two"]
    promotions = api.get("/v1/campaigns?campaign_type=PROMOTION").json
    assert [each["name"] for each in promotions["campaigns"]] == ["P"]


@pytest.mark.parametrize("query", ["campaign_type=X", "filters[name]=a", "campaign_status=DONE"])
def test_a_filter_that_is_not_known_is_refused(api: Api, query: str) -> None:
    reply = api.get(f"/v1/campaigns?{query}")

    assert (reply.status, reply.json["key"]) == (400, "invalid_query_params")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/campaigns/Autumn/enable", 405),
        ("GET", "/v1/campaigns/Autumn/vouchers", 405),
        ("DELETE", "/v1/campaigns/Autumn/vouchers/CODE", 405),
        ("GET", "/v1/campaigns/Autumn/transactions", 404),
        ("PUT", "/v1/campaigns/Autumn/summary", 404),
    ],
)
def test_a_sub_path_is_never_read_as_a_name(api: Api, method: str, path: str, status: int) -> None:
    reply = api.call(method, path, {} if method == "PUT" else None)

    assert reply.status == status
