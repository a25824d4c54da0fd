"""What must hold between segments, their lists of customers, and these customers' memberships."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Final

from counterfoil.storage import segment_keys, segments
from tests.concurrency.ledger import Ledger


def _lists(ledger: Ledger) -> Iterator[str]:
    """A segment counts the customers that its parts list; no part is without a segment."""
    for name, partition in ledger.collection(segment_keys.KIND).items():
        found = segments.stored(ledger.items, ledger.project, name)
        if found is None:
            yield f"segment {name} is gone, but not {sorted(partition)}"
            continue
        listed = _listed(ledger, name)
        if len(listed) != found.count or len(partition) != found.parts + 1:
            yield f"segment {name} lists {len(listed)} in {len(partition) - 1} parts: {found}"


def _memberships(ledger: Ledger) -> Iterator[str]:
    """The first of a list belong to it, as many as stand, but who is gone; nobody else does."""
    customers = ledger.collection("C")
    due: dict[str, set[str]] = defaultdict(set)
    for name in ledger.collection(segment_keys.KIND):
        found = segments.stored(ledger.items, ledger.project, name)
        if found is not None:
            due[name] = {each for each in _listed(ledger, name)[: found.up] if each in customers}
    standing: dict[str, set[str]] = defaultdict(set)
    for customer, partition in customers.items():
        for sk in (each for each in partition if each.startswith("S#")):
            standing[sk.removeprefix("S#")].add(customer)
    for name in {*due, *standing}:
        if due[name] != standing[name]:
            yield f"segment {name}: {standing[name]} belong to it, and should {due[name]}"


def _listed(ledger: Ledger, name: str) -> list[str]:
    partition = ledger.collection(segment_keys.KIND)[name]
    parts = (partition[sk] for sk in sorted(partition) if sk != "#")
    return [each for part in parts for each in str(part["ids"]).split()]


def _filters(ledger: Ledger) -> Iterator[str]:
    """The project counts and names its segments that have a filter, those going included."""
    names = ledger.collection(segment_keys.KIND)
    known = (segments.stored(ledger.items, ledger.project, each) for each in names)
    due = {each.segment.id for each in known if each is not None and not each.segment.is_static}
    item = ledger.items.get(segment_keys.filters(ledger.project), {})
    named = set(segments.with_filters(ledger.items, ledger.project))
    if named != due or item.get("n", 0) != len(due):
        yield f"segments with a filter are {sorted(due)}, the project knows {item}"


CHECKS: Final[tuple[Callable[[Ledger], Iterator[str]], ...]] = (
    _lists,
    _memberships,
    _filters,
)
