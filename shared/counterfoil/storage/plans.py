"""A plan: everything that one request writes, as a map from key to one merged action.

It is built by pure code and committed as one transaction (protocol.md §4). Building refuses what
a transaction could not hold before anything is sent.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from counterfoil.domain.errors import InvalidPayload, InvalidRedeemables
from counterfoil.storage.marshal import Attributes, Typed, typed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from counterfoil.storage.keys import Key

MAX_ACTIONS: Final = 100
MAX_ITEM_BYTES: Final = 380 * 1024
MAX_PLAN_BYTES: Final = 3_900_000

ABSENT: Final = "attribute_not_exists(pk)"


class Guard(Enum):
    """What it means when an action's condition refuses; the order is that of precedence."""

    TURN = auto()
    IDEMPOTENCY = auto()
    FENCE = auto()
    SLOT = auto()
    CLAIM = auto()
    STATE = auto()
    EVENT = auto()


@dataclass(frozen=True, slots=True)
class Action:
    """One write. `sets`, `adds` and `removes` change an item; a put replaces nothing by condition.

    Conditions are joined by AND and written over `#attribute` and `:value`.
    """

    key: Key
    guard: Guard
    sets: Attributes = field(default_factory=dict)
    adds: Mapping[str, int] = field(default_factory=dict)
    removes: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    values: Attributes = field(default_factory=dict)
    deletes: bool = False

    def merged(self, other: Action) -> Action:
        """Both as one action on their item; what both set, the later one wins."""
        if self.deletes or other.deletes:
            message = f"two actions on {self.key}, one of which deletes it"
            raise ValueError(message)
        adds = dict(self.adds)
        for name, amount in other.adds.items():
            adds[name] = adds.get(name, 0) + amount
        return Action(
            key=self.key,
            guard=_first(self.guard, other.guard),
            sets={**self.sets, **other.sets},
            adds=adds,
            removes=(*self.removes, *other.removes),
            conditions=(*self.conditions, *other.conditions),
            values={**self.values, **other.values},
        )

    @property
    def size(self) -> int:
        """About how many bytes the action carries; bodies dominate."""
        held = (*self.sets.items(), *self.values.items())
        return sum(
            len(name) + (len(value) if isinstance(value, str | bytes) else 24)
            for name, value in held
        )


def _first(one: Guard, other: Guard) -> Guard:
    return one if one is other or one.value < other.value else other


def put(key: Key, guard: Guard, attributes: Attributes) -> Action:
    """A new item, refused when there is one already."""
    return Action(key, guard, sets=attributes, conditions=(ABSENT,))


class Plan:
    """The actions of one transaction, one per key."""

    def __init__(self) -> None:
        self._actions: dict[Key, Action] = {}

    def __iter__(self) -> Iterator[Action]:
        return iter(self._actions.values())

    def __len__(self) -> int:
        return len(self._actions)

    def add(self, *actions: Action) -> None:
        """Take in `actions`; one on a key that is here already is merged with it."""
        for action in actions:
            known = self._actions.get(action.key)
            self._actions[action.key] = known.merged(action) if known else action

    def require_fitting(self) -> None:
        """Raises InvalidRedeemables or InvalidPayload for a plan no transaction could hold.

        Only the records of many redeemables can be too much in all.
        """
        if len(self) > MAX_ACTIONS:
            message = f"The call would write {len(self)} items; the limit is {MAX_ACTIONS}"
            raise InvalidRedeemables(message)
        sizes = [action.size for action in self]
        if sum(sizes) > MAX_PLAN_BYTES:
            message = f"The call would write {_excess(sum(sizes), MAX_PLAN_BYTES)}"
            raise InvalidRedeemables(message)
        largest = max(sizes)
        if largest > MAX_ITEM_BYTES:
            kept = list(self)[sizes.index(largest)].guard is Guard.IDEMPOTENCY
            what = "The answer to keep for the Idempotency-Key" if kept else "One item"
            raise InvalidPayload(f"{what} would be {_excess(largest, MAX_ITEM_BYTES)}")


def _excess(size: int, limit: int) -> str:
    return f"{size} bytes, {size - limit} more than the limit of {limit}"


def transact_item(action: Action, table: str) -> dict[str, dict[str, object]]:
    """`action` as an element of a transaction, asking for the item that refuses it."""
    wire = request_of(action)
    wire["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
    return {"Delete" if action.deletes else "Update": {"TableName": table, **wire}}


def request_of(action: Action) -> dict[str, object]:
    """`action` as the parameters of a single write or of a transaction's element."""
    shared = _shared(action.adds)
    wire: dict[str, object] = {
        "Key": {"pk": {"S": action.key.pk}, "sk": {"S": action.key.sk}},
        **_wording((*action.sets,), (*shared.items(),), action.removes, action.conditions),
    }
    if values := _values(action, shared):
        wire["ExpressionAttributeValues"] = values
    return wire


@lru_cache(maxsize=512)
def names_in(expression: str) -> dict[str, str]:
    """The `#name` placeholders of an expression: every name has one, so none can be reserved."""
    return {name: name[1:] for name in re.findall(r"#\w+", expression)}


@lru_cache(maxsize=512)
def _wording(
    sets: tuple[str, ...],
    adds: tuple[tuple[str, str], ...],
    removes: tuple[str, ...],
    conditions: tuple[str, ...],
) -> dict[str, object]:
    """The expressions over these names, which all actions of one form have in common.

    What is added has the name of its value beside its own.
    """
    clauses = []
    if sets:
        clauses.append("SET " + ", ".join(f"#{name} = :s_{name}" for name in sets))
    if adds:
        clauses.append("ADD " + ", ".join(f"#{name} :a_{value}" for name, value in adds))
    if removes:
        clauses.append("REMOVE " + ", ".join(f"#{name}" for name in removes))
    update = " ".join(clauses)
    condition = " AND ".join(f"({each})" for each in conditions)
    wording: dict[str, object] = {
        "UpdateExpression": update,
        "ConditionExpression": condition,
        "ExpressionAttributeNames": names_in(f"{update} {condition}"),
    }
    return {name: words for name, words in wording.items() if words}


def _shared(adds: Mapping[str, int]) -> dict[str, str]:
    """What is as much is sent once: each name with the first that adds the same amount."""
    first: dict[int, str] = {}
    return {name: first.setdefault(amount, name) for name, amount in adds.items()}


def _values(action: Action, shared: Mapping[str, str]) -> dict[str, Typed]:
    values = {f":s_{name}": typed(value) for name, value in action.sets.items()}
    values.update(
        (f":a_{name}", typed(action.adds[name])) for name in dict.fromkeys(shared.values())
    )
    values.update((f":{name}", typed(value)) for name, value in action.values.items())
    return values
