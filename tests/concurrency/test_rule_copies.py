"""Rules that change while they are assigned: no copy is missed, and none is older than its rule."""

from dataclasses import dataclass

import pytest

from counterfoil.domain.rule_payloads import RuleUpdate
from counterfoil.operations import async_work, validation_rules
from counterfoil.operations.call import Call
from tests.concurrency.crew import Crew, Visit, Worker
from tests.concurrency.engines import BEST_ENGINE
from tests.concurrency.faults import Fault, Kind
from tests.concurrency.shop import Requests, Shop, key_of, keyed, statuses
from tests.concurrency.stalls import stalled
from tests.concurrency.worker import HASTY, Desk, Outcome
from tests.concurrency.workmen import Working, call_here, call_of
from tests.holders import give

pytestmark = [pytest.mark.engine, BEST_ENGINE]

RULES = "/v1/validation-rules"
# Reading, changing the rule, asking for its assignments, reading what has it, and then each copy.
ASSIGNMENT_COMMITS = 2
CHANGE_COMMITS = 2
FIRST_COPY = 5
# Reading, marking, asking for assignments, reading, removing; without copies nothing else is read.
REMOVAL = 5
# More than a request reaches, even when some have gone.
MANY = 120


def only(product: str) -> dict[str, object]:
    return {"applicable_to": {"included": [{"object": "product", "source_id": product}]}}


def assigning(shop: Requests, rule_id: str, code: str) -> Visit:
    body = {"related_object_type": "voucher", "related_object_id": code}
    return Visit(shop.request("POST", f"{RULES}/{rule_id}/assignments", body))


def changing(shop: Requests, rule_id: str, **fields: object) -> Visit:
    return Visit(shop.request("PUT", f"{RULES}/{rule_id}", fields))


@pytest.fixture
def rule_id(shop: Shop) -> str:
    """A rule of mugs."""
    body = {"name": "rule", **only("mug")}
    return str(shop.done(shop.request("POST", RULES, body)).body["id"])


@pytest.fixture
def code(shop: Shop, rule_id: str) -> str:
    """A voucher that has the rule."""
    code = shop.voucher("HAS")
    assert shop.ask(assigning(shop, rule_id, code).request).status == 200
    return code


def products(shop: Shop, code: str) -> list[str | None]:
    """What a voucher's copy says, once everything is sound."""
    (rule,) = (
        it.voucher.rule for it in shop.require_sound().vouchers.values() if it.voucher.code == code
    )
    return [] if rule is None else [each.source_id for each in rule.applicable_to.included]


def test_an_assignment_never_copies_a_rule_that_has_changed(
    shop: Shop, worker: Worker, rule_id: str
) -> None:
    code = shop.voucher("NEW")
    slow = stalled(worker, assigning(shop, rule_id, code), ASSIGNMENT_COMMITS)

    shop.done(changing(shop, rule_id, **only("tea")).request)

    assert slow.goes_on().status == 200
    assert products(shop, code) == ["tea"]


def test_a_creation_never_copies_a_rule_that_has_changed(
    shop: Shop, worker: Worker, rule_id: str
) -> None:
    discount = {"type": "AMOUNT", "amount_off": 100}
    body = {"type": "DISCOUNT_VOUCHER", "discount": discount, "validation_rules": [rule_id]}
    creating = Visit(shop.request("POST", "/v1/vouchers/NEW", body))
    slow = stalled(worker, creating, ASSIGNMENT_COMMITS)

    shop.done(changing(shop, rule_id, **only("tea")).request)

    assert slow.goes_on().status == 200
    assert products(shop, "NEW") == ["tea"]


def test_of_two_changes_the_later_one_is_in_every_copy(
    shop: Shop, worker: Worker, rule_id: str, code: str
) -> None:
    slow = stalled(worker, changing(shop, rule_id, **only("tea")), FIRST_COPY)

    shop.done(changing(shop, rule_id, **only("cup")).request)

    assert slow.goes_on().status == 200
    assert products(shop, code) == ["cup"]


