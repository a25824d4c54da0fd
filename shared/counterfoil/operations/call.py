"""One request as the operations see it: whose it is, its ids and time, its store, its memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from counterfoil.domain.counts import Periods
from counterfoil.domain.errors import IdempotencyKeyReused
from counterfoil.domain.timestamps import millis
from counterfoil.storage import idempotency

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date, datetime, tzinfo

    from counterfoil.domain.ids import RequestIds
    from counterfoil.operations.rehearsals import Shown
    from counterfoil.storage.delivery_queue import DeliveryQueue
    from counterfoil.storage.files import Files
    from counterfoil.storage.idempotency import Answer
    from counterfoil.storage.keys import Key
    from counterfoil.storage.marshal import Attributes
    from counterfoil.storage.plans import Action
    from counterfoil.storage.queue import Queue
    from counterfoil.storage.store import Store


class Replayed(Exception):  # not a failure: the answer is known already
    """The request was answered before; `answer` is what was said then, byte for byte."""

    def __init__(self, answer: Answer) -> None:
        super().__init__("the Idempotency-Key has had its answer")
        self.answer = answer


@dataclass(frozen=True, slots=True)
class Memory:
    """An Idempotency-Key: its item, the hash of this request's body, how an answer is encoded.

    `encode` takes what the operation returns, or the error that it raises.
    """

    header: str
    key: Key
    body_hash: bytes
    encode: Callable[[object], Answer]


@dataclass(slots=True)
class Trace:
    """What the log line and the `X-Order-Session` header tell of a request: ids and one lease.

    `shown` is what a dry run would have written.
    """

    ids: dict[str, str] = field(default_factory=dict)
    fence: int | None = None
    opened_with: float = 0.0
    plans: int = 0
    shown: Shown | None = None

    def next_plan(self) -> int:
        """The number of one more plan. A request that creates and then goes on as an update keeps
        counting: a number stands for a client token, which must never come with other bytes.
        """
        self.plans += 1
        return self.plans - 1


@dataclass(frozen=True, slots=True)
class Call:
    """One authenticated request. `lease_seconds` is how long it may hold an order.

    `queue` is where work is left that goes on after the answer, `files` where files lie,
    `deliveries` where what webhooks are told waits; a call that `tells_loopback` may have them on
    this very machine. Weeks begin on `week_start`, 0 for Monday to 6 for Sunday. A `dry_run`
    decides and writes nothing. One that `explains` is told how its answer came about: a server's,
    never a browser's, which may name anybody. `actor` is the user of the dashboard who asks, and
    stands in the events of it. Each plan of an imported order's call writes `beside` it, under the
    plan's name, what moves the import on.
    """

    store: Store
    project: str
    app_id: str
    ids: RequestIds
    zone: tzinfo
    lease_seconds: int
    request_id: str = ""
    memory: Memory | None = None
    queue: Queue | None = None
    files: Files | None = None
    deliveries: DeliveryQueue | None = None
    tells_loopback: bool = False
    week_start: int = 0
    dry_run: bool = False
    explains: bool = False
    actor: str | None = None
    beside: Callable[[str], Action] | None = None
    trace: Trace = field(default_factory=Trace)

    @property
    def now(self) -> datetime:
        """The time of the request, of whole milliseconds."""
        return self.ids.now

    @property
    def local_now(self) -> datetime:
        """The same instant in the project's zone, which calendar days and hours go by."""
        return self.now.astimezone(self.zone)

    @property
    def today(self) -> date:
        """The calendar day of the request in the project's zone."""
        return self.local_now.date()

    @property
    def periods(self) -> Periods:
        """The calendar periods that the request counts in."""
        return Periods.of(self.today, self.week_start)

    @property
    def lease(self) -> tuple[int, int]:
        """Now and the end of a lease taken now, in milliseconds."""
        now = millis(self.now)
        return now, now + self.lease_seconds * 1000

    def memory_keys(self) -> Iterator[Key]:
        """The key to load beside the rest when the request may have been answered before."""
        if self.memory is not None:
            yield self.memory.key

    def replay(self, items: Mapping[Key, Attributes]) -> None:
        """Raises Replayed when `items` hold this request's answer.

        Raises IdempotencyKeyReused when they hold another request's under the same key.
        """
        if self.memory is not None:
            self.replay_from(items.get(self.memory.key))

    def replay_from(self, item: Attributes | None) -> None:
        """The same for the one item that the key names."""
        known = idempotency.remembered(item, millis(self.now) // 1000)
        if self.memory is None or known is None:
            return
        if known.body_hash != self.memory.body_hash:
            raise IdempotencyKeyReused(self.memory.header)
        raise Replayed(known.answer)

    def remembering(self, result: object, by: str) -> Iterator[Action]:
        """The write that keeps the answer to `result` with its effect; and what comes beside it."""
        if self.memory is not None:
            known = idempotency.Remembered(self.memory.body_hash, self.memory.encode(result))
            yield idempotency.record(self.memory.key, known, millis(self.now) // 1000, by)
        if self.beside is not None:
            yield self.beside(by)
