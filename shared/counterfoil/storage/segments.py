"""Segments in the store: the definition, whom a static one lists, and what these customers have.

A customer has an item for each static segment that lists them, so that a rule asks for one key.
Where customers are many, these memberships come and go in several transactions, each of which moves
`up`, the number of those that stand, and conditions on the definition's version: no slice is done
twice. They are in force only while all of them stand and the segment is not deleted. The lists of
customers beside the definition are there from its first transaction to its last.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterfoil.domain import ids
from counterfoil.domain.segments import MAX_DYNAMIC, Segment
from counterfoil.domain.timestamps import iso
from counterfoil.storage import keys, segment_keys
from counterfoil.storage.marshal import Attributes, deflate, number, text, unpacked
from counterfoil.storage.plans import Action, Guard, put
from counterfoil.storage.store import Question

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from counterfoil.storage.store import Store

# Memberships of one transaction; a list's part holds a whole number of such slices, and 20,000
# customers are few enough parts for one transaction.
AT_ONCE: Final = 90
_PART: Final = 4 * AT_ONCE
_ATTRIBUTES: Final = {"id", "created_at", "updated_at"}


@dataclass(frozen=True, slots=True)
class Stored:
    """A segment as it stands: `count` customers are listed, `up` of their memberships stand.

    A `deleted` one is on its way out and otherwise unknown.
    """

    segment: Segment
    version: int
    count: int = 0
    up: int = 0
    deleted: bool = False

    @property
    def in_force(self) -> bool:
        """Whether memberships mean anything: not while some are missing, or going."""
        return not self.deleted and self.up == self.count

    @property
    def parts(self) -> int:
        """In how many items its customers are listed."""
        return -(-self.count // _PART)


def keys_of(project: str, segment_ids: Iterable[str]) -> list[keys.Key]:
    """The definitions of those of `segment_ids` that can be a segment's id."""
    return [segment_keys.segment(project, each) for each in segment_ids if ids.is_segment_id(each)]


def stored(items: Mapping[keys.Key, Attributes], project: str, segment_id: str) -> Stored | None:
    """The segment among `items`, deleted or not."""
    item = items.get(segment_keys.segment(project, segment_id))
    if item is None:
        return None
    return Stored(
        Segment.model_validate(unpacked(item, segment_id)),
        version=number(item["ver"]),
        count=number(item["n"]),
        up=number(item["up"]),
        deleted=bool(item.get("deleted", False)),
    )


def known(
    items: Mapping[keys.Key, Attributes], project: str, segment_ids: Iterable[str]
) -> dict[str, Segment]:
    """Those of `segment_ids` among `items` that somebody can belong to, by id."""
    found = (stored(items, project, each) for each in segment_ids)
    return {each.segment.id: each.segment for each in found if each is not None and each.in_force}


def joined(
    items: Mapping[keys.Key, Attributes], project: str, customer_id: str, segment_ids: Iterable[str]
) -> frozenset[str]:
    """Those of `segment_ids` that list the customer, by the memberships among `items`.

    Whether these are in force is for `known` to say.
    """
    return frozenset(
        each for each in segment_ids if keys.membership(project, customer_id, each) in items
    )


def joined_ever(store: Store, project: str, customer_id: str) -> list[str]:
    """All static segments that list the customer, in force or not; strongly consistent."""
    partition = keys.customer(project, customer_id).pk
    found = store.query(Question(partition, starts=keys.MEMBERSHIPS))
    return [text(item["sk"]).removeprefix(keys.MEMBERSHIPS) for item in found]


def with_filters(items: Mapping[keys.Key, Attributes], project: str) -> list[str]:
    """The ids of the project's segments that have a filter, by its item among `items`."""
    item = items.get(segment_keys.filters(project), {})
    return sorted(name for name in item if name.startswith(ids.SEGMENT))