def test_two_changes_of_one_rule_are_both_kept(shop: Shop, worker: Worker, rule_id: str) -> None:
    slow = stalled(worker, changing(shop, rule_id, **only("tea")), CHANGE_COMMITS)

    shop.done(changing(shop, rule_id, name="renamed").request)

    changed = slow.goes_on().body
    assert changed["name"] == "renamed"
    assert "tea" in str(changed["applicable_to"])
    shop.require_sound()


def test_a_copy_that_was_taken_away_does_not_come_back(
    shop: Shop, worker: Worker, rule_id: str, code: str
) -> None:
    slow = stalled(worker, changing(shop, rule_id, **only("tea")), FIRST_COPY)

    shop.ask(shop.request("DELETE", f"{RULES}/{rule_id}/assignments/{assignment_of(shop, code)}"))

    assert slow.goes_on().status == 200
    assert products(shop, code) == []


def test_a_change_leaves_a_voucher_alone_that_was_given_another_rule(
    shop: Shop, worker: Worker, rule_id: str, code: str
) -> None:
    other = str(shop.done(shop.request("POST", RULES, {"name": "other", **only("cup")})).body["id"])
    slow = stalled(worker, changing(shop, rule_id, **only("tea")), FIRST_COPY)

    body = {"voucher": code}
    shop.done(shop.request("POST", f"{RULES}/{other}/assignments?force=true", body))

    assert slow.goes_on().status == 200
    assert products(shop, code) == ["cup"]


def assignment_of(shop: Shop, code: str) -> str:
    (rule,) = (it.voucher.rule for it in shop.ledger().vouchers.values() if it.voucher.code == code)
    assert rule is not None
    return rule.assignment_id


def test_a_rule_on_its_way_out_is_given_to_nothing(
    shop: Shop, worker: Worker, other_worker: Worker, rule_id: str
) -> None:
    code = shop.voucher("NEW")
    slow = stalled(worker, assigning(shop, rule_id, code), ASSIGNMENT_COMMITS)
    deletion = Visit(shop.request("DELETE", f"{RULES}/{rule_id}"))
    going = stalled(other_worker, deletion, REMOVAL)

    assert key_of(slow.goes_on()) == "not_found"
    assert going.goes_on().status == 204
    assert products(shop, code) == []


def test_a_change_that_was_cut_off_is_gone_on_with(
    shop: Shop, worker: Worker, rule_id: str, code: str
) -> None:
    change = keyed("once", changing(shop, rule_id, **only("tea")).request)
    lost = Fault(Kind.REQUEST_LOST, FIRST_COPY, lasts=True)

    cut_off = worker.visit(change, lost, pace=HASTY)

    assert cut_off.status == 503
    assert "not known" in str(cut_off.body["details"])
    assert shop.done(change).body == shop.done(change).body
    assert products(shop, code) == ["tea"]


def test_a_deletion_that_was_cut_off_is_gone_on_with(
    shop: Shop, worker: Worker, rule_id: str, code: str
) -> None:
    deletion = shop.request("DELETE", f"{RULES}/{rule_id}")
    lost = Fault(Kind.REQUEST_LOST, FIRST_COPY, lasts=True)

    assert worker.visit(deletion, lost, pace=HASTY).status == 503
    assert shop.ask(shop.request("GET", f"{RULES}/{rule_id}")).status == 404
    assert products(shop, code) == ["mug"]

    assert shop.ask(deletion).status == 204
    assert products(shop, code) == []


def test_one_name_is_given_to_one_rule_by_sixteen_at_once(shop: Shop, crew: Crew) -> None:
    outcomes = crew.visits([shop.request("POST", RULES, {"name": "one"})] * 16)

    assert statuses(outcomes).count(200) == 1
    assert {key_of(it) for it in outcomes} == {None, "duplicate_found"}
    shop.require_sound()


