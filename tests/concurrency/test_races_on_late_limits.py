"""Rules that count redemptions from before, while these are rolled back and others come (§9)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

import pytest

from counterfoil.domain.assignments import Assignment
from counterfoil.operations import async_work
from counterfoil.operations.assignments import Assigning, assign
from tests.concurrency.crew import Crew, Visit, Worker
from tests.concurrency.engines import BEST_ENGINE, EVERY_ENGINE
from tests.concurrency.faults import Fault, Kind
from tests.concurrency.ledger import Ledger
from tests.concurrency.shop import ANN, Shop, key_of, redemption_of, statuses
from tests.concurrency.stalls import stalled
from tests.concurrency.worker import Desk, Outcome
from tests.concurrency.workmen import Working, call_here, call_of

pytestmark = pytest.mark.engine

BOB: Final = {"source_id": "bob", "name": "Bob"}
OFF: Final = {"discount": {"type": "AMOUNT", "amount_off": 10}}
PER_CUSTOMER: Final = "redemption.count.per_customer"
PER_KEY: Final = "redemption.count.per_api_key"
CUSTOMERS: Final = "campaign.redemptions.customers_count"
NAMES: Final = {None, "redemption_rules_violated", "multiple_requests"}
# Its record and the settings are read, the order is opened, and then comes the commit.
ROLLBACK_COMMITS: Final = 3
# For a stack all of its records are read too.
STACK_ROLLBACK_COMMITS: Final = 4
# The action, the list of one voucher and its records are read, and then comes the commit.
JOB_COMMITS: Final = 4
# The voucher and the rule are read, and then comes the commit.
ASSIGNMENT_COMMITS: Final = 2


def rule(shop: Shop, most: int, *names: str) -> str:
    rules = {
        str(place): {"name": name, "conditions": {"$less_than_or_equal": [most]}}
        for place, name in enumerate(names)
    }
    body = {"name": "+".join(names), "rules": rules}
    return str(shop.done(shop.request("POST", "/v1/validation-rules", body)).body["id"])


def campaign(shop: Shop, codes: int) -> list[str]:
    shop.done(shop.request("POST", "/v1/campaigns", {"name": "C", "voucher": OFF}))
    names = [f"CODE-{number}" for number in range(codes)]
    for name in names:
        shop.done(shop.request("POST", f"/v1/campaigns/C/vouchers/{name}", {}))
    return names


def assigned(shop: Shop, rule_id: str, name: str, kind: str = "voucher") -> str:
    """The job that the assignment of a rule leaves to the worker."""
    call = call_of(shop.project, shop.engine.store)
    made = assign(call, Assigning(rule_id, kind, name))  # type: ignore[arg-type]  # a kind
    assert made.counting == "PENDING"
    return call.ids.counting(made.id)


def finished(shop: Shop, *jobs: str) -> Ledger:
    """What is stored when the jobs are over, and sound."""
    for job in jobs:
        call = call_of(shop.project, shop.engine.store)
        late = replace(call.ids, now=call.now + timedelta(seconds=20))
        async_work.work(replace(call, ids=late), job)
        (found,) = (item for key, item in shop.ledger().items.items() if key.pk.endswith(job))
        assert found["ver"] != 1
    ledger = shop.require_sound()
    pending = [
        key.sk
        for key, item in ledger.items.items()
        if key.sk.startswith("A#") and item.get("jobs", 0) != 0
    ]
    assert pending == []
    return ledger


def places(ledger: Ledger) -> list[str]:
    """Where each live redemption is counted for rules alone."""
    return sorted(use.places for use in ledger.uses())


def is_expected(outcomes: Sequence[object]) -> bool:
    return {key_of(it) for it in outcomes if isinstance(it, Outcome)} <= NAMES


@dataclass(frozen=True)
class Giving:
    """A process that assigns a rule to a voucher, and leaves the job to the test."""

    project: str
    rule_id: str
    code: str
    faults: tuple[Fault, ...] = ()

    def run(self, desk: Desk) -> tuple[Assignment, str]:
        desk.session.begin(self.faults)
        call = call_here(self.project)
        made = assign(call, Assigning(self.rule_id, "voucher", self.code))
        return made, call.ids.counting(made.id)


@EVERY_ENGINE
def test_a_job_among_rollbacks_and_redemptions_counts_what_stands(shop: Shop, crew: Crew) -> None:
    codes = campaign(shop, 3)
    old = [shop.redeemed(code, customer=who) for code in codes * 4 for who in (ANN, BOB)]
    limits = rule(shop, 1000, CUSTOMERS, PER_CUSTOMER, PER_KEY)
    job = assigned(shop, limits, "C", "campaign")
    undoing = [shop.undoing(each) for each in old[::2]]
    redeeming = [shop.redeeming(code, customer=ANN) for code in codes]
    working: list[Working | Visit] = [Working(shop.project, job) for _ in range(3)]

    outcomes = crew.race([*working, *map(Visit, [*undoing, *redeeming])])

    assert is_expected(outcomes)
    assert set(places(finished(shop, job))) == {"kuv"}


@EVERY_ENGINE
def test_a_limit_that_comes_late_is_kept_exactly_when_its_job_is_over(
    shop: Shop, crew: Crew
) -> None:
    codes = campaign(shop, 4)
    for code in codes:
        shop.redeemed(code, customer=ANN)
    job = assigned(shop, rule(shop, 6, CUSTOMERS), "C", "campaign")
    finished(shop, job)

    outcomes = crew.visits([shop.redeeming(code, customer=ANN) for code in codes * 3])

    assert is_expected(outcomes)
    assert statuses(outcomes).count(200) <= 2
    for code in codes:
        shop.ask(shop.redeeming(code, customer=ANN))
    assert sum(1 for _ in shop.require_sound().uses()) == 6


@EVERY_ENGINE
def test_a_redemption_that_is_decided_while_the_job_counts_goes_by_what_it_has_counted(
    shop: Shop, worker: Worker
) -> None:
    code = shop.voucher("OLD")
    shop.redeemed(code, customer=ANN)
    job = assigned(shop, rule(shop, 1, PER_CUSTOMER), code)
    # Voucher and buyer are read, then what the rule needs, and then comes the commit.
    slow = stalled(worker, Visit(shop.redeeming(code, customer=ANN)), 3)

    ledger = finished(shop, job)

    assert places(ledger) == ["u"]
    assert key_of(slow.goes_on()) == "redemption_rules_violated"
    shop.require_sound()


@BEST_ENGINE
def test_a_rollback_gives_back_what_was_counted_while_it_was_on_its_way(
    shop: Shop, worker: Worker
) -> None:
    code = shop.voucher("OLD")
    old = shop.redeemed(code, customer=ANN)
    shop.redeemed(code, customer=ANN)
    job = assigned(shop, rule(shop, 9, PER_CUSTOMER, PER_KEY), code)
    slow = stalled(worker, Visit(shop.undoing(old)), ROLLBACK_COMMITS)

    assert places(finished(shop, job)) == ["ku", "ku"]

    assert slow.goes_on().status == 200
    assert places(shop.require_sound()) == ["ku"]


@BEST_ENGINE
def test_a_rollback_of_a_stack_gives_back_what_was_counted_while_it_was_on_its_way(
    shop: Shop, worker: Worker
) -> None:
    codes = campaign(shop, 2)
    stack = shop.redeemed(*codes, customer=ANN)
    shop.redeemed(*codes, customer=ANN)
    job = assigned(shop, rule(shop, 9, CUSTOMERS), "C", "campaign")
    slow = stalled(worker, Visit(shop.undoing(stack)), STACK_ROLLBACK_COMMITS)

    assert places(finished(shop, job)) == ["v"] * 4

    assert slow.goes_on().status == 200
    assert places(shop.require_sound()) == ["v"] * 2


@BEST_ENGINE
def test_what_is_rolled_back_while_the_job_is_on_its_way_is_not_counted(
    shop: Shop, worker: Worker
) -> None:
    code = shop.voucher("OLD")
    old = shop.redeemed(code, customer=ANN)
    shop.redeemed(code, customer=ANN)
    job = assigned(shop, rule(shop, 9, PER_CUSTOMER), code)
    counting = Working(shop.project, job, (Fault(Kind.STALLED, JOB_COMMITS),))
    worker.start(counting)
    worker.await_stall()

    shop.done(shop.undoing(old))

    worker.go_on()
    worker.result(counting)
    assert places(finished(shop, job)) == ["u"]


@BEST_ENGINE
def test_two_jobs_at_one_call_count_each_its_own(shop: Shop, crew: Crew) -> None:
    codes = [shop.voucher(f"V{number}") for number in range(4)]
    stacks = [shop.redeemed(*codes, customer=ANN) for _ in range(3)]
    limits = rule(shop, 9, PER_CUSTOMER, PER_KEY)
    jobs = [assigned(shop, limits, code) for code in codes]

    crew.race([Working(shop.project, job) for job in jobs])

    assert places(finished(shop, *jobs)) == ["ku"] * 12
    for stack in stacks:
        shop.done(shop.undoing(stack))
    assert places(shop.require_sound()) == []


@BEST_ENGINE
def test_a_redemption_that_came_while_an_assignment_was_on_its_way_is_counted(
    shop: Shop, worker: Worker
) -> None:
    code = shop.voucher("UNUSED")
    limit = rule(shop, 1, PER_CUSTOMER)
    giving = Giving(shop.project, limit, code, (Fault(Kind.STALLED, ASSIGNMENT_COMMITS),))
    worker.start(giving)
    worker.await_stall()

    shop.redeemed(code, customer=ANN)

    worker.go_on()
    made, job = worker.result(giving)
    assert made.counting == "PENDING"
    assert places(finished(shop, job)) == ["u"]
    assert key_of(shop.ask(shop.redeeming(code, customer=ANN))) == "redemption_rules_violated"


@BEST_ENGINE
def test_a_redemption_that_was_decided_before_an_assignment_counts_itself(
    shop: Shop, worker: Worker
) -> None:
    code = shop.voucher("OLD")
    shop.redeemed(code, customer=ANN)
    slow = stalled(worker, Visit(shop.redeeming(code, customer=ANN)), 2)

    job = assigned(shop, rule(shop, 9, PER_CUSTOMER), code)
    finished(shop, job)

    assert redemption_of(slow.goes_on().body)
    assert places(shop.require_sound()) == ["u", "u"]
