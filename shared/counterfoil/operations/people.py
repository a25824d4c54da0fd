"""The customer and the referrer that a call names: found, or made, and written only if changed.

Source: domain.md §1.8, §3.5; protocol.md §2, §7.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterfoil.domain import ids
from counterfoil.domain.customers import Customer, draft, together, upserted
from counterfoil.domain.errors import NotFound
from counterfoil.storage import customers, keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from counterfoil.domain.customer_payloads import CustomerPayload
    from counterfoil.operations.call import Call
    from counterfoil.storage.customers import Stored
    from counterfoil.storage.keys import Key
    from counterfoil.storage.marshal import Attributes
    from counterfoil.storage.plans import Action

_ID_TAIL: Final = 24


@dataclass(frozen=True, slots=True)
class Person:
    """One customer around a call; `after` is the very profile of `before` when nothing changes."""

    before: Stored | None
    after: Customer

    @property
    def changes(self) -> bool:
        """Whether there is anything to write."""
        return self.before is None or self.after is not self.before.customer


def keys_of(call: Call, payload: CustomerPayload | None) -> tuple[Key, ...]:
    """What must be loaded to know who `payload` is: nothing for one who has no name yet."""
    customer_id = None if payload is None else id_of(call, payload)
    return () if customer_id is None else (keys.customer(call.project, customer_id),)


def person(
    call: Call, payload: CustomerPayload | None, items: Mapping[Key, Attributes], role: str
) -> Person | None:
    """Who `payload` is; None when it names nobody. Raises NotFound for an unknown id."""
    return None if payload is None else named(call, payload, items, role)


def named(
    call: Call, payload: CustomerPayload, items: Mapping[Key, Attributes], role: str
) -> Person:
    """Who `payload` is among `items`, changed as it says.

    An id outranks a source_id and must be known: raises NotFound. A source_id that is new makes
    a customer, as does a payload with neither, each time anew.
    """
    customer_id = id_of(call, payload)
    before = None
    if customer_id is not None:
        before = customers.stored(items.get(keys.customer(call.project, customer_id)))
    if payload.id is not None and (before is None or before.customer.deleted):
        raise NotFound("customer", payload.id)
    if before is None:
        return Person(None, draft(payload, customer_id or call.ids.customer(role), call.now))
    return Person(before, upserted(before.customer, payload, call.now))


def writes(call: Call, people: Iterable[Person | None], by: str) -> Iterator[Action]:
    """One write for each of `people` who is new or changed.

    Someone who is both customer and referrer is written once, with what was said of them last.
    """
    changed: dict[str, Person] = {}
    for each in people:
        if each is None or not each.changes:
            continue
        known = changed.get(each.after.id)
        if known is not None:
            base = None if each.before is None else each.before.customer
            changed[each.after.id] = Person(each.before, together(base, known.after, each.after))
        else:
            changed[each.after.id] = each
    for each in changed.values():
        yield customers.written(call.project, each.before, each.after, by)


def id_of(call: Call, payload: CustomerPayload) -> str | None:
    """The id that `payload` names or derives; None for one who has no name yet, or an odd one."""
    if payload.id is not None:
        return payload.id if is_id(payload.id) else None
    if payload.source_id is not None:
        return ids.customer_id(call.project, payload.source_id)
    return None


def names(call: Call, name: str) -> Iterator[str]:
    """The ids that `name` may mean: itself when it looks like one, else as a source_id."""
    if is_id(name):
        yield name
    yield ids.customer_id(call.project, name)


def is_id(name: str) -> bool:
    """Whether `name` could be a customer's id; what could not is never asked of the store."""
    tail = name.removeprefix(ids.CUSTOMER)
    return tail != name and len(tail) == _ID_TAIL and tail.isascii() and tail.isalnum()
