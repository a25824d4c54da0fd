"""Customers: upsert, get, update, delete (domain.md §1.8, §2.9; protocol.md §7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.domain.customers import Customer, Summary, deleted, upserted
from counterfoil.domain.errors import NotFound
from counterfoil.operations import people
from counterfoil.operations.commits import Proposal, commit
from counterfoil.operations.snapshots import Snapshot
from counterfoil.storage import customers, history, keys
from counterfoil.storage.plans import Plan

if TYPE_CHECKING:
    from collections.abc import Mapping

    from counterfoil.domain.customer_payloads import CustomerPayload
    from counterfoil.operations.call import Call
    from counterfoil.storage.customers import Stored
    from counterfoil.storage.keys import Key
    from counterfoil.storage.marshal import Attributes


@dataclass(frozen=True, slots=True)
class Known:
    """A customer with what they have bought and redeemed."""

    customer: Customer
    summary: Summary


@dataclass(frozen=True, slots=True)
class Update:
    """What is to change of the customer that `name`, an id or source_id, stands for."""

    name: str
    payload: CustomerPayload


def upsert(call: Call, payload: CustomerPayload) -> Known:
    """The customer that `payload` names by id or source_id, changed, or else a new one.

    Without either there is a new customer each time. Raises NotFound for an unknown id.
    """
    named = people.id_of(call, payload)
    snapshot = Snapshot(call, [] if named is None else _keys_of_one(call, named))

    def propose(by: str) -> Proposal[Known]:
        items = snapshot.take()
        person = people.named(call, payload, items, "customer")
        plan = Plan()
        plan.add(*people.writes(call, [person], by))
        return Proposal(plan, _known(call, person.after, items))

    return commit(call, propose)


def get(call: Call, name: str) -> Known:
    """The customer with the id or source_id `name`, strongly consistent. Raises NotFound."""
    items = call.store.get_all(keys_of(call, name))
    return _known(call, require(call, name, items).customer, items)


def update(call: Call, request: Update) -> Known:
    """The customer with what the payload names changed. Raises NotFound."""
    snapshot = Snapshot(call, keys_of(call, request.name))

    def propose(by: str) -> Proposal[Known]:
        items = snapshot.take()
        before = require(call, request.name, items)
        after = upserted(before.customer, request.payload, call.now)
        plan = Plan()
        if after is not before.customer:
            plan.add(customers.written(call.project, before, after, by))
        return Proposal(plan, _known(call, after, items))

    return commit(call, propose)


def delete(call: Call, name: str) -> None:
    """Forget the customer's profile; orders and history stay. Raises NotFound.

    The same source_id brings the same id back.
    """
    wanted = [keys.customer(call.project, customer_id) for customer_id in people.names(call, name)]
    snapshot = Snapshot(call, wanted)

    def propose(by: str) -> Proposal[None]:
        before = require(call, name, snapshot.take())
        call.trace.ids["customer_id"] = before.customer.id
        plan = Plan()
        after = deleted(before.customer, call.now)
        plan.add(customers.written(call.project, before, after, by))
        return Proposal(plan, None)

    commit(call, propose)


def known(call: Call, customer: Customer, lifetime: Attributes | None) -> Known:
    """`customer` with the summary of their lifetime item, if they have one yet."""
    return Known(customer, history.summary(call.store, call.project, customer.id, lifetime))


def keys_of(call: Call, name: str) -> list[Key]:
    """What `require` needs, and the lifetimes beside it."""
    return [
        key for customer_id in people.names(call, name) for key in _keys_of_one(call, customer_id)
    ]


def _keys_of_one(call: Call, customer_id: str) -> list[Key]:
    return [keys.customer(call.project, customer_id), keys.lifetime(call.project, customer_id)]


def require(call: Call, name: str, items: Mapping[Key, Attributes]) -> Stored:
    """The customer that `name`, an id or source_id, stands for among `items`. Raises NotFound."""
    for customer_id in people.names(call, name):
        found = customers.stored(items.get(keys.customer(call.project, customer_id)))
        if found is not None and not found.customer.deleted:
            return found
    raise NotFound("customer", name)


def _known(call: Call, customer: Customer, items: Mapping[Key, Attributes]) -> Known:
    call.trace.ids["customer_id"] = customer.id
    return known(call, customer, items.get(keys.lifetime(call.project, customer.id)))
