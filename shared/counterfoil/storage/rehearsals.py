"""What a plan would do, without doing it: each item before and after, and what that would cost.

Source: protocol.md §11. A transaction costs two write units for each KB of an item, as it is after
the write or, where that is larger, before it; an entry of an index costs one, its removal another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterfoil.storage.marshal import number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from counterfoil.storage.keys import Key
    from counterfoil.storage.marshal import Attributes, Value
    from counterfoil.storage.plans import Action, Plan
    from counterfoil.storage.store import Store

_INDEXES: Final = (("g1p", "g1s"), ("g2p", "g2s"), ("g3p", "g3s"))
_UNIT_BYTES: Final = 1024
_TRANSACTED: Final = 2


@dataclass(frozen=True, slots=True)
class Change:
    """One item before and after; empty where there is none."""

    key: Key
    before: Attributes
    after: Attributes


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """All that a plan would change, and its price in capacity units."""

    changes: tuple[Change, ...] = ()

    @property
    def write_units(self) -> int:
        """Of the table."""
        return sum(
            _TRANSACTED * max(_units(change.before), _units(change.after))
            for change in self.changes
        )

    @property
    def index_units(self) -> int:
        """Of its indexes."""
        return sum(each for change in self.changes for each in _index_units(change))


def rehearse(store: Store, plan: Plan) -> Rehearsal:
    """What `plan` would do to what stands now. Raises what a commit would for one too large."""
    actions = list(plan)
    if not actions:
        return Rehearsal()
    plan.require_fitting()
    items = store.get_all([action.key for action in actions])
    return Rehearsal(tuple(_change(action, items) for action in actions))


def _change(action: Action, items: Mapping[Key, Attributes]) -> Change:
    before = items.get(action.key, {})
    if action.deletes:
        return Change(action.key, before, {})
    after: Attributes = {**action.key._asdict(), **before, **action.sets}
    for name, amount in action.adds.items():
        after[name] = number(after.get(name, 0)) + amount
    for name in action.removes:
        after.pop(name, None)
    return Change(action.key, before, after)


def _units(item: Attributes) -> int:
    size = sum(len(name.encode()) + _size(value) for name, value in item.items())
    return -(-size // _UNIT_BYTES) or 1


def _size(value: Value) -> int:
    """About what the store counts for a value."""
    match value:
        case bool():
            return 1
        case int():
            return 2 + len(str(abs(value))) // 2
        case str():
            return len(value.encode())
        case bytes():
            return len(value)
        case dict():
            return 3 + sum(1 + len(name) + _size(each) for name, each in value.items())
        case _:
            return 3 + sum(1 + _size(each) for each in value)


def _index_units(change: Change) -> Iterator[int]:
    for names in _INDEXES:
        before, after = (
            tuple(item.get(name) for name in names) if names[0] in item else None
            for item in (change.before, change.after)
        )
        if before != after:
            yield (before is not None) + (after is not None)
