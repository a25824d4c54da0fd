"""Campaigns of vouchers and their async actions under races of real processes (protocol.md §9c)."""

import pytest

from counterfoil.domain.async_actions import AsyncAction, CampaignWork
from counterfoil.domain.campaign_definitions import code_config_of
from counterfoil.domain.campaign_payloads import MemberPayload
from counterfoil.operations import async_work, campaign_vouchers, campaigns, named_campaigns
from counterfoil.operations.free_codes import Series, next_codes
from counterfoil.storage import async_actions, keys
from counterfoil.storage import campaigns as stored_campaigns
from counterfoil.storage.campaigns import Members
from counterfoil.storage.plans import Plan
from local.http_messages import HttpRequest
from tests.concurrency.crew import Crew, Visit, Worker
from tests.concurrency.engines import EVERY_ENGINE
from tests.concurrency.faults import Fault, Kind
from tests.concurrency.shop import Requests, Shop, key_of, statuses
from tests.concurrency.stalls import stalled
from tests.concurrency.workmen import Working, call_of

pytestmark = [pytest.mark.engine, EVERY_ENGINE]

VOUCHER = {"discount": {"type": "AMOUNT", "amount_off": 100}}
# The campaign is read, and then comes the commit.
ADDITION_COMMITS = 2
# The action, and the campaign with it, a plan that is refused for a code that is taken, both again.
LOOKS_FOR_CODES = 5


def campaign(shop: Shop, **fields: object) -> str:
    body = {"name": "Spring", "voucher": VOUCHER, **fields}
    return str(shop.done(shop.request("POST", "/v1/campaigns", body)).body["id"])


def adding(shop: Requests, code: str = "") -> HttpRequest:
    return shop.request("POST", f"/v1/campaigns/Spring/vouchers{code and '/' + code}", {})


def generation(shop: Shop, campaign_id: str, count: int) -> AsyncAction:
    """The action of making `count` codes, committed as a request commits it."""
    call = call_of(shop.project, shop.engine.store)
    items = call.store.get_all([keys.campaign(shop.project, campaign_id)])
    found = named_campaigns.require(call, campaign_id, items)
    life = found.life.generation
    work = campaign_vouchers.generation(call, found.campaign, life, count, MemberPayload())
    plan = Plan()
    plan.add(stored_campaigns.counted(shop.project, found, Members(due=count)))
    plan.add(async_actions.created(shop.project, work, "made"))
    call.store.commit(plan, call.ids.token(0))
    return work


def listed(shop: Shop) -> tuple[int, list[str]]:
    """How many vouchers the campaign says it has, and the codes of those it has."""
    target = "/v1/vouchers?campaign=Spring&limit=100"
    body = shop.done(shop.request("GET", target)).body
    found = body["vouchers"]
    assert isinstance(found, list)
    count = shop.done(shop.request("GET", "/v1/campaigns/Spring")).body["vouchers_count"]
    return int(str(count)), [str(each["code"]) for each in found if isinstance(each, dict)]


def test_workers_at_one_action_make_each_code_once(shop: Shop, crew: Crew) -> None:
    work = generation(shop, campaign(shop), 95)

    crew.race([Working(shop.project, work.id)] * 6)

    count, codes = listed(shop)
    assert count == len(codes) == len(set(codes)) == 95
    shop.require_sound()


def test_a_worker_that_looks_for_codes_while_another_takes_them_makes_none(
    shop: Shop, worker: Worker
) -> None:
    work = generation(shop, campaign(shop), 35)
    shop.voucher(first_code(shop, work))
    slow = Working(shop.project, work.id, (Fault(Kind.STALLED, LOOKS_FOR_CODES),))
    worker.start(slow)
    worker.await_stall()

    async_work.work(call_of(shop.project, shop.engine.store), work.id)

    worker.go_on()
    assert worker.result(slow) == work.id
    count, codes = listed(shop)
    assert count == len(codes) == len(set(codes)) == 35
    shop.require_sound()


def first_code(shop: Shop, action: AsyncAction) -> str:
    """The one that the action draws first."""
    call = call_of(shop.project, shop.engine.store)
    assert isinstance(action.work, CampaignWork)
    campaign_id = action.work.campaign_id
    items = call.store.get_all([keys.campaign(shop.project, campaign_id)])
    config = code_config_of(named_campaigns.require(call, campaign_id, items).campaign)
    series = Series(config, bytes.fromhex(action.work.seed))
    return next_codes(call, series, 0, 1, looking=False).codes[0]


def test_vouchers_that_are_added_at_once_are_all_counted(shop: Shop, crew: Crew) -> None:
    campaign(shop)

    outcomes = crew.visits([adding(shop)] * 12 + [adding(shop, "MINE")] * 4)

    assert {key_of(it) for it in outcomes[:12]} <= {None, "multiple_requests"}
    assert statuses(outcomes[12:]).count(200) <= 1
    count, codes = listed(shop)
    assert count == len(codes) == len(set(codes)) == statuses(outcomes).count(200)
    shop.require_sound()


def test_no_voucher_joins_a_campaign_that_was_deleted_meanwhile(shop: Shop, worker: Worker) -> None:
    campaign(shop)
    slow = stalled(worker, Visit(adding(shop, "LATE")), ADDITION_COMMITS)

    call = call_of(shop.project, shop.engine.store)
    action = campaigns.delete(call, campaigns.Deletion("Spring", force=False))
    async_work.work(call, action)

    outcome = slow.goes_on()
    assert (outcome.status, key_of(outcome)) == (404, "not_found")
    assert shop.ask(shop.request("GET", "/v1/vouchers/LATE")).status == 404
    shop.require_sound()


@pytest.mark.parametrize("kind", ["tiers", "stacks"])
def test_nothing_joins_a_campaign_of_promotions_that_was_deleted_meanwhile(
    shop: Shop, worker: Worker, kind: str
) -> None:
    tier = {"action": {"discount": VOUCHER["discount"]}}
    body = {"name": "Spring", "campaign_type": "PROMOTION", "promotion": {"tiers": [tier]}}
    shop.done(shop.request("POST", "/v1/campaigns", body))
    (known,) = shop.ledger().tiers
    bodies: dict[str, dict[str, object]] = {
        "tiers": {**tier},
        "stacks": {"name": "S", "tiers": {"ids": [known]}},
    }
    adding = shop.request("POST", f"/v1/promotions/Spring/{kind}", bodies[kind])
    slow = stalled(worker, Visit(adding), ADDITION_COMMITS)

    call = call_of(shop.project, shop.engine.store)
    async_work.work(call, campaigns.delete(call, campaigns.Deletion("Spring", force=False)))

    assert slow.goes_on().status in {400, 404}
    assert shop.require_sound().tiers == {}


@pytest.mark.parametrize("force", [False, True], ids=["binned", "forced"])
def test_workers_at_one_deletion_and_deletions_of_its_vouchers_leave_none(
    shop: Shop, crew: Crew, *, force: bool
) -> None:
    campaign(shop, vouchers_count=20)
    _, codes = listed(shop)
    call = call_of(shop.project, shop.engine.store)
    action = campaigns.delete(call, campaigns.Deletion("Spring", force=force))
    deleting = [shop.request("DELETE", f"/v1/vouchers/{code}") for code in codes[:6]]
    jobs: list[Working | Visit] = [Working(shop.project, action) for _ in range(4)]

    crew.race([*jobs, *(Visit(each) for each in deleting)])

    async_work.work(call, action)
    ledger = shop.require_sound()
    assert [it.voucher.code for it in ledger.vouchers.values() if not it.deleted] == []
    assert all(it.deleted for it in ledger.campaigns.values())
