"""The worker may die at any moment, and whoever comes next goes on from there."""

from collections.abc import Callable

import pytest

from counterfoil.operations import async_work
from counterfoil.storage.store import Store
from tests.api.client import Api
from tests.api.workers import work_on_and_on, worker


@pytest.mark.parametrize("after", [False, True])
def test_no_code_comes_twice_and_none_is_missing(api: Api, store: Store, *, after: bool) -> None:
    api.campaign()
    reply = api.post("/v1/campaigns/Spring/vouchers?vouchers_count=65", {})
    action = reply.json["async_action_id"]

    assert work_on_and_on(store, action, after=after) > 3

    found = api.get("/v1/vouchers?campaign=Spring&limit=100").json
    codes = {each["code"] for each in found["vouchers"]}
    assert (len(codes), found["total"]) == (65, 65)
    campaign = api.get("/v1/campaigns/Spring").json
    assert (campaign["vouchers_count"], campaign["creation_status"]) == (65, "DONE")
    assert api.get(f"/v1/async-actions/{action}").json["result"]["done_count"] == 65
    assert api.get("/v1/vouchers").json["total"] == 65


@pytest.mark.parametrize("after", [False, True])
def test_a_deletion_goes_on_to_its_end(api: Api, store: Store, *, after: bool) -> None:
    api.campaign(vouchers_count=20)
    api.post("/v1/campaigns/Spring/vouchers/MINE", {})
    action = api.delete("/v1/campaigns/Spring?force=true").json["async_action_id"]

    work_on_and_on(store, action, after=after)

    assert api.get(f"/v1/async-actions/{action}").json["status"] == "DONE"
    assert api.get("/v1/vouchers").json["total"] == 0
    api.voucher("MINE")
    assert api.campaign()["vouchers_count"] == 0


def test_a_worker_whose_time_is_over_leaves_the_rest_to_the_next(
    api: Api, store: Store, deliver: Callable[[], int]
) -> None:
    api.campaign()
    reply = api.post("/v1/campaigns/Spring/vouchers?vouchers_count=31", {})

    async_work.work(worker(store, 1, seconds=5.0), reply.json["async_action_id"])
    assert api.get("/v1/campaigns/Spring").json["vouchers_count"] == 0

    assert deliver() >= 2  # the request's message, and the worker's
    assert api.get("/v1/campaigns/Spring").json["vouchers_count"] == 31


def test_a_message_of_an_unknown_action_is_passed_over(store: Store) -> None:
    async_work.work(worker(store, 1), "aa_nope")


def test_two_deletions_leave_a_new_campaign_of_the_name_alone(
    api: Api, store: Store, deliver: Callable[[], int]
) -> None:
    api.campaign(vouchers_count=1)
    slow = api.delete("/v1/campaigns/Spring").json["async_action_id"]
    fast = api.delete("/v1/campaigns/Spring?force=true").json["async_action_id"]
    async_work.work(worker(store, 1), fast)
    api.campaign(vouchers_count=3)

    async_work.work(worker(store, 2), slow)

    assert api.get("/v1/campaigns/Spring").json["vouchers_count"] == 3
    assert api.get("/v1/vouchers?campaign=Spring").json["total"] == 3
    assert api.get(f"/v1/async-actions/{slow}").json["status"] == "DONE"
    deliver()
    assert api.get("/v1/vouchers?campaign=Spring").json["total"] == 3


def test_a_promotion_goes_with_its_tiers_and_stacks(api: Api, deliver: Callable[[], int]) -> None:
    promotion = {"name": "P", "campaign_type": "PROMOTION"}
    tier = {"name": "T", "action": {"discount": {"type": "PERCENT", "percent_off": 10}}}
    api.post("/v1/campaigns", promotion)
    made = api.post("/v1/promotions/P/tiers", tier).json
    stack = {"name": "S", "tiers": {"ids": [made["id"]], "hierarchy_mode": "MANUAL"}}
    assert api.post("/v1/promotions/P/stacks", stack).status == 200

    assert api.delete("/v1/campaigns/P?force=true").status == 202
    refused = api.redeem(order={"amount": 1}, redeemables=[{"object": "promotion_tier", **made}])
    assert refused.status == 404
    deliver()

    assert api.get(f"/v1/promotions/tiers/{made['id']}").status == 404
    assert api.get("/v1/promotions/tiers").json["tiers"] == []
    assert api.get("/v1/promotions/stacks").json["data"] == []
    assert api.post("/v1/campaigns", promotion).status == 200
    assert api.post("/v1/promotions/P/tiers", tier).json["hierarchy"] == 1
