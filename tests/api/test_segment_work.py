"""Segments of many customers: requests and workers may die at any moment, others go on."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import pytest

from counterfoil.domain.customers import Customer
from counterfoil.domain.segment_payloads import SegmentPayload
from counterfoil.operations import async_actions, async_work, segment_work, segments
from counterfoil.storage import customers, keys, segment_keys
from counterfoil.storage.segments import AT_ONCE
from counterfoil.storage.store import Patience, Question, Store
from tests.api.client import Api, Reply
from tests.api.workers import DiedError, Mortal, work_on_and_on, worker
from tests.builders import NOW

SEGMENTS: Final = "/v1/segments"
COUNT: Final = AT_ONCE + 5
NAMES: Final = [f"cust_{number:024}" for number in range(COUNT)]
BODY: Final = {"name": "S", "type": "static", "customers": NAMES}


@pytest.fixture
def store(store: Store) -> Store:
    """The table as somebody sees it who never has to hurry: moto is slow with so many items."""
    return replace(store, patience=Patience(left=lambda: 9.0, pause=lambda _: None))


@pytest.fixture
def crowd(api: Api, store: Store) -> Api:
    """A project with more customers than one transaction has memberships of."""
    for each in NAMES:
        customer = Customer(id=each, created_at=NOW)
        store.write(customers.written(api.project, None, customer, "test"))
    return api


def created(api: Api, key: str = "once") -> Reply:
    """The answer to the creation of a segment of the whole crowd."""
    reply = api.post(SEGMENTS, BODY, {"Idempotency-Key": key})
    assert reply.status == 200, reply.body
    return reply


def segments_of(api: Api, customer: str) -> int:
    """How many segments a customer has."""
    return int(api.get(f"/v1/customers/{customer}/segments").json["total"])


def memberships(store: Store) -> int:
    """How many memberships stand, whatever they mean."""
    partitions = [keys.customer("shop", each).pk for each in NAMES]
    return sum(store.count(Question(each, starts=keys.MEMBERSHIPS)) for each in partitions)


def actions(api: Api) -> list[tuple[str, str]]:
    """Ids and states of the async actions, the newest first."""
    found = api.get("/v1/async-actions").json["async_actions"]
    return [(each["id"], each["status"]) for each in found]


def test_a_segment_of_many_is_in_force_when_all_are_in_it(
    crowd: Api, store: Store, deliver: Callable[[], int]
) -> None:
    made = created(crowd).json
    path = f"{SEGMENTS}/{made['id']}"

    assert made["initial_sync_status"] == "IN_PROGRESS"
    assert segments_of(crowd, NAMES[0]) == 0
    assert crowd.get(f"/v1/customers?segment_id={made['id']}").json["total"] == 0
    assert deliver() > 0

    assert crowd.get(path).json == {**made, "initial_sync_status": "DONE"}
    assert crowd.get(f"/v1/customers?segment_id={made['id']}").json["total"] == COUNT
    assert [segments_of(crowd, each) for each in (NAMES[0], NAMES[-1])] == [1, 1]
    ((action, _),) = actions(crowd)
    done = crowd.get(f"/v1/async-actions/{action}").json
    assert (done["type"], done["result"]["done_count"]) == ("SEGMENTS.CREATE", COUNT)

    assert crowd.delete(path).status == 204
    assert crowd.get(path).status == crowd.delete(path).status == 404
    assert crowd.get(SEGMENTS).json["total"] == 0
    assert segments_of(crowd, NAMES[-1]) == 0
    deliver()

    assert [status for _, status in actions(crowd)] == ["DONE", "DONE"]
    assert memberships(store) == 0
    assert store.query(Question(segment_keys.segment("shop", made["id"]).pk)) == ()


@pytest.mark.parametrize("after", [False, True])
def test_workers_that_die_leave_nobody_out(crowd: Api, store: Store, *, after: bool) -> None:
    made = created(crowd)
    ((action, _),) = actions(crowd)

    assert work_on_and_on(store, action, after=after) > 3

    shown = crowd.get(f"{SEGMENTS}/{made.json['id']}").json
    assert shown["initial_sync_status"] == "DONE"
    assert memberships(store) == COUNT
    result = crowd.get(f"/v1/async-actions/{action}").json["result"]
    assert result == {"done_count": COUNT, "failed_count": 0}
    assert created(crowd).body == made.body


@pytest.mark.parametrize("after", [False, True])
def test_workers_that_die_leave_nothing_of_a_deleted_segment(
    crowd: Api, store: Store, deliver: Callable[[], int], *, after: bool
) -> None:
    made = created(crowd).json
    deliver()
    crowd.delete(f"{SEGMENTS}/{made['id']}")

    assert work_on_and_on(store, actions(crowd)[0][0], after=after) > 3

    assert memberships(store) == 0
    assert store.query(Question(segment_keys.segment("shop", made["id"]).pk)) == ()


def test_a_segment_can_be_deleted_while_it_is_being_filled(crowd: Api, store: Store) -> None:
    made = created(crowd).json
    ((filling, _),) = actions(crowd)
    with pytest.raises(DiedError):
        async_work.work(worker(store, 1, Mortal(store.client, 5, after=False)), filling)
    assert memberships(store) == AT_ONCE

    assert crowd.delete(f"{SEGMENTS}/{made['id']}").status == 204
    for action, _ in actions(crowd):
        async_work.work(worker(store, 2), action)

    assert {status for _, status in actions(crowd)} == {"DONE", "FAILED"}
    error = crowd.get(f"/v1/async-actions/{filling}").json["result"]["error"]
    assert error == {"message": "The segment was deleted"}
    assert memberships(store) == 0
    assert store.query(Question(segment_keys.segment("shop", made["id"]).pk)) == ()


def test_of_two_workers_at_one_action_one_does_a_slice(crowd: Api, store: Store) -> None:
    created(crowd)
    ((action, _),) = actions(crowd)
    slow, fast = worker(store, 1), worker(store, 2)
    found = async_actions.find(slow, action)
    assert found is not None
    async_work.work(fast, action)

    segment_work.go_on(slow, found, found.action.work)  # type: ignore[arg-type]  # a segment's

    assert memberships(store) == COUNT
    assert actions(crowd) == [(action, "DONE")]


# The first call reads the customers, the second is the one transaction.
@pytest.mark.parametrize(
    ("life", "after", "stands"),
    [(1, False, 0), (1, True, 0), (2, False, 0), (2, True, 1)],
)
def test_a_creation_that_dies_has_made_all_or_nothing(
    crowd: Api, store: Store, life: int, stands: int, *, after: bool
) -> None:
    call = worker(store, 1, Mortal(store.client, life, after=after))
    with pytest.raises(DiedError):
        segments.create(call, SegmentPayload.model_validate(BODY))
    for action, _ in actions(crowd):
        async_work.work(worker(store, 2), action)

    assert crowd.get(SEGMENTS).json["total"] == stands
    assert segments_of(crowd, NAMES[-1]) == stands
    assert memberships(store) == COUNT * stands


@pytest.mark.parametrize("after", [False, True])
def test_a_deletion_that_dies_can_be_sent_again(
    crowd: Api, store: Store, deliver: Callable[[], int], *, after: bool
) -> None:
    made = created(crowd).json
    deliver()
    call = worker(store, 1, Mortal(store.client, 2, after=after))
    with pytest.raises(DiedError):
        segments.delete(call, made["id"])

    again = crowd.delete(f"{SEGMENTS}/{made['id']}")
    for action, _ in actions(crowd):
        async_work.work(worker(store, 2), action)

    assert again.status == (404 if after else 204)
    assert memberships(store) == 0
    assert crowd.get(SEGMENTS).json["total"] == 0
