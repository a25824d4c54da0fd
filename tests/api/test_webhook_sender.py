"""The sender that dies, and two of them at one delivery: told at least once, by the same event."""

import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from counterfoil.api.sender import Batch, sending
from counterfoil.domain.deliveries import (
    MAX_TRIES,
    Delivery,
    DeliveryStatus,
    Notice,
    Outcome,
    pause_after,
)
from counterfoil.domain.webhooks import Webhook, Webhooks
from counterfoil.operations.call import Call
from counterfoil.operations.webhook_sender import Errand, Told, send
from counterfoil.storage import deliveries, keys, order_keys, webhook_keys, webhooks
from counterfoil.storage.plans import Action, Guard
from counterfoil.storage.store import Store
from local.invocation import Context
from tests.api.client import Api
from tests.api.workers import DiedError, Mortal, worker
from tests.builders import NOW

HOOK = Webhook(id="wh_" + "0" * 24, target_url="https://x.example/", secret="s", created_at=NOW)
NOTICE = Notice(
    "shop", HOOK.id, "customer.order.paid", "O#ord_x", 2, "2026-03-14T09:26:53.589Z", None
)
TAKEN = Outcome(1, 200)
REFUSED = Outcome(1, 500, "it answered 500")


@pytest.fixture
def table_with_webhook(store: Store) -> Store:
    before = webhooks.Stored(Webhooks(), 0)
    store.write(webhooks.changed("shop", before, Webhooks(webhooks=(HOOK,)), "x"))
    return store


def delivery(store: Store) -> Delivery:
    key = webhook_keys.delivery("shop", HOOK.id, NOTICE.delivery_id)
    found = deliveries.stored(store.get_all([key]), "shop", HOOK.id, NOTICE.delivery_id)
    assert found is not None
    return found


class Post:
    """Answers with each outcome in turn, and does `meanwhile` before it answers."""

    def __init__(self, *outcomes: Outcome, meanwhile: Callable[[], object] = lambda: None) -> None:
        self.outcomes = list(outcomes)
        self.meanwhile = meanwhile
        self.events: list[str] = []

    def __call__(self, _webhook: Webhook, told: Told) -> Outcome:
        self.events.append(told.notice.event_id)
        self.meanwhile()
        return self.outcomes.pop(0)


def test_a_sender_that_dies_has_the_same_event_told_again(table_with_webhook: Store) -> None:
    """It dies at each of its calls, before it or after it; what was recorded is not told again."""
    post = Post(*[TAKEN] * 20)
    lives = 0
    for life in range(1, 20):
        call = worker(
            table_with_webhook, life, Mortal(table_with_webhook.client, life, after=False)
        )
        try:
            assert send(call, Errand(NOTICE, life, post)) is None
        except DiedError:
            continue
        lives = life
        break

    assert 2 < lives < 19
    assert len(post.events) > 1
    assert set(post.events) == {NOTICE.event_id}
    assert delivery(table_with_webhook).status is DeliveryStatus.SUCCEEDED


def test_a_sender_that_dies_once_all_is_recorded_tells_nothing_again(
    table_with_webhook: Store,
) -> None:
    post = Post(TAKEN)
    client = Mortal(table_with_webhook.client, 3, after=True)
    with pytest.raises(DiedError):
        send(worker(table_with_webhook, 1, client), Errand(NOTICE, 1, post))

    assert send(worker(table_with_webhook, 2), Errand(NOTICE, 2, post)) is None
    assert len(post.events) == 1
    assert delivery(table_with_webhook).attempts == 1


@pytest.mark.parametrize("other", [TAKEN, REFUSED])
@pytest.mark.parametrize("own", [TAKEN, REFUSED])
def test_of_two_senders_at_once_no_taking_is_lost(
    table_with_webhook: Store, own: Outcome, other: Outcome
) -> None:
    def second() -> None:
        send(worker(table_with_webhook, 2), Errand(NOTICE, 1, Post(other)))

    send(worker(table_with_webhook, 1), Errand(NOTICE, 1, Post(own, meanwhile=second)))

    taken = TAKEN in (own, other)
    status = DeliveryStatus.SUCCEEDED if taken else DeliveryStatus.RETRYING
    assert delivery(table_with_webhook).status is status


