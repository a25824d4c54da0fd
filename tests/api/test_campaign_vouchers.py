"""Vouchers of a campaign: how they come, what binds them, how they go (domain.md §2.6, §2.7)."""

from collections.abc import Callable
from typing import Final

import pytest

from tests.api.client import Api

ORDER: Final = {"amount": 10_000}


def codes(api: Api, campaign: str = "Spring") -> list[str]:
    """Of all its vouchers, the newest first."""
    listed = api.get(f"/v1/vouchers?campaign={campaign}&limit=100").json
    assert listed["total"] == len(listed["vouchers"])
    return [each["code"] for each in listed["vouchers"]]


def count(api: Api, campaign: str = "Spring") -> int:
    return int(api.get(f"/v1/campaigns/{campaign}").json["vouchers_count"])


def test_one_more_voucher_is_the_answer(api: Api) -> None:
    campaign = api.campaign()

    reply = api.post("/v1/campaigns/Spring/vouchers", None)

    assert reply.status == 200
    assert reply.json["campaign_id"] == campaign["id"]
    assert reply.json["discount"]["percent_off"] == 10
    assert codes(api) == [reply.json["code"]]
    assert count(api) == 1


def test_a_body_that_is_no_object_overrides_nothing(api: Api) -> None:
    api.campaign()

    assert api.post("/v1/campaigns/Spring/vouchers", 5).status == 200


def test_a_voucher_has_the_template_and_what_overrides_it(api: Api) -> None:
    voucher = {
        "type": "DISCOUNT_VOUCHER",
        "discount": {"type": "AMOUNT", "amount_off": 100},
        "redemption": {"quantity": 1},
        "metadata": {"a": 1, "b": 2},
        "start_date": "2026-01-01",
    }
    api.campaign(voucher=voucher)

    overrides = {"redemption": {"quantity": 5}, "metadata": {"b": 3}, "active": False}
    reply = api.post("/v1/campaigns/Spring/vouchers/MINE", overrides)

    assert reply.status == 200, reply.body
    assert reply.json["code"] == "MINE"
    assert reply.json["discount"]["amount_off"] == 100
    assert reply.json["redemption"]["quantity"] == 5
    assert reply.json["metadata"] == {"a": 1, "b": 3}
    assert reply.json["active"] is False
    assert reply.json["start_date"] == "2026-01-01T00:00:00.000Z"


def test_a_code_is_taken_once_in_the_project(api: Api) -> None:
    api.campaign()
    api.voucher("TAKEN")

    reply = api.post("/v1/campaigns/Spring/vouchers/TAKEN", {})

    assert (reply.status, reply.json["key"]) == (409, "duplicate_found")
    assert count(api) == 0


def test_several_are_an_async_action_that_is_over_at_once(api: Api) -> None:
    api.campaign()

    reply = api.post("/v1/campaigns/Spring/vouchers?vouchers_count=30", {"metadata": {"a": 1}})

    assert reply.status == 202
    action = api.get(f"/v1/async-actions/{reply.json['async_action_id']}").json
    assert (action["type"], action["status"]) == ("CAMPAIGN.VOUCHERS_GENERATE", "DONE")
    assert action["result"] == {"done_count": 30, "failed_count": 0}
    assert len(set(codes(api))) == count(api) == 30


def test_many_are_made_by_the_worker(api: Api, deliver: Callable[[], int]) -> None:
    campaign = api.campaign(vouchers_count=70)
    assert campaign["vouchers_count"] == 0
    assert campaign["creation_status"] == campaign["vouchers_generation_status"] == "IN_PROGRESS"
    (listed,) = api.get("/v1/async-actions").json["async_actions"]
    assert (listed["status"], listed["progress"]) == ("ENQUEUED", 0)

    assert deliver() >= 1

    assert len(set(codes(api))) == count(api) == 70
    assert api.get("/v1/campaigns/Spring").json["vouchers_generation_status"] == "DONE"
    action = api.get(f"/v1/async-actions/{listed['id']}").json
    assert (action["status"], action["operation_status"]) == ("DONE", "SUCCESS")
    assert (action["progress"], action["result"]["done_count"]) == (100, 70)


def test_more_are_added_by_the_worker(api: Api, deliver: Callable[[], int]) -> None:
    api.campaign(vouchers_count=1)

    reply = api.post("/v1/campaigns/Spring/vouchers?vouchers_count=31", {"additional_info": "x"})

    assert reply.status == 202
    deliver()
    assert count(api) == len(codes(api)) == 32


