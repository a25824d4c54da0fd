"""What happened, as webhooks tell it: the contract's names, and ids that no retry changes.

Source: domain.md §3.6. What became of a redemption is told by two names, the customer's and the
project's. One write may be several occurrences; those of one order are told in its order.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterfoil.domain.timestamps import from_iso, millis

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ORDER_NAMES: Final = tuple(
    f"customer.order.{each}" for each in ("created", "updated", "paid", "canceled", "fulfilled")
)
REDEMPTION_NAMES: Final = (
    "redemption.succeeded",
    "redemption.failed",
    "redemption.rollback.succeeded",
    "redemption.rollback.failed",
)
NAMES: Final = (
    *ORDER_NAMES,
    *REDEMPTION_NAMES,
    *(f"customer.{each}" for each in REDEMPTION_NAMES),
)
TEST: Final = "webhook.test"
ALL: Final = "*"
_OF_CUSTOMER: Final = "customer."
_DIGITS: Final = 24


@dataclass(frozen=True, slots=True)
class Happening:
    """One write that something happened in.

    `subject` is whose order of events it belongs to: an order, as `O#<id>`, or a call that changed
    none, as `R#<root>`; `version` is its place there. `at` is in ISO form, `record_id` the
    redemption or rollback that it was.
    """

    project: str
    subject: str
    version: int
    at: str
    kinds: tuple[str, ...]
    record_id: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """All that webhooks may tell of it, in order."""
        return tuple(_names(self.kinds))


def _names(kinds: Iterable[str]) -> Iterator[str]:
    for kind in kinds:
        yield kind
        own = kind.removeprefix(_OF_CUSTOMER)
        if own in REDEMPTION_NAMES:
            yield own


def covers(pattern: str, name: str) -> bool:
    """Whether `pattern`, a name or one that ends in `*`, is meant to cover `name`."""
    if pattern.endswith("*"):
        return name.startswith(pattern[:-1])
    return pattern == name


def is_known(pattern: str) -> bool:
    """Whether `pattern` is `*`, a name, or the beginning of names up to a dot and `*`."""
    whole = pattern == ALL or pattern.endswith(".*") or not pattern.endswith("*")
    return whole and any(covers(pattern, name) for name in NAMES)


def event_id(project: str, subject: str, version: int, name: str) -> str:
    """The id of one occurrence: the same for every webhook that tells it, however often."""
    return f"event_{_digest(project, subject, str(version), name)}"


def delivery_id(at: str, webhook_id: str, event: str) -> str:
    """The id of telling one webhook of one event: milliseconds first, so that ids sort by time."""
    moment = f"{millis(from_iso(at)):012x}"
    return f"whd_{moment}{_digest(webhook_id, event)[: _DIGITS - len(moment)]}"


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:_DIGITS]
