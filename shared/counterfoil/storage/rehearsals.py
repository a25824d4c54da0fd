"""What a plan would do, without doing it: each item before and after, and what that would cost.

Source: protocol.md §11. A transaction costs two write units for each KB of an item, as it is after
the write or, where that is larger, before it; a write outside of one costs half of that. An entry
of an index costs one, its removal another.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from counterfoil.storage.marshal import number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

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
    """All that a plan would change, and its price in capacity units.

    `opened` is the write before it that opens a session; `items` are those that were read.
    """

    changes: tuple[Change, ...] = ()
    opened: Change | None = None
    items: Mapping[Key, Attributes] = field(default_factory=dict)

    @property
    def write_units(self) -> int:
        """Of the table."""
        opening = 0 if self.opened is None else _write_units(self.opened)
        return opening + sum(_TRANSACTED * _write_units(change) for change in self.changes)

    @property
    def index_units(self) -> int:
        """Of its indexes."""
        return sum(each for change in self.changes for each in _index_units(change))


def rehearse(
    store: Store, plan: Plan, opening: Action | None = None, beside: Sequence[Key] = ()
) -> Rehearsal:
    """What `plan` would do to what stands now, after a write that opens a session.

    The items `beside` are read along. Raises what a commit would for a plan that is too large.
    """
    actions = list(plan)
    if not actions:
        return Rehearsal()
    plan.require_fitting()
    opened_first = [] if opening is None else [opening]
    items = store.get_all([*(each.key for each in (*actions, *opened_first)), *beside])
    opened = None if opening is None else _change(opening, items)
    if opened is not None:
        items[opened.key] = opened.after
    return Rehearsal(tuple(_change(action, items) for action in actions), opened, items)


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


def _write_units(change: Change) -> int:
    """Of a write outside a transaction."""
    return max(_units(change.before), _units(change.after))


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