@pytest.mark.parametrize("query", ["vouchers_count=0", "vouchers_count=x"])
def test_a_count_is_a_number(api: Api, query: str) -> None:
    api.campaign()

    reply = api.post(f"/v1/campaigns/Spring/vouchers?{query}", {})

    assert (reply.status, reply.json["key"]) == (400, "invalid_query_params")


def test_a_campaign_of_one_voucher_takes_no_more(api: Api) -> None:
    api.campaign(type="STANDALONE", vouchers_count=1)

    for path in ("", "/MINE", "?vouchers_count=2"):
        reply = api.post(f"/v1/campaigns/Spring/vouchers{path}", {})
        assert (reply.status, reply.json["key"]) == (400, "invalid_campaign")


def test_its_flag_binds_its_vouchers(api: Api) -> None:
    api.campaign()
    api.post("/v1/campaigns/Spring/vouchers/MINE", {})
    api.post("/v1/campaigns/Spring/disable", None)

    refused = api.redeem("MINE", order=ORDER)

    assert (refused.status, refused.json["key"]) == (400, "voucher_disabled")
    api.post("/v1/campaigns/Spring/enable", None)
    assert api.redeem("MINE", order=ORDER).status == 200


@pytest.mark.parametrize(
    ("dates", "key"),
    [
        ({"start_date": "2999-01-01"}, "voucher_not_active"),
        ({"expiration_date": "2020-01-01"}, "voucher_expired"),
    ],
)
def test_its_dates_bind_its_vouchers_and_are_not_copied(
    api: Api, dates: dict[str, str], key: str
) -> None:
    api.campaign(**dates)
    voucher = api.post("/v1/campaigns/Spring/vouchers/MINE", {}).json

    assert voucher["start_date"] is None
    assert "expiration_date" not in voucher
    assert api.redeem("MINE", order=ORDER).json["key"] == key
    cleared = dict.fromkeys(dates)
    api.put("/v1/campaigns/Spring", cleared)
    assert api.redeem("MINE", order=ORDER).status == 200


def test_vouchers_of_one_campaign_stack_and_roll_back(api: Api) -> None:
    api.campaign()
    for code in ("A", "B"):
        api.post(f"/v1/campaigns/Spring/vouchers/{code}", {})

    reply = api.redeem("A", "B", order=ORDER)

    assert reply.status == 200, reply.body
    assert reply.json["order"]["total_amount"] == 8100
    parent = reply.json["parent_redemption"]["id"]
    undone = api.post(f"/v1/redemptions/{parent}/rollbacks", {})
    assert undone.status == 200, undone.body
    assert (api.used("A"), api.used("B")) == (0, 0)


def test_a_voucher_that_is_deleted_is_no_longer_its_campaigns(api: Api) -> None:
    api.campaign()
    for code in ("A", "B", "C"):
        api.post(f"/v1/campaigns/Spring/vouchers/{code}", {})

    assert api.delete("/v1/vouchers/B").status == 204
    assert api.delete("/v1/vouchers/C?force=true").status == 204

    assert codes(api) == ["A"]
    assert count(api) == 1
    assert api.post("/v1/campaigns/Spring/vouchers/B", {}).status == 409
    assert api.post("/v1/campaigns/Spring/vouchers/C", {}).status == 200
    assert api.delete("/v1/vouchers/B?force=true").status == 204
    assert api.post("/v1/campaigns/Spring/vouchers/B", {}).status == 200
    assert count(api) == 3


def test_vouchers_are_listed_by_their_campaign(api: Api) -> None:
    campaign = api.campaign()
    other = api.campaign("Other", vouchers_count=1)
    for code in ("A", "B", "C"):
        api.post(f"/v1/campaigns/Spring/vouchers/{code}", {})

    def listed(query: str) -> list[str]:
        return [each["code"] for each in api.get(f"/v1/vouchers?{query}").json["vouchers"]]

    assert listed("campaign=Spring") == ["C", "B", "A"]
    assert listed(f"campaign_id={campaign['id']}&limit=2&page=2") == ["A"]
    assert listed("campaign=Spring&order=created_at&limit=1") == ["A"]
    assert listed("campaign=Spring&order=-code&limit=2") == ["C", "B"]
    assert listed("campaign=Spring&code=B") == ["B"]
    assert listed("campaign=Other&code=B") == []
    assert listed(f"campaign=Spring&campaign_id={other['id']}") == []
    assert listed("campaign=Nope") == []
    assert listed("campaign=Spring&created_at[after]=2999-01-01") == []


