"""A rule that counts by customer or API key counts the redemptions that came before it (§8.5)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest

from counterfoil.domain import ids
from counterfoil.operations import async_actions, async_work, backlog_work
from counterfoil.storage import keys
from counterfoil.storage.plans import Action, Guard
from counterfoil.storage.store import Store
from tests.api.client import Api, Reply
from tests.api.promotions import Promotions
from tests.api.workers import work_on_and_on, worker

ACTIONS: Final = "/v1/async-actions"
RULES: Final = "/v1/validation-rules"
VIOLATED: Final = "redemption_rules_violated"
CUSTOMERS: Final = "campaign.redemptions.customers_count"
PER_CUSTOMER: Final = "redemption.count.per_customer"
PER_KEY: Final = "redemption.count.per_api_key"
SUFFIXES: Final = ("", ".daily", ".weekly", ".monthly")
# More than one transaction takes.
MANY: Final = backlog_work.AT_ONCE + 5


@dataclass(frozen=True)
class Shop:
    """A project whose limits come late."""

    api: Api
    store: Store

    def rule(self, name: str, most: int, title: str = "late") -> str:
        """The id of a new rule that counts."""
        return str(self.api.rule(title, rules=entry(name, most))["id"])

    def campaign(self, codes: int = 2) -> list[str]:
        """The codes of a new campaign."""
        self.api.campaign()
        names = [f"CODE-{number}" for number in range(codes)]
        for code in names:
            assert self.api.post(f"/v1/campaigns/Spring/vouchers/{code}", {}).status == 200
        return names

    def redeemed(self, who: str, *codes: str, kind: str = "voucher") -> Reply:
        named = [{"object": kind, "id": code} for code in codes]
        body = {"redeemables": named, "customer": {"source_id": who}, "order": {"amount": 1000}}
        return self.api.post("/v1/redemptions", body)

    def redeem(self, who: str, *codes: str, kind: str = "voucher") -> str:
        """The id by which the redemption is rolled back."""
        reply = self.redeemed(who, *codes, kind=kind)
        assert reply.status == 200, reply.body
        parent = reply.json.get("parent_redemption")
        return str(parent["id"]) if parent else reply.redemption_id

    def roll_back(self, redemption: str) -> None:
        path = f"/v1/redemptions/{redemption}/rollbacks"
        assert self.api.post(path, {}).status == 200

    def assigned(self, rule: str, name: str, kind: str = "voucher", query: str = "") -> Any:  # noqa: ANN401  # as `Reply.json`
        reply = self.api.assign(rule, name, kind, query)
        assert reply.status == 200, reply.body
        return reply.json

    def unassign(self, assignment: dict[str, str]) -> None:
        path = f"{RULES}/{assignment['rule_id']}/assignments/{assignment['id']}"
        assert self.api.delete(path).status == 204

    def statuses(self, rule: str) -> list[str | None]:
        """How far it has come with counting, for each assignment of the rule."""
        found = self.api.get(f"{RULES}/{rule}/assignments").json["data"]
        return [each.get("counting_status") for each in found]

    @property
    def jobs(self) -> list[dict[str, Any]]:
        """The async actions, the newest first, but for others of their second."""
        return list(self.api.get(ACTIONS).json["async_actions"])

    def finish(self, now: datetime | None = None) -> None:
        """Lets the worker go on with everything when it is late enough for that."""
        for each in self.jobs:
            async_work.work(worker(self.store, 7, now=now or later()), each["id"])

    def done_count(self, job: str) -> int:
        result = self.api.get(f"{ACTIONS}/{job}").json["result"]
        assert result["failed_count"] == 0
        return int(result["done_count"])


def entry(name: str, most: int) -> dict[str, Any]:
    return {"1": {"name": name, "conditions": {"$less_than_or_equal": [most]}}}


def later(**delta: float) -> datetime:
    """When all that was committed before is listed."""
    return datetime.now(UTC) + timedelta(**(delta or {"seconds": 20}))


def key_of(reply: Reply) -> str | None:
    return None if reply.status == 200 else str(reply.json["key"])


@pytest.fixture
def shop(api: Api, store: Store) -> Shop:
    return Shop(api, store)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_campaigns_limit_by_customer_counts_what_came_before_it(
    shop: Shop, deliver: Callable[[], int], suffix: str
) -> None:
    first, second = shop.campaign()
    old = [shop.redeem("ann", code) for code in (first, second, first)]
    shop.redeem("bob", first)
    rule = shop.rule(CUSTOMERS + suffix, 3)

    assigned = shop.assigned(rule, "Spring", "campaign")

    assert assigned["counting_status"] == "PENDING"
    assert deliver() == 1
    assert key_of(shop.redeemed("ann", second)) == VIOLATED
    assert shop.statuses(rule) == ["PENDING"]  # something may not be listed yet
    (job,) = shop.jobs
    assert (job["type"], job["status"]) == ("VALIDATION_RULES.COUNT", "IN_PROGRESS")
    shop.finish()
    assert shop.statuses(rule) == ["DONE"]
    assert shop.done_count(job["id"]) == 4

    for _ in range(2):
        shop.redeem("bob", second)
    assert key_of(shop.redeemed("bob", second)) == VIOLATED
    shop.roll_back(old[0])
    shop.redeem("ann", second)
    assert key_of(shop.redeemed("ann", second)) == VIOLATED


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_vouchers_limit_by_customer_counts_what_came_before_it(shop: Shop, suffix: str) -> None:
    shop.api.voucher("OLD")
    old = [shop.redeem("ann", "OLD") for _ in range(2)]
    shop.redeem("bob", "OLD")
    rule = shop.rule(PER_CUSTOMER + suffix, 2)

    shop.assigned(rule, "OLD")
    shop.finish()

    assert shop.statuses(rule) == ["DONE"]
    assert key_of(shop.redeemed("ann", "OLD")) == VIOLATED
    shop.redeem("bob", "OLD")
    shop.roll_back(old[1])
    shop.redeem("ann", "OLD")
    assert key_of(shop.redeemed("ann", "OLD")) == VIOLATED


def test_a_voucher_alone_counts_by_customer_what_a_rule_reads_of_a_campaign(shop: Shop) -> None:
    shop.api.voucher("OLD")
    shop.redeem("ann", "OLD")

    shop.assigned(shop.rule(CUSTOMERS, 1), "OLD")
    shop.finish()

    assert key_of(shop.redeemed("ann", "OLD")) == VIOLATED


def test_a_tiers_limits_count_what_came_before_them(shop: Shop) -> None:
    promotions = Promotions(shop.api, shop.store)
    tier = promotions.tier(promotions.campaign())["id"]
    for _ in range(3):
        shop.redeem("ann", tier, kind="promotion_tier")
    rules = {**entry(PER_CUSTOMER, 3), "2": entry(PER_KEY, 5)["1"]}
    rule = str(shop.api.rule("both", rules=rules)["id"])

    shop.assigned(rule, tier, "promotion_tier")
    shop.finish()

    assert key_of(shop.redeemed("ann", tier, kind="promotion_tier")) == VIOLATED
    for _ in range(2):
        shop.redeem("bob", tier, kind="promotion_tier")
    assert key_of(shop.redeemed("bob", tier, kind="promotion_tier")) == VIOLATED


def test_a_limit_by_api_key_counts_what_came_before_it(shop: Shop, new_api: Any) -> None:  # noqa: ANN401  # the fixture's factory
    shop.api.voucher("OLD")
    old = shop.redeem("ann", "OLD")
    shop.redeem("bob", "OLD")

    shop.assigned(shop.rule(PER_KEY, 2), "OLD")
    shop.finish()

    assert key_of(shop.redeemed("cid", "OLD")) == VIOLATED
    assert Shop(new_api("shop"), shop.store).redeemed("cid", "OLD").status == 200
    shop.roll_back(old)
    shop.redeem("cid", "OLD")


def test_a_rule_of_one_voucher_has_its_whole_campaign_counted(shop: Shop) -> None:
    first, second = shop.campaign()
    for _ in range(2):
        shop.redeem("ann", second)

    assigned = shop.assigned(shop.rule(CUSTOMERS, 2), first)
    assert assigned["counting_status"] == "PENDING"
    shop.finish()

    assert key_of(shop.redeemed("ann", first)) == VIOLATED
    shop.redeem("ann", second)  # the rule binds the first one only


def test_the_first_rule_of_a_new_tier_has_its_whole_campaign_counted(shop: Shop) -> None:
    promotions = Promotions(shop.api, shop.store)
    campaign = promotions.campaign()
    older = promotions.tier(campaign)["id"]
    for _ in range(2):
        shop.redeem("ann", older, kind="promotion_tier")
    rule = shop.rule(CUSTOMERS, 2)

    newer = promotions.tier(campaign, validation_rules=[rule])["id"]
    assert shop.statuses(rule) == ["PENDING"]
    shop.finish()

    assert shop.statuses(rule) == ["DONE"]
    assert key_of(shop.redeemed("ann", newer, kind="promotion_tier")) == VIOLATED


def test_a_campaigns_rule_counts_each_voucher_by_itself(shop: Shop) -> None:
    first, second = shop.campaign()
    shop.redeem("ann", first)

    shop.assigned(shop.rule(PER_CUSTOMER, 1), "Spring", "campaign")
    shop.finish()

    assert key_of(shop.redeemed("ann", first)) == VIOLATED
    shop.redeem("ann", second)
    assert key_of(shop.redeemed("ann", second)) == VIOLATED


def test_a_stack_is_counted_and_given_back_as_a_whole(shop: Shop) -> None:
    first, second = shop.campaign()
    shop.api.voucher("OTHER")
    stack = shop.redeem("ann", first, "OTHER", second)

    shop.assigned(shop.rule(CUSTOMERS, 2), "Spring", "campaign")
    shop.finish()
    (job,) = shop.jobs
    assert shop.done_count(job["id"]) == 2
    assert key_of(shop.redeemed("ann", first)) == VIOLATED

    shop.roll_back(stack)

    shop.redeem("ann", first)
    shop.redeem("ann", second)
    assert key_of(shop.redeemed("ann", first)) == VIOLATED


def test_what_was_rolled_back_refused_or_anonymous_is_not_counted(shop: Shop) -> None:
    shop.api.voucher("OLD")
    shop.roll_back(shop.redeem("ann", "OLD"))
    shop.api.redeem("OLD", order={"amount": 1000})
    shop.api.post("/v1/vouchers/OLD/disable", {})
    assert shop.redeemed("ann", "OLD").status == 400
    shop.api.post("/v1/vouchers/OLD/enable", {})

    shop.assigned(shop.rule(PER_CUSTOMER, 1), "OLD")
    shop.finish()

    (job,) = shop.jobs
    assert shop.done_count(job["id"]) == 0
    shop.redeem("ann", "OLD")
    assert key_of(shop.redeemed("ann", "OLD")) == VIOLATED


def test_what_is_not_listed_at_first_is_counted_in_the_end(
    shop: Shop, deliver: Callable[[], int]
) -> None:
    shop.api.voucher("OLD")
    root = ids.record_root(shop.redeem("ann", "OLD"))
    own = keys.first_record(keys.records("shop", root or ""))
    item = shop.store.get(own)
    assert item is not None
    listed = ("g2p", "g2s")
    shop.store.write(Action(own, Guard.STATE, removes=listed))
    shop.assigned(shop.rule(PER_CUSTOMER, 1), "OLD")
    deliver()

    shop.store.write(Action(own, Guard.STATE, sets={name: item[name] for name in listed}))
    shop.finish()

    (job,) = shop.jobs
    assert shop.done_count(job["id"]) == 1
    assert key_of(shop.redeemed("ann", "OLD")) == VIOLATED


def test_periods_that_are_over_are_not_counted(shop: Shop) -> None:
    shop.api.voucher("OLD")
    shop.redeem("ann", "OLD")
    rules = {**entry(PER_CUSTOMER, 2), "2": entry(f"{PER_CUSTOMER}.monthly", 1)["1"]}
    rule = str(shop.api.rule("both", rules=rules)["id"])

    shop.assigned(rule, "OLD")
    shop.finish(later(days=40))

    shop.redeem("ann", "OLD")  # the month of the first one was over for the worker
    assert key_of(shop.redeemed("ann", "OLD")) == VIOLATED


def test_an_earlier_life_of_a_code_is_not_counted(shop: Shop) -> None:
    shop.api.voucher("OLD")
    shop.redeem("ann", "OLD")
    assert shop.api.delete("/v1/vouchers/OLD?force=true").status == 204
    shop.api.voucher("OLD")
    shop.redeem("bob", "OLD")

    shop.assigned(shop.rule(PER_CUSTOMER, 1), "OLD")
    shop.finish()

    assert key_of(shop.redeemed("bob", "OLD")) == VIOLATED
    shop.redeem("ann", "OLD")


@pytest.mark.parametrize("again", [False, True])
def test_a_voucher_that_is_gone_is_counted_nowhere(shop: Shop, *, again: bool) -> None:
    shop.api.voucher("OLD")
    shop.redeem("ann", "OLD")
    shop.assigned(shop.rule(PER_KEY, 1), "OLD")
    assert shop.api.delete("/v1/vouchers/OLD?force=true").status == 204
    if again:
        shop.api.voucher("OLD")

    shop.finish()

    (job,) = shop.jobs
    assert shop.done_count(job["id"]) == 0
    assert shop.api.get("/v1/vouchers/OLD").status == (200 if again else 404)


def test_what_came_between_two_assignments_is_counted_with_the_second(shop: Shop) -> None:
    shop.api.voucher("OLD")
    rule = shop.rule(PER_CUSTOMER, 3)
    before = shop.redeem("ann", "OLD")
    first = shop.assigned(rule, "OLD")
    shop.finish()
    shop.redeem("ann", "OLD")
    shop.unassign(first)
    between = shop.redeem("ann", "OLD")

    assert shop.assigned(rule, "OLD")["counting_status"] == "PENDING"
    shop.finish()

    assert sorted(shop.done_count(each["id"]) for each in shop.jobs) == [1, 1]
    assert key_of(shop.redeemed("ann", "OLD")) == VIOLATED
    for each in (before, between):
        shop.roll_back(each)
    for _ in range(2):
        shop.redeem("ann", "OLD")
    assert key_of(shop.redeemed("ann", "OLD")) == VIOLATED


def test_a_changed_rule_counts_what_came_before_the_change(
    shop: Shop, deliver: Callable[[], int]
) -> None:
    codes = shop.campaign()
    rule = str(shop.api.rule("late", rules=entry("order.amount", 10_000))["id"])
    for code in codes:
        shop.assigned(rule, code)
    shop.redeem("ann", codes[0])

    reply = shop.api.put(f"{RULES}/{rule}", {"rules": entry(PER_CUSTOMER, 1)})

    assert reply.status == 200
    assert shop.statuses(rule) == [None, "PENDING"]  # the newest first, which has no redemption
    assert deliver() == 1
    shop.finish()
    assert shop.statuses(rule) == [None, "DONE"]
    assert key_of(shop.redeemed("ann", codes[0])) == VIOLATED
    shop.redeem("ann", codes[1])


def test_a_rule_that_takes_the_place_of_one_that_counts_the_same_has_nothing_to_count(
    shop: Shop,
) -> None:
    shop.api.voucher("OLD")
    shop.redeem("ann", "OLD")
    shop.assigned(shop.rule(PER_CUSTOMER, 3, "first"), "OLD")
    shop.finish()

    second = shop.assigned(shop.rule(PER_CUSTOMER, 1, "second"), "OLD", query="?force=true")

    assert "counting_status" not in second
    assert key_of(shop.redeemed("ann", "OLD")) == VIOLATED


def test_a_rule_that_takes_the_place_of_one_that_is_still_counted_for_is_so_too(
    shop: Shop,
) -> None:
    shop.api.voucher("OLD")
    shop.redeem("ann", "OLD")
    shop.assigned(shop.rule(PER_CUSTOMER, 3, "first"), "OLD")

    second = shop.assigned(shop.rule(PER_CUSTOMER, 1, "second"), "OLD", query="?force=true")

    assert second["counting_status"] == "PENDING"
    shop.finish()
    assert shop.statuses(second["rule_id"]) == ["DONE"]
    assert sorted(shop.done_count(each["id"]) for each in shop.jobs) == [0, 1]
    assert key_of(shop.redeemed("ann", "OLD")) == VIOLATED


def test_what_is_counted_anyway_and_what_has_no_redemptions_needs_no_job(shop: Shop) -> None:
    shop.api.voucher("OLD")
    shop.redeem("ann", "OLD")
    shop.api.voucher("NEW")
    shop.roll_back(shop.redeem("ann", "NEW"))
    counted = shop.rule("redemption.count.daily", 1, "daily")

    assert "counting_status" not in shop.assigned(counted, "OLD")
    assert "counting_status" not in shop.assigned(shop.rule(PER_CUSTOMER, 1), "NEW")

    assert shop.jobs == []


def test_the_status_is_told_wherever_an_assignment_is_listed(shop: Shop) -> None:
    shop.api.voucher("OLD")
    shop.redeem("ann", "OLD")
    assigned = shop.assigned(shop.rule(PER_CUSTOMER, 1), "OLD")

    for query in ("", f"?related_object_id={assigned['related_object_id']}"):
        listed = shop.api.get(f"/v1/validation-rules-assignments{query}").json["data"]
        assert listed == [assigned]


def test_an_assignment_that_is_gone_before_its_job_stays_gone(shop: Shop) -> None:
    shop.api.voucher("OLD")
    shop.redeem("ann", "OLD")
    rule = shop.rule(PER_CUSTOMER, 1)
    shop.unassign(shop.assigned(rule, "OLD"))

    shop.finish()

    assert shop.statuses(rule) == []
    assert [each["status"] for each in shop.jobs] == ["DONE"]


@pytest.fixture
def busy(shop: Shop) -> tuple[Shop, str, str]:
    """A voucher with many redemptions, a rule that has just been assigned to it, and the job."""
    shop.api.voucher("OLD")
    for _ in range(MANY):
        shop.redeem("ann", "OLD")
    rule = shop.rule(PER_CUSTOMER, MANY)
    shop.assigned(rule, "OLD")
    (job,) = shop.jobs
    return shop, rule, str(job["id"])


def require_counted(shop: Shop, rule: str, job: str) -> None:
    """Each of many redemptions is counted, and none twice."""
    assert shop.statuses(rule) == ["DONE"]
    assert shop.done_count(job) == MANY
    assert key_of(shop.redeemed("ann", "OLD")) == VIOLATED
    path = f"{RULES}/{rule}"
    assert shop.api.put(path, {"rules": entry(PER_CUSTOMER, MANY + 1)}).status == 200
    shop.redeem("ann", "OLD")


@pytest.mark.parametrize("after", [False, True])
def test_workers_that_die_count_each_redemption_once(
    busy: tuple[Shop, str, str], *, after: bool
) -> None:
    shop, rule, job = busy

    assert work_on_and_on(shop.store, job, after=after, now=later()) > 5

    require_counted(shop, rule, job)


def test_two_workers_at_one_job_count_each_redemption_once(busy: tuple[Shop, str, str]) -> None:
    shop, rule, job = busy
    slow, fast = (worker(shop.store, number, now=later()) for number in (1, 2))

    while (found := async_actions.find(slow, job)) and not found.action.is_over:
        backlog_work.go_on(fast, found, found.action.work)  # type: ignore[arg-type]  # a count
        backlog_work.go_on(slow, found, found.action.work)  # type: ignore[arg-type]  # as above

    require_counted(shop, rule, job)


def test_a_worker_whose_time_is_over_leaves_the_rest_to_the_next(
    busy: tuple[Shop, str, str],
) -> None:
    shop, rule, job = busy
    short = worker(shop.store, 1, seconds=4.0, now=later())
    found = async_actions.find(short, job)
    assert found is not None

    backlog_work.go_on(short, found, found.action.work)  # type: ignore[arg-type]  # a count
    found = async_actions.find(short, job)

    assert found is not None
    assert found.action.done == backlog_work.AT_ONCE
    shop.finish()
    require_counted(shop, rule, job)
