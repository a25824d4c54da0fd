"""Vouchers through the handlers (domain.md §1.9, §2.6)."""

import re
from typing import Final

import pytest
from voucherify.models.vouchers_create_response_body import VouchersCreateResponseBody
from voucherify.models.vouchers_get_response_body import VouchersGetResponseBody

from tests.api.client import Api, Reply

TEN: Final = {"type": "DISCOUNT_VOUCHER", "discount": {"type": "PERCENT", "percent_off": 10}}
SUNDAYS: Final = {
    "start_date": "2026-01-01T00:00:00.000Z",
    "validity_timeframe": {"interval": "P2D", "duration": "PT1H"},
    "validity_day_of_week": [0, 6],
    "validity_hours": {
        "daily": [{"start_time": "09:00", "expiration_time": "17:00", "days_of_week": [0]}]
    },
}


def error(reply: Reply) -> tuple[int, str]:
    """Status and key of a refusal."""
    return reply.status, reply.json["key"]


def test_a_created_voucher_is_what_a_get_by_code_and_by_id_returns(api: Api) -> None:
    made = api.post("/v1/vouchers/TEN", TEN)

    assert made.status == 200
    assert re.fullmatch(r"v_[0-9A-Za-z]{32}", made.json["id"])
    assert api.get("/v1/vouchers/TEN").json == made.json
    assert api.get(f"/v1/vouchers/{made.json['id']}").json == made.json


def test_a_voucher_has_every_field_of_the_contract(api: Api) -> None:
    voucher = api.voucher("TEN", metadata={"a": 1}, additional_info="x", redemption={"quantity": 3})

    assert voucher["discount"] == {
        "type": "PERCENT",
        "percent_off": 10,
        "effect": "APPLY_TO_ORDER",
        "is_dynamic": False,
    }
    assert voucher["redemption"] == {
        "quantity": 3,
        "redeemed_quantity": 0,
        "object": "list",
        "url": "/v1/vouchers/TEN/redemption",
    }
    nulls = ("campaign", "campaign_id", "category_id", "gift", "loyalty_card", "start_date")
    assert [voucher[name] for name in nulls] == [None] * len(nulls)
    assert (voucher["type"], voucher["object"]) == ("DISCOUNT_VOUCHER", "voucher")
    assert (voucher["active"], voucher["updated_at"]) == (True, None)
    assert (voucher["metadata"], voucher["additional_info"]) == ({"a": 1}, "x")
    assert "expiration_date" not in voucher


@pytest.mark.parametrize(
    "discount",
    [
        {"type": "AMOUNT", "amount_off": 1000, "aggregated_amount_limit": 5000},
        {"type": "PERCENT", "percent_off": 12.5, "amount_limit": 5000},
    ],
)
def test_the_official_client_reads_a_voucher_in_full(api: Api, discount: object) -> None:
    fields = {"discount": discount, "expiration_date": "2030-01-01", **SUNDAYS}
    document = api.voucher("TEN", **fields)

    read = VouchersCreateResponseBody.from_dict(document)
    assert read is not None
    assert read.discount is not None
    assert read.discount.type in ("AMOUNT", "PERCENT")
    assert VouchersGetResponseBody.from_dict(api.get("/v1/vouchers/TEN").json) is not None


def test_recurring_times_are_echoed(api: Api) -> None:
    voucher = api.voucher("TEN", **SUNDAYS)

    assert {name: voucher[name] for name in SUNDAYS} == SUNDAYS


def test_a_voucher_outside_its_hours_is_refused_and_told_so(api: Api) -> None:
    never = {"start_time": "00:00", "expiration_time": "00:01", "days_of_week": [0]}
    always = {"start_time": "00:00", "expiration_time": "00:00"}
    api.voucher("NEVER", validity_hours={"daily": [never]})
    api.voucher("ALWAYS", validity_hours={"daily": [always]})

    refused = api.redeem("NEVER", order={"amount": 100})
    assert error(refused) == (400, "voucher_not_active_now")
    assert (refused.json["message"], refused.json["details"]) == ("voucher not active now", "NEVER")
    assert api.redeem("ALWAYS", order={"amount": 100}).status == 200


def test_a_code_is_made_up_when_none_is_sent(api: Api) -> None:
    config = {"pattern": "AUT-####", "charset": "0123456789"}

    first, second = (api.post("/v1/vouchers", {**TEN, "code_config": config}) for _ in range(2))

    assert re.fullmatch(r"AUT-[0-9]{4}", first.json["code"])
    assert first.json["id"] != second.json["id"]
    assert re.fullmatch(r"[0-9a-zA-Z]{8}", api.post("/v1/vouchers", TEN).json["code"])


def test_made_up_codes_step_aside_for_those_that_are_taken(api: Api) -> None:
    config = {"length": 1, "charset": "AB"}
    codes = [api.post("/v1/vouchers", {**TEN, "code_config": config}) for _ in range(8)]

    made = [reply.json["code"] for reply in codes if reply.status == 200]
    assert sorted(made) == ["A", "B"]
    assert error(codes[-1]) == (400, "invalid_voucher")