def test_a_voucher_is_given_one_rule_by_sixteen_at_once(
    shop: Shop, crew: Crew, rule_id: str
) -> None:
    code = shop.voucher("NEW")

    outcomes = crew.visits([assigning(shop, rule_id, code).request] * 16)

    assert statuses(outcomes).count(200) == 1, outcomes
    assert {key_of(it) for it in outcomes} <= {None, "duplicate_found", "multiple_requests"}
    assert products(shop, code) == ["mug"]


def test_changes_assignments_and_deletions_at_once_leave_no_older_copy(
    shop: Shop, crew: Crew, rule_id: str
) -> None:
    codes = [shop.voucher(f"V{n}") for n in range(6)]
    changes = [changing(shop, rule_id, **only(f"p{n}")).request for n in range(4)]
    assigned = [assigning(shop, rule_id, code).request for code in codes]
    deleted = [shop.request("DELETE", f"/v1/vouchers/{code}") for code in codes[:2]]

    outcomes = crew.visits([*changes, *assigned, *deleted])

    assert all(_is_expected(each) for each in outcomes), outcomes
    assert shop.done(changing(shop, rule_id, **only("last")).request).status == 200
    assert {str(products(shop, code)) for code in codes[2:]} <= {"['last']", "[]"}


def _is_expected(outcome: Outcome) -> bool:
    return outcome.status in {200, 204, 404} or key_of(outcome) == "multiple_requests"


def change(call: Call, rule_id: str, product: str) -> str:
    """The action that brings the change to many copies."""
    payload = RuleUpdate.model_validate(only(product))
    stored = validation_rules.update(call, validation_rules.Update(rule_id, payload))
    assert stored.action_id is not None
    return stored.action_id


@dataclass(frozen=True)
class Changing:
    """A process that changes a rule of many copies and goes about that itself."""

    project: str
    rule_id: str
    product: str

    def run(self, _desk: Desk) -> str:
        action = change(call_here(self.project), self.rule_id, self.product)
        async_work.work(call_here(self.project), action)
        return action


def test_workers_and_newer_changes_at_once_leave_no_older_copy(
    shop: Shop, crew: Crew, rule_id: str
) -> None:
    store = shop.engine.store
    codes = give(store, shop.project, rule_id, MANY)
    code = shop.voucher("NEW")
    action = change(call_of(shop.project, store), rule_id, "tea")
    working = [Working(shop.project, action) for _ in range(3)]
    visits = [
        assigning(shop, rule_id, code),
        *(Visit(shop.request("DELETE", f"/v1/vouchers/{each}")) for each in codes[:5]),
    ]
    jobs: list[Working | Changing | Visit] = [*working, *visits]

    crew.race([*jobs, Changing(shop.project, rule_id, "cup")])

    ledger = shop.require_sound()
    found = {it.voucher.code: it.voucher.rule for it in ledger.vouchers.values()}
    assert {found[each] is None for each in codes[:5]} == {True}
    assert products(shop, code) == ["cup"]
    assert {rule.version for rule in found.values() if rule is not None} == {3}
    assert "async_action_id" not in shop.done(shop.request("GET", f"{RULES}/{rule_id}")).body


def test_workers_at_one_deletion_and_whatever_else_takes_the_rule_away_leave_no_copy(
    shop: Shop, crew: Crew, rule_id: str
) -> None:
    store = shop.engine.store
    codes = give(store, shop.project, rule_id, MANY)
    own = f"{RULES}/{rule_id}/assignments/{assignment_of(shop, codes[-1])}"
    call = call_of(shop.project, store)
    validation_rules.delete(call, rule_id)
    action = call.trace.ids["async_action_id"]
    visits = [Visit(shop.request("DELETE", f"/v1/vouchers/{each}")) for each in codes[:5]]
    jobs: list[Working | Visit] = [Working(shop.project, action) for _ in range(3)]

    crew.race([*jobs, *visits, Visit(shop.request("DELETE", own))])

    async_work.work(call_of(shop.project, store), action)
    ledger = shop.require_sound()
    assert {it.voucher.rule for it in ledger.vouchers.values()} == {None}
    shop.done(shop.request("POST", RULES, {"name": "rule"}))
