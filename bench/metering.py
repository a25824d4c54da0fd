"""A client that forwards every call and adds up what it cost: calls, and units by their kind."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from counterfoil.storage.client import Answer, Client


@dataclass(frozen=True, slots=True)
class Cost:
    """Calls sent; units of the table by kind; units that writes cost at indexes.

    `actions` counts the elements of transactions.
    """

    calls: int = 0
    reads: float = 0.0
    writes: float = 0.0
    indexes: float = 0.0
    actions: int = 0

    @property
    def units(self) -> float:
        """All units together."""
        return self.reads + self.writes + self.indexes

    def plus(self, other: Cost) -> Cost:
        """Both together."""
        return Cost(
            self.calls + other.calls,
            self.reads + other.reads,
            self.writes + other.writes,
            self.indexes + other.indexes,
            self.actions + other.actions,
        )


@dataclass(slots=True)
class MeteredClient:
    """Forwards to `client`, asking for the units of every index as well.

    A refused write tells no units; a real table charges for it all the same.
    """

    client: Client
    cost: Cost = field(default_factory=Cost)

    def get_item(self, **request: object) -> Answer:
        """One item."""
        return self._read(self.client.get_item, request)

    def batch_get_item(self, **request: object) -> Answer:
        """Up to a hundred items."""
        return self._read(self.client.batch_get_item, request)

    def query(self, **request: object) -> Answer:
        """A page of one partition."""
        return self._read(self.client.query, request)

    def update_item(self, **request: object) -> Answer:
        """One conditioned write."""
        return self._write(self.client.update_item, request)

    def transact_write_items(self, **request: object) -> Answer:
        """Up to a hundred conditioned writes, all or none."""
        items = request.get("TransactItems")
        self.cost = self.cost.plus(Cost(actions=len(items) if isinstance(items, list) else 0))
        return self._write(self.client.transact_write_items, request)

    def taken(self) -> Cost:
        """What was spent since the last time this was asked."""
        spent, self.cost = self.cost, Cost()
        return spent

    def _read(self, call: Callable[..., Answer], request: dict[str, object]) -> Answer:
        answer = self._forwarded(call, request)
        self.cost = self.cost.plus(Cost(reads=sum(units for units, _ in _consumed(answer))))
        return answer

    def _write(self, call: Callable[..., Answer], request: dict[str, object]) -> Answer:
        answer = self._forwarded(call, request)
        for units, indexes in _consumed(answer):
            self.cost = self.cost.plus(Cost(writes=units - indexes, indexes=indexes))
        return answer

    def _forwarded(self, call: Callable[..., Answer], request: dict[str, object]) -> Answer:
        self.cost = self.cost.plus(Cost(calls=1))
        return call(**{**request, "ReturnConsumedCapacity": "INDEXES"})


def capacity_of(consumed: object) -> float:
    """All units of an answer's `ConsumedCapacity`."""
    return sum(units for units, _ in _by_table(consumed))


def _consumed(answer: Answer) -> Iterator[tuple[float, float]]:
    return _by_table(answer.get("ConsumedCapacity", []))


def _by_table(consumed: object) -> Iterator[tuple[float, float]]:
    """The units of each table in all, and those of its indexes among them."""
    for each in consumed if isinstance(consumed, list) else [consumed]:
        indexes = _part(each, "GlobalSecondaryIndexes")
        of_indexes = sum(_units(one) for one in indexes.values())
        yield _units(each), of_indexes


def _part(capacity: object, name: str) -> Mapping[str, object]:
    part = capacity.get(name) if isinstance(capacity, dict) else None
    return part if isinstance(part, dict) else {}


def _units(capacity: object) -> float:
    units = capacity.get("CapacityUnits") if isinstance(capacity, dict) else None
    return float(units) if isinstance(units, int | float) else 0.0