def created(
    project: str, segment: Segment, customers: Sequence[str], up: int, by: str
) -> Iterator[Action]:
    """A new segment that lists `customers`; the memberships of the first `up` come with it.

    One with a filter is refused when there are as many as there can be.
    """
    sets = {**_definition(project, segment), "ver": 1, "n": len(customers), "up": up, "by": by}
    yield put(segment_keys.segment(project, segment.id), Guard.STATE, sets)
    for first in range(0, len(customers), _PART):
        key = segment_keys.members(project, segment.id, first // _PART)
        some = " ".join(customers[first : first + _PART])
        yield put(key, Guard.STATE, {"ids": some})
    yield from _joining(project, segment.id, customers[:up], by)
    if not segment.is_static:
        yield Action(
            segment_keys.filters(project),
            Guard.STATE,
            sets={segment.id: 1},
            adds={"n": 1},
            conditions=("attribute_not_exists(#n) OR #n < :most",),
            values={"most": MAX_DYNAMIC},
        )


def filled(project: str, before: Stored, some: Sequence[str], by: str) -> Iterator[Action]:
    """The memberships of the next customers, refused when the segment is no longer what was read.

    `some` are those from `up` on.
    """
    up = before.up + len(some)
    yield _moved(project, before, {"up": up, "by": by})
    yield from _joining(project, before.segment.id, some, by)


def marked(project: str, before: Stored, by: str) -> Action:
    """The segment on its way out: unknown, in no list, and nobody belongs to it."""
    return _moved(project, before, {"deleted": True, "by": by}, keys.LISTED)


def emptied(project: str, before: Stored, some: Sequence[str], by: str) -> Iterator[Action]:
    """The memberships of `some`, the last that stand, taken away."""
    up = before.up - len(some)
    yield _moved(project, before, {"up": up, "by": by})
    yield from _leaving(project, before.segment.id, some)


def removed(project: str, before: Stored, some: Sequence[str]) -> Iterator[Action]:
    """The segment gone with its lists, and with the memberships of `some`, all that still stand."""
    own, segment_id = segment_keys.segment(project, before.segment.id), before.segment.id
    yield Action(
        own,
        Guard.STATE,
        deletes=True,
        conditions=("#ver = :before",),
        values={"before": before.version},
    )
    for part in range(before.parts):
        # Without a condition: lists go with the definition, whose condition is beside them.
        key = segment_keys.members(project, segment_id, part)
        yield Action(key, Guard.STATE, deletes=True)
    yield from _leaving(project, segment_id, some)
    if not before.segment.is_static:
        yield Action(
            segment_keys.filters(project),
            Guard.STATE,
            adds={"n": -1},
            removes=(segment_id,),
            conditions=(f"attribute_exists(#{segment_id})",),
        )


def next_to_join(store: Store, project: str, before: Stored) -> list[str]:
    """The customers whose memberships are to be written next, of one slice."""
    return _slice_from(store, project, before, before.up)


def next_to_leave(store: Store, project: str, before: Stored) -> list[str]:
    """The customers whose memberships are to be taken away next: the last slice that stands."""
    first = (before.up - 1) // AT_ONCE * AT_ONCE
    return _slice_from(store, project, before, first)[: before.up - first] if before.up else []


def customers_of(store: Store, project: str, listed: Stored) -> list[str]:
    """The ids of all customers that a static segment lists, in the order that it names them."""
    parts = [segment_keys.members(project, listed.segment.id, each) for each in range(listed.parts)]
    items = store.get_all(parts)
    return [name for key in parts for name in text(items[key]["ids"]).split()]


def _slice_from(store: Store, project: str, before: Stored, first: int) -> list[str]:
    part, start = divmod(first, _PART)
    item = store.get(segment_keys.members(project, before.segment.id, part)) or {}
    return text(item.get("ids", "")).split()[start : start + AT_ONCE]


def _joining(project: str, segment_id: str, customers: Iterable[str], by: str) -> Iterator[Action]:
    for each in customers:
        yield put(keys.membership(project, each, segment_id), Guard.STATE, {"by": by})


def _leaving(project: str, segment_id: str, customers: Iterable[str]) -> Iterator[Action]:
    """Without a condition: the definition's is beside them, and a customer may be gone for good."""
    for each in customers:
        yield Action(keys.membership(project, each, segment_id), Guard.STATE, deletes=True)


def _moved(project: str, before: Stored, sets: Attributes, removes: tuple[str, ...] = ()) -> Action:
    """The definition's next version, refused when it is no longer the one that was read."""
    return Action(
        segment_keys.segment(project, before.segment.id),
        Guard.STATE,
        sets={**sets, "ver": before.version + 1},
        removes=removes,
        conditions=("#ver = :before",),
        values={"before": before.version},
    )


def _definition(project: str, segment: Segment) -> Attributes:
    body = segment.model_dump_json(exclude=_ATTRIBUTES, exclude_none=True)
    return {
        "body": deflate(body.encode()),
        "ca": iso(segment.created_at),
        **keys.listed(
            project, segment_keys.KIND, segment.id, segment.created_at, segment.updated_at
        ),
    }