def test_a_code_may_come_in_the_body_but_the_path_wins(api: Api) -> None:
    assert api.post("/v1/vouchers", {**TEN, "code": "BODY"}).json["code"] == "BODY"
    assert api.post("/v1/vouchers/PATH", {**TEN, "code": "BODY"}).json["code"] == "PATH"


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("10%25%20off!", "10% off!"),
        ("a%2Fb", "a/b"),
        ("a%3Fb%23c", "a?b#c"),
        ("v_00000000000000000000000000000000", "v_00000000000000000000000000000000"),
    ],
)
def test_a_code_may_hold_any_printable_ascii(api: Api, target: str, code: str) -> None:
    made = api.post(f"/v1/vouchers/{target}", TEN)

    assert (made.status, made.json["code"]) == (200, code)
    assert api.get(f"/v1/vouchers/{target}").json == made.json
    assert api.get(made.json["redemption"]["url"]).json["total"] == 0


@pytest.mark.parametrize("target", ["%C3%A9", "%0A", "x" * 513])
def test_what_is_no_code_is_refused(api: Api, target: str) -> None:
    assert error(api.post(f"/v1/vouchers/{target}", TEN)) == (400, "invalid_voucher")


def test_a_code_exists_once(api: Api) -> None:
    first = api.voucher("TEN")

    again = api.post("/v1/vouchers/TEN", {**TEN, "metadata": {"a": 1}})

    assert error(again) == (409, "duplicate_found")
    assert again.json["details"] == "Duplicated voucher exists with id TEN"
    assert (again.json["resource_id"], again.json["resource_type"]) == ("TEN", "voucher")
    assert error(api.post("/v1/vouchers", {**TEN, "code": "TEN"})) == (409, "duplicate_found")
    assert api.get("/v1/vouchers/TEN").json == first


@pytest.mark.parametrize(
    ("body", "key", "details"),
    [
        ({}, "invalid_voucher", "A voucher needs a discount"),
        ({**TEN, "type": "LOYALTY_CARD"}, "invalid_voucher", "LOYALTY_CARD"),
        ({"discount": {"type": "PERCENT"}}, "invalid_payload", "'percent_off'"),
        ({"discount": {"percent_off": 1}}, "invalid_payload", "'type'"),
        (
            {"discount": {"type": "PERCENT", "percent_off": 101}},
            "invalid_payload",
            ".discount.percent_off must be <= 100",
        ),
        (
            {**TEN, "redemption": {"quantity": 0}},
            "invalid_payload",
            ".redemption.quantity cannot be lower than 1",
        ),
        ({**TEN, "start_date": "soon"}, "invalid_payload", ".start_date cannot be recognized"),
        (
            {**TEN, "validity_timeframe": {"interval": "2 days", "duration": "PT1H"}},
            "invalid_payload",
            ".validity_timeframe.interval",
        ),
        (
            {**TEN, "validity_day_of_week": [7]},
            "invalid_payload",
            ".validity_day_of_week[0] must be <= 6",
        ),
        (
            {**TEN, "validity_day_of_week": 1},
            "invalid_payload",
            ".validity_day_of_week must be an array",
        ),
        ({**TEN, "code_config": {"length": 0}}, "invalid_payload", ".code_config.length"),
    ],
)
def test_a_voucher_that_cannot_be_is_refused_with_the_reason(
    api: Api, body: object, key: str, details: str
) -> None:
    refused = api.post("/v1/vouchers/TEN", body)

    assert error(refused) == (400, key)
    assert details in refused.json["details"]
    assert api.get("/v1/vouchers/TEN").status == 404


def test_an_update_changes_what_it_names(api: Api) -> None:
    before = api.voucher("TEN", metadata={"a": 1}, expiration_date="2030-01-01")

    changes = {
        "metadata": {"b": 2},
        "discount": {"type": "PERCENT", "percent_off": 50},
        "expiration_date": None,
        "unknown": 1,
        "redemption": {"quantity": 1},
    }
    after = api.put("/v1/vouchers/TEN", changes).json

    assert after["metadata"] == {"a": 1, "b": 2}
    assert after["discount"]["percent_off"] == 50
    assert "expiration_date" not in after
    assert after["updated_at"] is not None
    assert after["redemption"] == before["redemption"]
    assert api.get(f"/v1/vouchers/{before['id']}").json == after


def test_an_update_of_nothing_changes_nothing(api: Api) -> None:
    before = api.voucher("TEN")

    assert api.put("/v1/vouchers/TEN", {}).json == before
    assert api.put("/v1/vouchers/TEN", {"active": True}).json == before
    assert api.get("/v1/vouchers/TEN").json == before


def test_a_discount_keeps_its_type(api: Api) -> None:
    before = api.voucher("TEN")

    refused = api.put("/v1/vouchers/TEN", {"discount": {"type": "AMOUNT", "amount_off": 1}})

    assert error(refused) == (400, "invalid_voucher")
    assert api.get("/v1/vouchers/TEN").json == before


