"""Many customers as a request calls them, found in a few trips."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.domain import ids
from counterfoil.domain.errors import NotFound
from counterfoil.operations import people
from counterfoil.storage import customers, keys

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from counterfoil.domain.segment_payloads import Member
    from counterfoil.operations.call import Call
    from counterfoil.storage.keys import Key
    from counterfoil.storage.marshal import Attributes


def ids_of(call: Call, members: Sequence[Member]) -> list[str]:
    """The ids of these customers in the order that they are named in, each once.

    All are read at once, and again by their second meaning those that have two and were not found
    by the first. The answer that the request may have had is asked for before. Raises Replayed,
    and NotFound for the first who is unknown.
    """
    call.replay(call.store.get_all([*call.memory_keys()]))
    meant = [_meant(call, each) for each in members]
    items = call.store.get_all(_keys_at(call, meant, 0), only=customers.STANDING)
    left = [each for each in meant if _standing(call, each[:1], items) is None]
    others = call.store.get_all(_keys_at(call, left, 1), only=customers.STANDING)
    found: dict[str, None] = {}
    for member, each in zip(members, meant, strict=True):
        standing = _standing(call, each[:1], items) or _standing(call, each[1:], others)
        if standing is None:
            raise NotFound("customer", member.text)
        found[standing] = None
    return [*found]


def _meant(call: Call, member: Member) -> tuple[str, ...]:
    """The ids that it may mean."""
    if member.either is not None:
        return tuple(people.names(call, member.either))
    if member.source_id is not None:
        return (ids.customer_id(call.project, member.source_id),)
    return (member.id,) if member.id is not None and people.is_id(member.id) else ()


def _keys_at(call: Call, meant: Sequence[tuple[str, ...]], place: int) -> list[Key]:
    return [keys.customer(call.project, each[place]) for each in meant if len(each) > place]


def _standing(
    call: Call, customer_ids: tuple[str, ...], items: Mapping[Key, Attributes]
) -> str | None:
    """The one of `customer_ids`, at most one, that is a customer's among `items`."""
    for each in customer_ids:
        if customers.stands(items.get(keys.customer(call.project, each))):
            return each
    return None
