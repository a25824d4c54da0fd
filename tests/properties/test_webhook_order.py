"""Whatever fails on the way, a webhook is told of an order in its order, and nothing is lost."""

from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from counterfoil.domain.deliveries import MAX_TRIES, Notice, Outcome
from counterfoil.domain.occurrences import Happening
from counterfoil.domain.webhooks import Webhook, Webhooks
from counterfoil.operations.call import Call
from counterfoil.operations.webhook_relay import relay
from counterfoil.operations.webhook_sender import Errand, Told, send
from counterfoil.storage import webhooks
from counterfoil.storage.delivery_queue import DeliveryQueue
from counterfoil.storage.store import Store
from tests.api.workers import DiedError, Mortal, worker
from tests.builders import NOW

WEBHOOKS = Webhooks(
    webhooks=tuple(
        Webhook(id=f"wh_{each * 24}", target_url="https://x.example/", secret="s", created_at=NOW)
        for each in "ab"
    )
)
AT = "2026-03-14T09:26:53.589Z"
KINDS = ("customer.order.updated", "customer.order.paid")


@dataclass(frozen=True)
class Fifo(DeliveryQueue):
    """The queue as AWS promises it to be, which refuses, and takes without saying so, at random."""

    draw: st.DataObject | None = None
    groups: dict[str, deque[Notice]] = field(default_factory=lambda: defaultdict(deque))
    taken: set[str] = field(default_factory=set)

    def send(self, notices: Sequence[Notice]) -> set[int]:
        assert self.draw is not None
        assert len({each.group for each in notices}) == len(notices) <= 10
        refused = set()
        for place, notice in enumerate(notices):
            said = self.draw.draw(st.sampled_from(["taken", "taken", "refused", "silent"]))
            if said != "refused" and notice.once not in self.taken:
                self.taken.add(notice.once)
                self.groups[notice.group].append(notice)
            if said != "taken":
                refused.add(place)
        return refused


@dataclass
class World:
    """A stream, a queue and a receiver, each of which may fail at any step."""

    call: Call
    data: st.DataObject
    stream: deque[Happening]
    queue: Fifo
    tries: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    accepted: dict[str, list[tuple[int, str]]] = field(default_factory=lambda: defaultdict(list))
    dead: list[Notice] = field(default_factory=list)

    def step(self) -> None:
        waiting = sorted(name for name, group in self.queue.groups.items() if group)
        if self.stream and (not waiting or self.data.draw(st.booleans())):
            self.relay()
        else:
            self.send(self.data.draw(st.sampled_from(waiting)))

    def relay(self) -> None:
        """The next records, of which those are given again that were not done."""
        batch = list(self.stream)[: self.data.draw(st.integers(1, 6))]
        first = relay(self.call, batch)
        forgotten = self.data.draw(st.booleans())  # that it was done: it all comes again
        for _ in batch[: 0 if forgotten else first]:
            self.stream.popleft()

    def send(self, group: str) -> None:
        """One try of what is first in a group; whoever dies has its message given out again."""
        notice = self.queue.groups[group][0]
        self.tries[notice.once] += 1
        dies = self.data.draw(st.sampled_from([0, 0, 1, 2, 3]))
        client = Mortal(self.call.store.client, dies, after=self.data.draw(st.booleans()))
        call = worker(self.call.store, self.data.draw(st.integers(0, 10**9)), client)
        try:
            pause = send(call, Errand(notice, self.tries[notice.once], self.post))
        except DiedError:
            pause = 1 if self.tries[notice.once] < MAX_TRIES else 0
        if pause is None or self.tries[notice.once] >= MAX_TRIES:
            self.queue.groups[group].popleft()
            if pause is not None:
                self.dead.append(notice)

    def post(self, webhook: Webhook, told: Told) -> Outcome:
        notice = told.notice
        assert webhook.id == notice.webhook_id
        if self.data.draw(st.booleans()):
            return Outcome(1, 500, "it answered 500")
        self.accepted[notice.group].append((notice.version, notice.name))
        return Outcome(1, 200)


@pytest.fixture
def call(store: Store) -> Call:
    made = worker(store, 1)
    store.write(webhooks.changed(made.project, webhooks.Stored(Webhooks(), 0), WEBHOOKS, "x"))
    return made


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    orders=st.lists(st.sampled_from("xyz"), min_size=1, max_size=5),
    data=st.data(),
)
def test_an_order_is_told_in_its_order_and_whole(
    call: Call, orders: list[str], data: st.DataObject
) -> None:
    own = uuid4().hex  # no example knows another's orders
    happenings = [
        Happening("shop", f"O#ord_{own}{name}", orders[: place + 1].count(name), AT, KINDS)
        for place, name in enumerate(orders)
    ]
    queue = Fifo("queue", draw=data)
    world = World(replace(call, deliveries=queue), data, deque(happenings), queue)

    for _ in range(2000):
        if not world.stream and not any(queue.groups.values()):
            break
        world.step()

    for told in world.accepted.values():
        first_times = list(dict.fromkeys(told))
        assert first_times == sorted(first_times, key=lambda it: (it[0], KINDS.index(it[1])))
    lost = {(each.group, each.version, each.name) for each in world.dead}
    for happening in happenings:
        for webhook in WEBHOOKS.webhooks:
            group = f"{webhook.id}.{happening.subject.replace('#', '.')}"
            for name in KINDS:
                taken = (happening.version, name) in world.accepted[group]
                assert taken or (group, happening.version, name) in lost