def test_an_update_keeps_the_count_of_redemptions_and_decides_the_next(api: Api) -> None:
    api.voucher("TEN")
    api.redeem("TEN", order={"amount": 1000})

    half = {"discount": {"type": "PERCENT", "percent_off": 50}}
    assert api.put("/v1/vouchers/TEN", half).json["redemption"]["redeemed_quantity"] == 1

    order = api.redeem("TEN", order={"amount": 1000}).json["order"]
    assert order["total_amount"] == 500
    assert api.used("TEN") == 2


def test_a_disabled_voucher_is_refused_until_it_is_enabled(api: Api) -> None:
    api.voucher("TEN")

    off = api.call("POST", "/v1/vouchers/TEN/disable")
    assert (off.status, off.json["active"]) == (200, False)
    assert error(api.redeem("TEN", order={"amount": 100})) == (400, "voucher_disabled")

    on = api.call("POST", "/v1/vouchers/TEN/enable")
    assert (on.status, on.json["active"]) == (200, True)
    assert api.redeem("TEN", order={"amount": 100}).status == 200


def test_a_deleted_voucher_is_unknown_and_its_code_stays_reserved(api: Api) -> None:
    api.voucher("TEN")

    gone = api.delete("/v1/vouchers/TEN")

    assert (gone.status, gone.body) == (204, b"")
    assert api.get("/v1/vouchers/TEN").status == 404
    assert error(api.redeem("TEN", order={"amount": 100})) == (404, "not_found")
    assert error(api.post("/v1/vouchers/TEN", TEN)) == (409, "duplicate_found")
    assert api.delete("/v1/vouchers/TEN").status == 404


def test_a_deleted_voucher_s_redemptions_can_be_rolled_back(api: Api) -> None:
    api.voucher("TEN")
    redemption = api.redeem("TEN", order={"amount": 1000}).redemption_id
    api.delete("/v1/vouchers/TEN")

    assert api.post(f"/v1/redemptions/{redemption}/rollback", {}).status == 200


def test_force_frees_the_code_for_a_voucher_that_starts_anew(api: Api) -> None:
    api.voucher("TEN", metadata={"first": True})
    redemption = api.redeem("TEN", order={"amount": 1000}).redemption_id

    assert api.delete("/v1/vouchers/TEN?force=true").status == 204

    again = api.voucher("TEN")
    assert (again["metadata"], again["redemption"]["redeemed_quantity"]) == ({}, 0)
    assert api.post(f"/v1/redemptions/{redemption}/rollback", {}).status == 200
    assert api.used("TEN") == 0


def test_force_also_frees_the_code_of_a_voucher_deleted_before(api: Api) -> None:
    api.voucher("TEN")
    api.delete("/v1/vouchers/TEN?force=false")

    assert api.delete("/v1/vouchers/TEN?force=true").status == 204
    assert api.delete("/v1/vouchers/TEN?force=true").status == 404
    assert api.post("/v1/vouchers/TEN", TEN).status == 200


def test_force_is_true_or_false(api: Api) -> None:
    refused = api.delete("/v1/vouchers/TEN?force=yes")

    assert error(refused) == (400, "invalid_query_params")


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("GET", "/v1/vouchers/NOPE"),
        ("PUT", "/v1/vouchers/NOPE"),
        ("DELETE", "/v1/vouchers/NOPE"),
        ("POST", "/v1/vouchers/NOPE/enable"),
        ("POST", "/v1/vouchers/NOPE/disable"),
        ("GET", "/v1/vouchers/NOPE/redemption"),
        ("GET", "/v1/vouchers/v_00000000000000000000000000000000"),
    ],
)
def test_an_unknown_voucher_is_not_found(api: Api, method: str, target: str) -> None:
    reply = api.call(method, target)

    assert error(reply) == (404, "not_found")
    assert reply.json["resource_type"] == "voucher"


def test_a_repeated_creation_with_its_key_has_the_same_answer(api: Api) -> None:
    key = {"Idempotency-Key": "k-1"}

    first, again = (api.post("/v1/vouchers", TEN, key) for _ in range(2))
    assert first.body == again.body

    first, again = (api.post("/v1/vouchers/TEN", TEN, key) for _ in range(2))
    assert (first.status, first.body) == (again.status, again.body)


def test_a_repeated_update_with_its_key_has_the_same_answer_even_after_another(api: Api) -> None:
    api.voucher("TEN")
    key = {"Idempotency-Key": "k-1"}
    first = api.put("/v1/vouchers/TEN", {"metadata": {"a": 1}}, key)
    api.put("/v1/vouchers/TEN", {"metadata": {"a": 2}})

    assert api.put("/v1/vouchers/TEN", {"metadata": {"a": 1}}, key).body == first.body
    assert api.get("/v1/vouchers/TEN").json["metadata"] == {"a": 2}


def test_an_update_of_nothing_remembers_its_answer_too(api: Api) -> None:
    api.voucher("TEN")
    key = {"Idempotency-Key": "k-1"}
    first = api.put("/v1/vouchers/TEN", {}, key)
    api.put("/v1/vouchers/TEN", {"active": False})

    assert api.put("/v1/vouchers/TEN", {}, key).body == first.body
