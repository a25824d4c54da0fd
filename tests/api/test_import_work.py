"""A worker may die at any moment of an import; every row is written once all the same."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import boto3
import pytest

from counterfoil.api import context
from counterfoil.operations import async_work, sessions
from counterfoil.storage import imports, keys
from counterfoil.storage.imports import Turn
from counterfoil.storage.store import Question, Store
from tests.api.client import Api
from tests.api.workers import (
    DiedError,
    Mortal,
    dies_at_a_file,
    work_on_and_on,
    worker,
)
from tests.builders import NOW

Deliver = Callable[[], int]


def imported(api: Api, rows: list[Any]) -> str:
    return str(api.post("/v1/orders/import", rows).json["async_action_id"])


def watched(api: Api, action: str) -> Any:  # noqa: ANN401  # as `Reply.json`
    return api.get(f"/v1/async-actions/{action}").json


@pytest.mark.parametrize("after", [False, True])
def test_no_row_comes_twice_and_none_is_missing(api: Api, store: Store, *, after: bool) -> None:
    stored = api.post("/v1/orders", {"source_id": "old", "amount": 1}).json["id"]
    buyer = {"customer": {"source_id": "ann@shop.test"}, "status": "PAID"}
    action = imported(
        api,
        [
            {"source_id": "new", "amount": 100, **buyer},
            {"source_id": "bad", "amount": -1},
            {"amount": 10, **buyer},
            {"source_id": "old", "amount": 1000, **buyer},
            {"id": "ord_nowhere"},
            {"amount": 20, **buyer},
        ],
    )

    assert work_on_and_on(store, action, after=after) > 8

    result = watched(api, action)["result"]
    assert (result["done_count"], result["failed_count"]) == (4, 2)
    assert [each["row"] for each in result["failed"]] == [2, 5]
    assert api.get("/v1/orders").json["total"] == 4
    summary = api.get("/v1/customers/ann@shop.test").json["summary"]["orders"]
    assert (summary["total_count"], summary["total_amount"]) == (4, 1130)
    events = store.query(Question(keys.order("shop", stored).pk, starts="E#"))
    assert len(events) == 2
    assert imports.turn(store, "shop") == Turn()
    assert imports.first_in_line(store, "shop") is None


def test_a_worker_that_was_overtaken_leaves_the_rest(api: Api, store: Store) -> None:
    action = imported(api, [{"amount": n} for n in range(1, 4)])
    other = Overtaking(store, action)

    async_work.work(worker(store, 1, other), action)

    assert other.has_overtaken
    assert watched(api, action)["result"]["done_count"] == 3
    assert api.get("/v1/orders").json["total"] == 3


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("life", range(1, 12))
def test_death_at_any_call_for_a_stored_order_leaves_it_changed_once(
    api: Api, store: Store, life: int, *, after: bool
) -> None:
    order = api.post("/v1/orders", {"source_id": "old", "amount": 1}).json["id"]
    action = imported(api, [{"source_id": "old", "amount": 2, "customer": {"source_id": "ann"}}])

    with suppress(DiedError):
        async_work.work(worker(store, 1, Mortal(store.client, life, after=after)), action)
    for visit in (1, 2):  # the first may find the order held until the lease of the dead is over
        later = NOW + timedelta(seconds=15 * visit)
        async_work.work(worker(store, 1 + visit, now=later), action)

    assert watched(api, action)["result"]["done_count"] == 1
    events = store.query(Question(keys.order("shop", order).pk, starts="E#"))
    assert len(events) == 2
    assert api.get("/v1/orders/old").json["amount"] == 2


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("life", [1, 2])
def test_death_at_a_call_for_the_file_leaves_every_row_written_once(
    api: Api, store: Store, life: int, *, after: bool
) -> None:
    action = imported(api, [{"amount": 1}, {"amount": 2}])

    assert dies_at_a_file(store, action, life, after=after)
    async_work.work(worker(store, 2), action)

    assert watched(api, action)["result"]["done_count"] == 2
    assert api.get("/v1/orders").json["total"] == 2
    assert imports.turn(store, "shop") == Turn()


def test_without_a_place_for_its_rows_there_is_no_import(api: Api) -> None:
    boto3.client("s3").delete_bucket(Bucket=context.settings().files)

    reply = api.post("/v1/orders/import", [{"amount": 1}])

    assert (reply.status, reply.json["key"]) == (503, "service_unavailable")
    assert api.get("/v1/async-actions").json["async_actions"] == []


class Overtaking:
    """A client in whose way another worker does the whole import, before the second row."""

    def __init__(self, store: Store, action: str) -> None:
        self._store = store
        self._action = action
        self._commits = 0
        self.has_overtaken = False

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # a client's calls
        call = getattr(self._store.client, name)

        def overtaken(**request: object) -> Any:  # noqa: ANN401  # as above
            self._commits += name == "transact_write_items"
            if self._commits == 3 and not self.has_overtaken:
                self.has_overtaken = True
                async_work.work(worker(self._store, 2), self._action)
            return call(**request)

        return overtaken


def test_an_order_that_others_hold_is_waited_for(api: Api, store: Store) -> None:
    order = api.post("/v1/orders", {"source_id": "held", "amount": 1}).json["id"]
    action = imported(api, [{"source_id": "held", "amount": 2}, {"amount": 3}])
    assert sessions.open_by_id(worker(store, 7), order) is not None

    async_work.work(worker(store, 1), action)
    assert imports.turn(store, "shop") == Turn(action, busy=True)

    later = NOW + timedelta(seconds=15)
    async_work.work(worker(store, 2, now=later), action)
    assert watched(api, action)["result"]["done_count"] == 2
    assert api.get("/v1/orders/held").json["amount"] == 2


def test_an_order_that_is_held_for_ever_keeps_nobody_waiting(api: Api, store: Store) -> None:
    order = api.post("/v1/orders", {"source_id": "held", "amount": 1}).json["id"]
    action = imported(api, [{"source_id": "held", "amount": 2}, {"amount": 3}])
    holder = replace(worker(store, 7), lease_seconds=600)
    assert sessions.open_by_id(holder, order) is not None

    async_work.work(worker(store, 1), action)
    async_work.work(worker(store, 2), action)

    (failure,) = watched(api, action)["result"]["failed"]
    assert (failure["row"], failure["source_id"]) == (1, "held")
    assert order in failure["reason"]


def test_an_import_waits_for_the_one_before(api: Api, store: Store, deliver: Deliver) -> None:
    first = imported(api, [{"source_id": "h", "amount": 1}])
    second = imported(api, [{"source_id": "h", "amount": 2}])

    async_work.work(worker(store, 1), second)
    assert watched(api, second)["status"] == "ENQUEUED"
    assert imports.first_in_line(store, "shop") == first

    assert deliver() >= 2
    assert watched(api, second)["status"] == "DONE"
    assert api.get("/v1/orders/h").json["amount"] == 2


def test_a_running_import_tells_how_far_it_is(api: Api, store: Store) -> None:
    action = imported(api, [{"amount": 1}] * 4)
    waiting = imported(api, [{"amount": 1}])
    patience = iter([9.0] * 12)

    call = worker(store, 1)
    hurried = replace(
        call.store, patience=replace(call.store.patience, left=lambda: next(patience, 5.0))
    )
    async_work.work(replace(call, store=hurried), action)

    found = watched(api, action)
    assert (found["status"], found["result"]) == ("IN_PROGRESS", None)
    assert 0 < found["progress"] < 100
    listed = {it["id"]: it for it in api.get("/v1/async-actions").json["async_actions"]}
    assert listed[action]["progress"] == found["progress"]
    assert listed[waiting]["progress"] == 0


def test_an_import_whose_rows_are_lost_fails_and_lets_the_next_one_run(
    api: Api, store: Store, deliver: Deliver
) -> None:
    lost = imported(api, [{"amount": 1}])
    following = imported(api, [{"amount": 2}])
    worker(store, 1).files.delete(imports.file_of("shop", lost))  # type: ignore[union-attr]  # it has some

    deliver()

    found = watched(api, lost)
    assert (found["status"], found["operation_status"]) == ("FAILED", "FAILED")
    assert found["result"]["error"]["message"] == "The rows of the import were not found"
    assert watched(api, following)["status"] == "DONE"
    assert imports.turn(store, "shop") == Turn()
