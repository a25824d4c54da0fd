"""Deliveries: telling one webhook of one occurrence, until it is taken or given up."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from pydantic import BaseModel, ConfigDict

from counterfoil.domain import occurrences
from counterfoil.domain.occurrences import TEST, Happening, covers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from counterfoil.domain.webhooks import Webhook

# As often as the queue gives a message out before it puts it by (template.yaml).
MAX_TRIES: Final = 10
KEPT: Final = timedelta(days=30)
_FIRST_PAUSE: Final = 10
_GROWTH: Final = 3
_LONGEST_PAUSE: Final = 3600
_MESSAGES: Final = 10


class DeliveryStatus(StrEnum):
    """PENDING until the first try, RETRYING between tries."""

    PENDING = "PENDING"
    RETRYING = "RETRYING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class Notice:
    """What one message asks for: that a webhook be told of an occurrence.

    `subject`, `version`, `at` and `record_id` as in `Happening`. `again` tells that somebody asked
    for this one: a delivery that was taken already is then repeated, once for each value.
    """

    project: str
    webhook_id: str
    name: str
    subject: str
    version: int
    at: str
    record_id: str | None = None
    again: str = ""

    @classmethod
    def of(cls, text: str) -> Notice:
        """The notice that `text` wrote."""
        return cls(**json.loads(text))

    @property
    def text(self) -> str:
        """The notice as it travels."""
        return json.dumps(asdict(self))

    @property
    def event_id(self) -> str:
        """The id of what happened."""
        return occurrences.event_id(self.project, self.subject, self.version, self.name)

    @property
    def delivery_id(self) -> str:
        """The id of telling this webhook."""
        return occurrences.delivery_id(self.at, self.webhook_id, self.event_id)

    @property
    def group(self) -> str:
        """What is told in order, one after the other: it waits for nothing else."""
        return f"{self.webhook_id}.{self.subject.replace('#', '.')}"

    @property
    def once(self) -> str:
        """Equal for messages of which the queue may take one for all."""
        return f"{self.delivery_id}{self.again}"

    @property
    def order_id(self) -> str | None:
        """The order that changed, if one did."""
        kind, _, name = self.subject.partition("#")
        return name if kind == "O" else None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one try; `error` says why it was not taken, `said` how its answer began."""

    duration_ms: int
    http_status: int | None = None
    error: str | None = None
    said: str | None = None


class Delivery(BaseModel):
    """How far a delivery has come. `again` is that of the notice which was taken last."""

    model_config = ConfigDict(frozen=True)

    id: str
    webhook_id: str
    event_id: str
    name: str
    subject: str
    version: int
    at: str
    record_id: str | None = None
    status: DeliveryStatus = DeliveryStatus.PENDING
    attempts: int = 0
    http_status: int | None = None
    duration_ms: int | None = None
    error: str | None = None
    said: str | None = None
    attempted_at: datetime | None = None
    next_attempt_at: datetime | None = None
    again: str = ""

    def has_taken(self, notice: Notice) -> bool:
        """Whether nothing is left to do for `notice`."""
        return self.status is DeliveryStatus.SUCCEEDED and self.again == notice.again

    def repeated(self, project: str, again: str) -> Notice:
        """The notice that has it delivered once more."""
        return Notice(
            project=project,
            webhook_id=self.webhook_id,
            name=self.name,
            subject=self.subject,
            version=self.version,
            at=self.at,
            record_id=self.record_id,
            again=again,
        )


def pending(notice: Notice) -> Delivery:
    """The delivery of `notice` before its first try."""
    return Delivery(
        id=notice.delivery_id,
        webhook_id=notice.webhook_id,
        event_id=notice.event_id,
        name=notice.name,
        subject=notice.subject,
        version=notice.version,
        at=notice.at,
        record_id=notice.record_id,
    )


def waiting(before: Delivery) -> Delivery:
    """`before` about to be tried, whatever came of it."""
    return before.model_copy(
        update={"status": DeliveryStatus.PENDING, "error": None, "next_attempt_at": None}
    )


def attempted(
    before: Delivery, notice: Notice, outcome: Outcome, now: datetime, pause: int | None
) -> Delivery:
    """`before` after one more try; without a `pause`, in seconds, a failure was the last."""
    taken = outcome.error is None
    if taken:
        status = DeliveryStatus.SUCCEEDED
    else:
        status = DeliveryStatus.FAILED if pause is None else DeliveryStatus.RETRYING
    waits = not taken and pause is not None
    return before.model_copy(
        update={
            "status": status,
            "attempts": before.attempts + 1,
            "http_status": outcome.http_status,
            "duration_ms": outcome.duration_ms,
            "error": outcome.error,
            "said": outcome.said,
            "attempted_at": now,
            "next_attempt_at": now + timedelta(seconds=pause or 0) if waits else None,
            "again": notice.again if taken else before.again,
        }
    )


def pause_after(tries: int, delivery_id: str) -> int | None:
    """The seconds to wait after the failed try of this number; None when it was the last.

    Three times as long each time, up to an hour, and up to a quarter more, which differs from
    delivery to delivery: a receiver that comes back is not met by all of them at once.
    """
    if tries >= MAX_TRIES:
        return None
    grown = _FIRST_PAUSE * int(pow(_GROWTH, max(0, tries - 1)))
    shortest = min(_LONGEST_PAUSE, grown)
    spread = hashlib.sha256(f"{delivery_id}{tries}".encode()).digest()[0]
    return shortest + shortest * spread // 1024


def notices(happening: Happening, webhooks: Iterable[Webhook]) -> Iterator[Notice]:
    """What is to be told of `happening`, to each active webhook what it asked for."""
    for webhook in webhooks:
        for name in happening.names:
            if webhook.active and any(covers(each, name) for each in webhook.events):
                yield Notice(
                    project=happening.project,
                    webhook_id=webhook.id,
                    name=name,
                    subject=happening.subject,
                    version=happening.version,
                    at=happening.at,
                    record_id=happening.record_id,
                )


def test_notice(project: str, webhook_id: str, at: str, nonce: str) -> Notice:
    """A notice that nothing happened, to see whether it arrives."""
    return Notice(project, webhook_id, TEST, f"T#{nonce}", 0, at, again=nonce)


def sendings(wanted: Sequence[Notice]) -> Iterator[tuple[int, ...]]:
    """The places of `wanted` as the queue is given them: ten at a time, of a group one at a time.

    Of a sending any part may be refused; whatever comes after it in a group is then still here.
    """
    left = list(range(len(wanted)))
    while left:
        groups: dict[str, int] = {}
        for place in left:
            groups.setdefault(wanted[place].group, place)
        chosen = tuple(groups.values())
        for start in range(0, len(chosen), _MESSAGES):
            yield chosen[start : start + _MESSAGES]
        taken = set(chosen)
        left = [place for place in left if place not in taken]