def test_a_deleted_campaign_takes_its_vouchers_with_it(
    api: Api, deliver: Callable[[], int]
) -> None:
    api.campaign(vouchers_count=20)
    api.post("/v1/campaigns/Spring/vouchers/MINE", {})

    reply = api.delete("/v1/campaigns/Spring")

    assert reply.status == 202
    assert api.get("/v1/campaigns/Spring").status == 404
    assert api.get("/v1/campaigns").json["total"] == 0
    assert api.redeem("MINE", order=ORDER).status == 404
    assert api.post("/v1/campaigns/Spring/vouchers", {}).status == 404
    deliver()
    action = api.get(f"/v1/async-actions/{reply.json['async_action_id']}").json
    assert (action["type"], action["status"]) == ("CAMPAIGN.VOUCHERS_DELETE", "DONE")
    assert action["result"]["done_count"] == 21
    assert api.get("/v1/vouchers/MINE").status == 404
    assert api.get("/v1/vouchers").json["total"] == 0
    assert api.post("/v1/campaigns", {"name": "Spring", "campaign_type": "PROMOTION"}).status == 409
    assert api.delete("/v1/campaigns/Spring").status == 404


@pytest.mark.parametrize("binned_first", [False, True])
def test_force_frees_the_name_and_the_codes(
    api: Api, deliver: Callable[[], int], *, binned_first: bool
) -> None:
    api.campaign(vouchers_count=20)
    for code in ("A", "B"):
        api.post(f"/v1/campaigns/Spring/vouchers/{code}", {})
    api.delete("/v1/vouchers/B")
    if binned_first:
        api.delete("/v1/campaigns/Spring")
        deliver()

    assert api.delete("/v1/campaigns/Spring?force=true").status == 202
    deliver()

    for code in ("A", "B"):
        api.voucher(code)
    assert api.campaign()["vouchers_count"] == 0
    assert codes(api) == []


def test_a_deletion_stops_the_making_of_codes(api: Api, deliver: Callable[[], int]) -> None:
    api.campaign(vouchers_count=31)
    (making,) = api.get("/v1/async-actions").json["async_actions"]
    api.delete("/v1/campaigns/Spring")

    deliver()

    action = api.get(f"/v1/async-actions/{making['id']}").json
    assert (action["status"], action["operation_status"]) == ("FAILED", "FAILED")
    assert action["result"]["error"]["message"] == "The campaign was deleted"
    assert api.get("/v1/vouchers").json["total"] == 0


def test_codes_that_run_out_fail_the_action(api: Api, deliver: Callable[[], int]) -> None:
    voucher = {
        "type": "DISCOUNT_VOUCHER",
        "discount": {"type": "PERCENT", "percent_off": 10},
        "code_config": {"pattern": "C-#", "charset": "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"},
    }
    api.voucher("C-Q")
    api.campaign(voucher=voucher, vouchers_count=36)

    deliver()

    campaign = api.get("/v1/campaigns/Spring").json
    assert (campaign["vouchers_count"], campaign["creation_status"]) == (35, "FAILED")
    (action,) = api.get("/v1/async-actions").json["async_actions"]
    assert action["status"] == "FAILED"
    result = api.get(f"/v1/async-actions/{action['id']}").json["result"]
    assert (result["done_count"], result["failed_count"]) == (35, 1)


def test_async_actions_are_listed_newest_first(api: Api) -> None:
    api.campaign()
    for _ in range(3):
        api.post("/v1/campaigns/Spring/vouchers?vouchers_count=2", {})

    listed = api.get("/v1/async-actions?limit=2").json
    assert (listed["object"], listed["data_ref"]) == ("list", "async_actions")
    assert (len(listed["async_actions"]), listed["has_more"]) == (2, True)
    last = listed["async_actions"][-1]
    older = api.get(f"/v1/async-actions?end_date={last['created_at']}").json
    assert (len(older["async_actions"]), older["has_more"]) == (1, False)
    assert "result" not in last


@pytest.mark.parametrize("query", ["end_date=x", "limit=0", "limit=101"])
def test_a_bad_query_is_refused(api: Api, query: str) -> None:
    reply = api.get(f"/v1/async-actions?{query}")

    assert (reply.status, reply.json["key"]) == (400, "invalid_query_params")


def test_an_unknown_action_is_not_found(api: Api) -> None:
    reply = api.get("/v1/async-actions/aa_nope")

    assert (reply.status, reply.json["resource_type"]) == (404, "async_action")
