"""Audits of a shop while others write: one after the other, until they are told to end."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from counterfoil.domain.audits import Audit, Difference
from counterfoil.operations.audits import next_slice
from tests.concurrency.shop import Shop
from tests.concurrency.workmen import call_of


@dataclass
class Audits:
    """What audits have found so far, and how many were gone through."""

    rounds: int = 0
    differences: list[Difference] = field(default_factory=list)
    failure: Exception | None = None


def audited(shop: Shop) -> Audit:
    """An audit from its beginning to its end, its second looks at once after the first."""
    audit = Audit(day="2026-01-01")
    while not audit.is_over:
        audit = next_slice(call_of(shop.project, shop.engine.store), audit, 0) or audit
    return audit


@contextmanager
def auditing(shop: Shop) -> Iterator[Audits]:
    """Audits beside whatever the block does, at least once."""
    found, ending = Audits(), threading.Event()

    def audit() -> None:
        try:
            while not ending.is_set() or found.rounds == 0:
                found.differences += audited(shop).differences
                found.rounds += 1
        except Exception as error:  # noqa: BLE001  # the test's own thread raises it
            found.failure = error

    thread = threading.Thread(target=audit)
    thread.start()
    try:
        yield found
    finally:
        ending.set()
        thread.join()
    if found.failure is not None:
        raise found.failure
