"""A changed or deleted rule comes to many copies by the worker, whoever dies or overtakes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from counterfoil.domain.async_actions import RuleWork
from counterfoil.operations import async_actions, async_work, rule_work
from counterfoil.operations.call import Call
from counterfoil.storage import keys
from counterfoil.storage.async_actions import Stored
from counterfoil.storage.plans import Action, Guard
from counterfoil.storage.store import Store
from tests.api.client import Api, Reply
from tests.api.workers import work_on_and_on, worker
from tests.holders import copies, count_up, give

RULES = "/v1/validation-rules"
ACTIONS = "/v1/async-actions"
MANY = 130
# Two slices.
SOME = 35


def only(product: str) -> dict[str, Any]:
    return {"applicable_to": {"included": [{"object": "product", "source_id": product}]}}


@dataclass(frozen=True)
class Rule:
    """A rule, at first of mugs, and what has it."""

    api: Api
    store: Store
    name: str
    codes: list[str]

    @property
    def path(self) -> str:
        return f"{RULES}/{self.name}"

    @property
    def shown(self) -> dict[str, Any]:
        found: dict[str, Any] = self.api.get(self.path).json
        return found

    @property
    def products(self) -> set[str | None]:
        """What the copies say, each once; None is of a voucher without a rule."""
        found = copies(self.store, self.api.project, self.codes)
        return {
            None if each is None else each.applicable_to.included[0].source_id for each in found
        }

    def asked(self, method: str, body: object = None) -> Reply:
        """The answer of a rule that counts a hundred copies more than there are."""
        count_up(self.store, self.api.project, self.name, 100)
        reply = self.api.call(method, self.path, body)
        count_up(self.store, self.api.project, self.name, -100)
        return reply

    def changing(self, product: str) -> str:
        """The action that brings the change to the copies."""
        return str(self.asked("PUT", only(product)).json["async_action_id"])

    def going(self) -> str:
        """The action that takes the rule away."""
        assert self.asked("DELETE").status == 204
        return newest(self.api)["id"]


@pytest.fixture
def rule(api: Api, store: Store) -> Rule:
    """The rule with some copies, which believes that they are many while it is asked."""
    name = api.rule(**only("mug"))["id"]
    return Rule(api, store, name, give(store, api.project, name, SOME))


@pytest.fixture
def rule_of_many(api: Api, store: Store) -> Rule:
    """The rule with many copies."""
    name = api.rule(**only("mug"))["id"]
    return Rule(api, store, name, give(store, api.project, name, MANY))


def newest(api: Api) -> dict[str, str]:
    (found, *_) = api.get(ACTIONS).json["async_actions"]
    return dict(found)


def done_count(api: Api, action: str) -> int:
    """What came of an action that is over."""
    result = api.get(f"{ACTIONS}/{action}").json["result"]
    assert result["failed_count"] == 0
    return int(result["done_count"])


def one_slice(call: Call, action: str) -> None:
    """What the worker does before it looks at the action again."""
    found = async_actions.find(call, action)
    assert found is not None
    go_on(call, found)


def go_on(call: Call, found: Stored) -> None:
    assert isinstance(found.action.work, RuleWork)
    rule_work.go_on(call, found, found.action.work)


def test_a_change_of_many_copies_goes_on_after_its_answer(
    api: Api, store: Store, deliver: Callable[[], int], rule_of_many: Rule
) -> None:
    rule = rule_of_many

    changed = api.put(rule.path, only("tea")).json

    assert changed["applicable_to"]["included"][0]["source_id"] == "tea"
    assert changed["assignments_count"] == MANY
    assert rule.shown == changed
    assert rule.products == {"mug"}
    action = changed.pop("async_action_id")
    begun = api.get(f"{ACTIONS}/{action}").json
    assert (begun["type"], begun["status"]) == ("VALIDATION_RULES.UPDATE", "ENQUEUED")
    assert (begun["operation_status"], begun["progress"], begun["result"]) == ("UNKNOWN", 0, None)

    one_slice(worker(store, 1), action)
    assert api.get(f"{ACTIONS}/{action}").json["progress"] == 30 * 100 // MANY
    assert rule.products == {"mug", "tea"}

    deliver()
    assert rule.products == {"tea"}
    assert rule.shown == changed
    ended = api.get(f"{ACTIONS}/{action}").json
    assert (ended["status"], ended["operation_status"], ended["progress"]) == (
        "DONE",
        "SUCCESS",
        100,
    )
    assert done_count(api, action) == MANY


def test_a_rule_with_many_copies_is_unknown_at_once_and_its_name_is_free_in_the_end(
    api: Api, deliver: Callable[[], int], rule_of_many: Rule
) -> None:
    rule = rule_of_many

    assert api.delete(rule.path).status == 204

    assert api.get(rule.path).status == 404
    assert api.get(RULES).json["data"] == []
    assert api.post(RULES, {"name": "mugs"}).status == 409
    assert api.assign(rule.name, rule.codes[0], query="?force=true").status == 404
    assert rule.products == {"mug"}
    assert newest(api)["type"] == "VALIDATION_RULES.DELETE"

    deliver()

    assert rule.products == {None}
    assert api.get("/v1/validation-rules-assignments").json["total"] == 0
    assert newest(api)["operation_status"] == "SUCCESS"
    assert done_count(api, newest(api)["id"]) == MANY
    assert api.delete(rule.path).status == 404
    api.rule()


def test_up_to_a_hundred_copies_are_reached_before_the_answer(api: Api, rule: Rule) -> None:
    count_up(rule.store, api.project, rule.name, 100 - SOME)

    assert "async_action_id" not in api.put(rule.path, only("tea")).json

    assert rule.products == {"tea"}
    assert api.get(ACTIONS).json["async_actions"] == []


def test_a_collection_stays_while_copies_name_it(
    api: Api, deliver: Callable[[], int], rule: Rule
) -> None:
    first, second = (
        api.post(
            "/v1/product-collections",
            {
                "name": name,
                "type": "STATIC",
                "products": [{"id": f"prod_{name}", "object": "product"}],
            },
        ).json["id"]
        for name in ("a", "b")
    )
    naming = {"applicable_to": {"included": [{"object": "products_collection", "id": first}]}}
    assert api.put(rule.path, naming).status == 200
    other = {"applicable_to": {"included": [{"object": "products_collection", "id": second}]}}

    assert rule.asked("PUT", other).json["async_action_id"]
    assert api.delete(f"/v1/product-collections/{first}").json["key"] == "resource_in_use"
    assert rule.asked("PUT", naming).json["async_action_id"]
    assert api.delete(f"/v1/product-collections/{second}").json["key"] == "resource_in_use"
    assert rule.asked("PUT", only("tea")).json["async_action_id"]
    for each in (first, second):
        assert api.delete(f"/v1/product-collections/{each}").json["key"] == "resource_in_use"

    deliver()

    assert rule.products == {"tea"}
    for each in (first, second):
        assert api.delete(f"/v1/product-collections/{each}").status == 204


def test_what_no_copy_carries_is_changed_at_once(api: Api, rule: Rule) -> None:
    assert "async_action_id" not in rule.asked("PUT", {"name": "bowls"}).json

    assert rule.shown["name"] == "bowls"
    assert api.get(ACTIONS).json["async_actions"] == []


@pytest.mark.parametrize("after", [False, True])
def test_workers_that_die_miss_no_copy(api: Api, store: Store, rule: Rule, *, after: bool) -> None:
    action = rule.changing("tea")

    assert work_on_and_on(store, action, after=after) > 8

    assert rule.products == {"tea"}
    assert "async_action_id" not in rule.shown
    assert done_count(api, action) == SOME


@pytest.mark.parametrize("after", [False, True])
def test_workers_that_die_leave_no_copy_of_a_deleted_rule(
    api: Api, store: Store, rule: Rule, *, after: bool
) -> None:
    action = rule.going()

    assert work_on_and_on(store, action, after=after) > 8

    assert rule.products == {None}
    assert api.get(f"{ACTIONS}/{action}").json["status"] == "DONE"
    api.rule()


def test_a_worker_whose_time_is_over_leaves_the_rest_of_the_copies_to_the_next(
    store: Store, deliver: Callable[[], int], rule: Rule
) -> None:
    action = rule.changing("tea")
    one_slice(worker(store, 1), action)

    async_work.work(worker(store, 2, seconds=5.0), action)
    assert rule.products == {"mug", "tea"}

    assert deliver() == 2  # the request's message, and the worker's
    assert rule.products == {"tea"}


def test_a_slice_whose_time_is_short_notes_how_far_it_came(
    api: Api, store: Store, rule: Rule
) -> None:
    action = rule.changing("tea")

    one_slice(worker(store, 1, seconds=4.0), action)

    found = async_actions.find(worker(store, 2), action)
    assert found is not None
    assert found.action.done == 1
    async_work.work(worker(store, 3), action)
    assert rule.products == {"tea"}
    assert done_count(api, action) == SOME


def test_two_workers_at_one_change_count_each_copy_once(api: Api, store: Store, rule: Rule) -> None:
    action = rule.changing("tea")

    two_work(store, action)

    assert rule.products == {"tea"}
    assert done_count(api, action) == SOME


def test_two_workers_at_one_deletion_leave_no_copy(api: Api, store: Store, rule: Rule) -> None:
    action = rule.going()

    two_work(store, action)

    assert rule.products == {None}
    assert api.get(f"{ACTIONS}/{action}").json["status"] == "DONE"
    api.rule()


def two_work(store: Store, action: str) -> None:
    """Two workers who each do every slice, the second one when it is done."""
    slow = worker(store, 1)
    while (found := async_actions.find(slow, action)) and not found.action.is_over:
        go_on(worker(store, 100 + found.version), found)
        go_on(slow, found)


def test_a_newer_change_wins_everywhere(
    api: Api, store: Store, deliver: Callable[[], int], rule: Rule
) -> None:
    older = rule.changing("tea")
    one_slice(worker(store, 1), older)
    newer = rule.changing("cup")
    one_slice(worker(store, 2), newer)
    assert rule.shown["async_action_id"] == newer

    async_work.work(worker(store, 3), older)
    assert rule.products == {"mug", "cup"}
    assert done_count(api, older) == 30
    assert rule.shown["async_action_id"] == newer

    deliver()
    assert rule.products == {"cup"}
    assert done_count(api, newer) == SOME
    assert "async_action_id" not in rule.shown


def test_a_slice_of_an_older_change_that_comes_late_replaces_nothing(
    api: Api, store: Store, rule: Rule
) -> None:
    older = rule.changing("tea")
    found = async_actions.find(worker(store, 1), older)
    async_work.work(worker(store, 2), rule.changing("cup"))

    assert found is not None
    go_on(worker(store, 3), found)

    assert rule.products == {"cup"}
    assert done_count(api, older) == 0


def test_a_deletion_overtakes_a_change(
    api: Api, store: Store, deliver: Callable[[], int], rule: Rule
) -> None:
    one_slice(worker(store, 1), rule.changing("tea"))
    rule.going()

    deliver()

    assert rule.products == {None}
    actions = api.get(ACTIONS).json["async_actions"]
    assert [each["status"] for each in actions] == ["DONE", "DONE"]
    api.rule()


def test_a_change_of_few_copies_overtakes_one_of_many(
    api: Api, deliver: Callable[[], int], rule: Rule
) -> None:
    older = rule.changing("tea")

    changed = api.put(rule.path, only("cup")).json

    assert "async_action_id" not in changed
    assert rule.products == {"cup"}
    deliver()
    assert done_count(api, older) == 0
    assert rule.shown == changed
    assert rule.products == {"cup"}


def test_what_comes_and_goes_meanwhile_has_the_newer_copy_or_none(
    api: Api, store: Store, rule: Rule
) -> None:
    action = rule.changing("tea")
    one_slice(worker(store, 1), action)
    (reached,) = api.get(f"{rule.path}/assignments?limit=1&page=30&order=created_at").json["data"]

    assert api.delete(f"{rule.path}/assignments/{reached['id']}").status == 204
    assert api.delete(f"/v1/vouchers/{rule.codes[-1]}").status == 204
    new = api.voucher("NEW", validation_rules=[rule.name])
    async_work.work(worker(store, 2), action)

    assert rule.products == {"tea", None}
    assert {each and each.version for each in copies(store, api.project, ["NEW"])} == {2}
    assert new["validation_rules_assignments"]["total"] == 1
    assert rule.shown["assignments_count"] == SOME - 1


def test_a_change_that_is_repeated_is_one_action(
    api: Api, deliver: Callable[[], int], rule: Rule
) -> None:
    count_up(rule.store, api.project, rule.name, 100)
    key = {"Idempotency-Key": "once"}
    first = api.put(rule.path, only("tea"), key)

    assert api.put(rule.path, only("tea")).json == first.json
    renamed = api.put(rule.path, {"name": "bowls"}).json
    assert renamed["async_action_id"] == first.json["async_action_id"]
    assert deliver() == 3  # handed over, and told twice more

    assert api.put(rule.path, only("tea"), key).json == first.json
    assert len(api.get(ACTIONS).json["async_actions"]) == 1
    assert rule.products == {"tea"}
    assert "async_action_id" not in rule.shown


def test_a_deletion_that_is_repeated_is_one_action(
    api: Api, deliver: Callable[[], int], rule: Rule
) -> None:
    rule.going()

    assert api.delete(rule.path).status == 204

    assert deliver() == 2
    assert len(api.get(ACTIONS).json["async_actions"]) == 1
    assert api.delete(rule.path).status == 404


def test_a_change_that_was_cut_off_in_its_request_becomes_an_action(
    api: Api, store: Store, deliver: Callable[[], int], rule: Rule
) -> None:
    # As a request leaves it that dies before a hundred copies become more.
    own = keys.rule(api.project, rule.name)
    store.write(Action(own, Guard.STATE, {"pending": True}, {"rv": 1}))

    action = rule.asked("PUT", {"name": "mugs"}).json["async_action_id"]
    deliver()

    assert done_count(api, action) == SOME
    assert {each and each.version for each in copies(store, api.project, rule.codes)} == {2}
    assert "async_action_id" not in rule.shown
