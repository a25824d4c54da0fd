"""No call is begun that could not end in time, and a read is never said to be unsure."""

import pytest
from botocore.exceptions import ReadTimeoutError

from counterfoil.domain.errors import Unavailable
from counterfoil.storage import keys
from counterfoil.storage.client import Client
from counterfoil.storage.plans import Action, Guard, Plan
from counterfoil.storage.store import Patience, Store

KEY = keys.order("shop", "ord_1")


def a_store(client: Client, seconds: float) -> Store:
    return Store(client, "counterfoil", Patience(left=lambda: seconds, pause=lambda _: None))


def a_plan() -> Plan:
    plan = Plan()
    plan.add(Action(KEY, Guard.STATE, adds={"n": 1}))
    return plan


def test_a_first_call_is_not_begun_when_its_end_would_come_too_late(store: Store) -> None:
    late = a_store(store.client, 3.0)

    with pytest.raises(Unavailable) as refused:
        late.commit(a_plan(), "token")

    assert not refused.value.unknown
    assert late.meter.calls == 0
    assert store.get(KEY) is None


def test_a_commit_leaves_the_time_that_a_release_needs(store: Store) -> None:
    with pytest.raises(Unavailable):
        a_store(store.client, 5.9).commit(a_plan(), "token", reserve=3.0)

    a_store(store.client, 6.1).commit(a_plan(), "token", reserve=3.0)
    assert store.get(KEY) == {**KEY._asdict(), "n": 1}


def test_a_read_without_answer_has_changed_nothing_for_certain(store: Store) -> None:
    left = iter([9.0, 2.0, 2.0])

    def lost(**_: object) -> None:
        raise ReadTimeoutError(endpoint_url="")

    events = store.client.meta.events  # type: ignore[attr-defined]  # botocore's own hooks
    events.register("before-send.dynamodb", lost, unique_id="lost")
    try:
        patience = Patience(left=lambda: next(left), pause=lambda _: None)
        with pytest.raises(Unavailable) as refused:
            Store(store.client, "counterfoil", patience).get(KEY)
    finally:
        events.unregister("before-send.dynamodb", unique_id="lost")

    assert not refused.value.unknown