def test_what_comes_after_a_failure_is_left_for_later(table: str) -> None:
    """What cannot be put off is given out again when the queue's own time is up."""
    tried: list[int] = []

    def run(_call: Call, errand: Errand) -> int | None:
        tried.append(errand.notice.version)
        return 10 if errand.notice.version == 2 else None

    batch: Batch = {
        "Records": [
            {
                "messageId": f"m-{version}",
                "receiptHandle": "none",
                "body": replace(NOTICE, version=version).text,
                "attributes": {"ApproximateReceiveCount": "1"},
            }
            for version in (1, 2, 3)
        ]
    }
    handler = sending(run, Post)

    answer = handler(batch, Context("test", 1024, "test", time.monotonic() + 10))

    assert table
    assert tried == [1, 2]
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m-2"}, {"itemIdentifier": "m-3"}]}


def test_the_last_failure_is_final(table_with_webhook: Store) -> None:
    post = Post(REFUSED)

    assert send(worker(table_with_webhook, 1), Errand(NOTICE, MAX_TRIES, post)) == 0

    found = delivery(table_with_webhook)
    assert (found.status, found.next_attempt_at) == (DeliveryStatus.FAILED, None)


def test_a_message_that_is_taken_out_of_the_dead_letters_is_told(
    table_with_webhook: Store,
) -> None:
    send(worker(table_with_webhook, 1), Errand(NOTICE, MAX_TRIES, Post(REFUSED)))

    assert send(worker(table_with_webhook, 2), Errand(NOTICE, 1, Post(TAKEN))) is None

    assert delivery(table_with_webhook).status is DeliveryStatus.SUCCEEDED


def test_pauses_grow_threefold_up_to_an_hour_and_differ_a_little() -> None:
    for name in ("whd_a", "whd_b", "whd_c"):
        for tries in range(1, MAX_TRIES):
            shortest = min(3600, 10 * 3 ** (tries - 1))
            assert shortest <= (pause_after(tries, name) or 0) <= shortest * 1.25
        assert pause_after(MAX_TRIES, name) is None
    assert len({pause_after(8, f"whd_{each}") for each in range(50)}) > 25


def test_a_delivery_ends_with_the_table_s_time_to_live(table_with_webhook: Store) -> None:
    send(worker(table_with_webhook, 1), Errand(NOTICE, 1, Post(TAKEN)))

    key = webhook_keys.delivery("shop", HOOK.id, NOTICE.delivery_id)
    item = table_with_webhook.get(key)

    assert item is not None
    assert item["exp"] == int(NOW.timestamp()) + 30 * 24 * 3600
    late = NOW.replace(month=NOW.month + 1, day=28)
    assert deliveries.newest(table_with_webhook, "shop", HOOK.id, 9, None, NOW)
    assert deliveries.newest(table_with_webhook, "shop", HOOK.id, 9, None, late) == []


def test_what_is_told_of_things_that_are_gone_is_null(table_with_webhook: Store) -> None:
    seen: list[Told] = []

    def post(_webhook: Webhook, told: Told) -> Outcome:
        seen.append(told)
        return TAKEN

    notice = replace(NOTICE, record_id="r_0123456789abcdef00")
    send(worker(table_with_webhook, 1), Errand(notice, 1, post))

    assert seen == [Told(notice)]


def test_an_order_whose_versions_are_not_kept_is_told_as_it_is(
    table_with_webhook: Store, api: Api
) -> None:
    order = api.post("/v1/orders", {"source_id": "s", "amount": 1}).json
    api.put("/v1/orders/s", {"amount": 2})
    key = keys.order("shop", order["id"])
    table_with_webhook.write(Action(key, Guard.STATE, removes=("eb",)))
    for version in (1, 2):
        event = order_keys.event("shop", order["id"], version)
        table_with_webhook.write(Action(event, Guard.STATE, removes=("ch", "was")))
    seen: list[Told] = []

    def post(_webhook: Webhook, told: Told) -> Outcome:
        seen.append(told)
        return TAKEN

    notice = replace(NOTICE, subject=f"O#{order['id']}", version=1)
    send(worker(table_with_webhook, 1), Errand(notice, 1, post))

    assert seen[0].order is not None
    assert seen[0].order.amount == 2
