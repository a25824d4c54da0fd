"""Auditing orders: amounts, history, events, records and names of a hundred at a time.

Whatever changes an order or what belongs to it raises the order's version in the same transaction.
An order that has its version before and after everything else was read was therefore seen as it
stood at one moment, whoever else was writing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterfoil.domain import ids
from counterfoil.domain.allocations import NOTHING
from counterfoil.domain.audits import Checks
from counterfoil.domain.events import order_events
from counterfoil.domain.order_versions import document_of, forward
from counterfoil.domain.orders import OrderStatus
from counterfoil.domain.purchase_history import contribution
from counterfoil.domain.records import RecordStatus, Result, rollback_id_of
from counterfoil.domain.timestamps import iso, millis
from counterfoil.storage import keys, order_keys, orders, records
from counterfoil.storage import order_events as events_of
from counterfoil.storage.marshal import number, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from counterfoil.domain.allocations import Allocation
    from counterfoil.domain.audits import Difference
    from counterfoil.domain.order_versions import OrderEvent
    from counterfoil.domain.orders import Order, RedemptionEntry
    from counterfoil.domain.records import Record
    from counterfoil.operations.call import Call
    from counterfoil.storage.keys import Key
    from counterfoil.storage.marshal import Attributes
    from counterfoil.storage.orders import Stored

    Items = Mapping[Key, Attributes]

KIND: Final = "order"


def examine(call: Call, order_ids: Sequence[str]) -> Mapping[str, tuple[Difference, ...] | None]:
    """Where each of the orders differs; None for one that moved meanwhile."""
    wanted = {each: keys.order(call.project, each) for each in order_ids}
    before = call.store.get_all([*wanted.values()])
    known = {each: orders.stored(before.get(key)) for each, key in wanted.items()}
    beside = [key for each in known.values() if each for key in _keys_of(call, each)]
    items = {**call.store.get_all(beside), **before}
    after = call.store.get_all([*wanted.values()])
    found: dict[str, tuple[Difference, ...] | None] = {}
    for name, key in wanted.items():
        stored = known[name]
        if _moved(before.get(key), after.get(key)):
            found[name] = None
        elif stored is not None:
            found[name] = _Order(call, stored, items).differences()
        else:
            found[name] = ()
    return found


def _moved(before: Attributes | None, after: Attributes | None) -> bool:
    names = ("ver", "by", "alias")
    return any((before or {}).get(name) != (after or {}).get(name) for name in names)


def _keys_of(call: Call, stored: Stored) -> Iterator[Key]:
    """Everything that must agree with an order; one event more than there should be."""
    project, order = call.project, stored.order
    for version in range(1, stored.version + 2):
        yield order_keys.event(project, order.id, version)
    for entry in order.redemptions:
        for name in (entry.id, *entry.stacked):
            yield _record_key(project, name)
            yield _record_key(project, rollback_id_of(name))
    for person in (order.customer_id, order.referrer_id):
        if person is not None:
            yield keys.customer(project, person)
    if order.source_id is not None:
        yield keys.order(project, ids.order_id(project, order.source_id))
    if stored.counted is not None:
        yield _marker(project, stored)


def _record_key(project: str, record_id: str) -> Key:
    root = ids.record_root(record_id) or ""
    undoes = record_id.startswith(ids.ROLLBACK)
    return keys.record_at(project, root, int(record_id[-2:], 16), undoes=undoes)


def _marker(project: str, stored: Stored) -> Key:
    counted = stored.counted
    if counted is None:
        raise ValueError(stored.order.id)
    return keys.marker(project, counted.customer_id, counted.created_at, counted.order_id)


class _Order:
    def __init__(self, call: Call, stored: Stored, items: Items) -> None:
        self._call = call
        self._stored = stored
        self._order = stored.order
        self._items = items
        self._item = items[keys.order(call.project, stored.order.id)]
        self._checks = Checks(KIND, stored.order.id)

    def differences(self) -> tuple[Difference, ...]:
        self._amounts()
        self._history()
        self._lists()
        self._names()
        self._events()
        for entry in self._order.redemptions:
            self._entry(entry)
        return self._checks.differences

    def _amounts(self) -> None:
        order, checks = self._order, self._checks
        checks.same("disc", order.total_discount_amount, number(self._item["disc"]))
        checks.holds("total is not negative", (order.total_amount or 0) >= 0)
        amounts = {line.id: line.amount or 0 for line in order.items}
        for name, off in order.line_discounts.items():
            checks.holds(f"discount of line {name} fits", off <= amounts.get(name, 0))
        quantities = {line.id: line.quantity or 0 for line in order.items}
        for name, units in order.line_units.items():
            fits = units.quantity <= quantities.get(name, 0)
            checks.holds(f"units of line {name} are there", fits)

    def _history(self) -> None:
        """What the order remembers to count for, and its marker; 0 stands for not at all."""
        checks, counted = self._checks, self._stored.counted
        due = contribution(self._order, self._call.zone, counted)
        names = ("customer_id", "created_at", "amount")
        for name in names:
            checks.same(f"hist {name}", getattr(due, name, None), getattr(counted, name, None))
        if counted is not None:
            marker = self._items.get(_marker(self._call.project, self._stored), {})
            checks.same("marker", counted.amount, number(marker.get("amt", -1)))

    def _lists(self) -> None:
        order = self._order
        listed = keys.listed(self._call.project, "O", order.id, order.created_at, order.updated_at)
        for name, place in listed.items():
            self._checks.same(name, place, text(self._item.get(name, "")))

    def _names(self) -> None:
        """Its source_id leads to it, and whom it names is there."""
        order, project = self._order, self._call.project
        if order.source_id is not None:
            slot = ids.order_id(project, order.source_id)
            item = self._items.get(keys.order(project, slot), {})
            leads_to = slot if slot == order.id else item.get("alias")
            self._checks.same("alias", order.id, None if leads_to is None else str(leads_to))
        for person in (order.customer_id, order.referrer_id):
            if person is not None:
                there = keys.customer(project, person) in self._items
                self._checks.holds(f"customer {person} is there", there)

    def _events(self) -> None:
        checks, stored, project = self._checks, self._stored, self._call.project
        checks.holds("fence is not behind", stored.fence >= stored.version - 1)
        ended = stored.lapsed(millis(self._call.now)) >= 0
        checks.holds("no more sessions have ended than were opened", ended)
        named = {
            version: self._items.get(order_keys.event(project, self._order.id, version))
            for version in range(1, stored.version + 2)
        }
        there = sum(item is not None for item in named.values())
        checks.same("events", stored.version, there)
        told = [events_of.decoded(item) for item in named.values() if item is not None]
        if there != stored.version or named[stored.version] is None:
            checks.holds("last event is there", named[stored.version] is not None)
            return
        self._told(told)
        created = {text(item["ca"]) for item in named.values() if item and "ca" in item}
        checks.holds("events are of its creation", created <= {iso(self._order.created_at)})

    def _told(self, told: Sequence[OrderEvent]) -> None:
        """The chain of events leads to the order: status by status, and field by field."""
        checks, order = self._checks, self._order
        checks.same("status", told[-1].status, order.status.value)
        checks.same("total", told[-1].total_amount, order.total_amount)
        before: Order | None = None
        for each in told:
            after = order.model_copy(update={"status": OrderStatus(each.status)})
            due = order_events(before, after)
            checks.holds(f"event {each.version} tells its kind", each.kinds[: len(due)] == due)
            before = after
        replayed = forward(told)
        if replayed is not None:
            stands = document_of(order)
            for name in sorted({*replayed, *stands}):
                # What is empty may be told or left out.
                same = (replayed.get(name) or None) == (stands.get(name) or None)
                checks.holds(f"{name} is as told", same)
        named = [each.record_id for each in told if each.record_id is not None]
        checks.same("events of records", len(named), len(set(named)))

    def _entry(self, entry: RedemptionEntry) -> None:
        """A redemption on the order is as its records say."""
        checks, project = self._checks, self._call.project
        names = (entry.id, *entry.stacked)
        wanted = [_record_key(project, each) for each in names]
        found = records.decoded(self._items[key] for key in wanted if key in self._items)
        by_id = {each.id: each for each in found}
        checks.same(f"records of {entry.id}", len(names), len(by_id))
        first = by_id.get(entry.id)
        if first is None:
            return
        checks.same(f"order of {entry.id}", self._order.id, first.order_id)
        checks.same(f"result of {entry.id}", Result.SUCCESS.value, first.result.value)
        self._in_force(entry, first)
        children = [by_id[each] for each in entry.stacked if each in by_id]
        if entry.stacked:
            together = NOTHING
            for each in children:
                together = together.plus(each.allocation)
            checks.holds(f"{entry.id} is its children", together == first.allocation)
        self._undone(entry, by_id.values())

    def _in_force(self, entry: RedemptionEntry, first: Record) -> None:
        fits = _within(entry.in_force, first.allocation)
        self._checks.holds(f"in force of {entry.id} is within its record", fits)
        told = entry.stacked == first.stacked and entry.date == first.date
        self._checks.holds(f"{entry.id} is as its record says", told)

    def _undone(self, entry: RedemptionEntry, found: Iterable[Record]) -> None:
        checks, project = self._checks, self._call.project
        undone = entry.rollback_id is not None
        for each in found:
            checks.same(f"{each.id} is rolled back", undone, each.rollback_id is not None)
            standing = RecordStatus.ROLLED_BACK if undone else RecordStatus.SUCCEEDED
            checks.same(f"status of {each.id}", standing.value, each.status.value)
            there = _record_key(project, rollback_id_of(each.id)) in self._items
            checks.same(f"rollback of {each.id} is there", undone, there)


def _within(held: Allocation, taken: Allocation) -> bool:
    lines = all(amount <= taken.lines.get(line, 0) for line, amount in held.lines.items())
    units = held.units in ({}, taken.units) and held.added in (0, taken.added)
    return held.order <= taken.order and lines and units
