"""Definitions and their counters in the store: two kinds of item (protocol.md §1.6, §1.9).

A redemption never writes a definition. Every bucket of its counter carries the definition's
version, every change of the definition moves them all in one transaction, and a redemption
conditions on that version at the bucket that it takes, so it can never go by a definition that
has changed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypedDict

from counterfoil.domain.counters import Counter, GiftBalance
from counterfoil.domain.money import MAX_AMOUNT
from counterfoil.storage import holds, keys
from counterfoil.storage.marshal import Attributes, number, text
from counterfoil.storage.plans import ABSENT, Action, Guard

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True, slots=True)
class Place:
    """Where a definition lies, and over how many buckets its counter is spread."""

    pk: str
    buckets: int = 1

    @property
    def definition(self) -> keys.Key:
        """The definition."""
        return keys.Key(self.pk, "#")

    def counter(self, bucket: int = 0) -> keys.Key:
        """One bucket of the counter."""
        return keys.Key(self.pk, f"N#{bucket}")

    @property
    def counters(self) -> list[keys.Key]:
        """All buckets."""
        return [self.counter(bucket) for bucket in range(self.buckets)]


@dataclass(frozen=True, slots=True)
class Life:
    """The version of a definition, and which life of its name it is."""

    version: int
    generation: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What a change writes to the definition, besides its version."""

    sets: Attributes
    removes: tuple[str, ...] = ()
    by: str = ""
    counters: Attributes = field(default_factory=dict)


def life_of(definition: Attributes) -> Life:
    """The life that the item of a definition tells."""
    return Life(number(definition["dv"]), text(definition["gen"]))


def counter_of(items: Mapping[keys.Key, Attributes], place: Place, bucket: int) -> Counter | None:
    """A bucket among `items`; None unless definition and bucket are both there.

    The two may have been read at different times, for a batch is not atomic. Version and life are
    therefore the definition's: a write that goes by an older one is refused at the counter.
    """
    definition, counted = items.get(place.definition), items.get(place.counter(bucket))
    if definition is None or counted is None:
        return None
    life = life_of(definition)
    return Counter(
        used=number(counted["used"]),
        taken=number(counted["taken"]),
        version=life.version,
        generation=life.generation,
        bucket=bucket,
        gift=_gift_in(counted),
        holds=holds.on(counted),
    )


def created(
    place: Place,
    sets: Attributes,
    generation: str,
    by: str,
    guard: Guard = Guard.SLOT,
    gift: GiftBalance | None = None,
) -> Iterator[Action]:
    """A new definition and its counter, refused when its key is taken, be it by a deleted one.

    The counter of a gift card holds its money too.
    """
    yield Action(
        place.definition,
        guard,
        sets={**sets, "dv": 1, "gen": generation, "by": by},
        conditions=(ABSENT,),
    )
    for key in place.counters:
        yield Action(
            key,
            Guard.STATE,
            sets={"used": 0, "taken": 0, "dv": 1, "gen": generation, **_money(gift)},
            conditions=(ABSENT,),
        )


def changed(place: Place, before: Life, changes: Changes) -> Iterator[Action]:
    """A definition changed, at all its items; refused when it is no longer what was read."""
    version = before.version + 1
    yield Action(
        place.definition,
        Guard.STATE,
        sets={**changes.sets, "dv": version, "by": changes.by},
        removes=changes.removes,
        **_unchanged(before),
    )
    for key in place.counters:
        yield Action(
            key, Guard.STATE, sets={**changes.counters, "dv": version}, **_unchanged(before)
        )


def removed(place: Place, before: Life) -> Iterator[Action]:
    """All items gone, and the name free again."""
    for key in (place.definition, *place.counters):
        yield Action(key, Guard.STATE, deletes=True, **_unchanged(before))


@dataclass(frozen=True, slots=True)
class Taking:
    """What one call takes from a bucket: uses, at most `limit` in all, and credits of a gift.

    `freed` are credits that the same write takes out of sessions' hands, `sums` what else the
    bucket adds up.
    """

    count: int = 1
    limit: int | None = None
    credits: int = 0
    freed: int = 0
    sums: Mapping[str, int] = field(default_factory=dict)


def counted_up(place: Place, bucket: int, life: Life, taking: Taking) -> Action:
    """More uses in one bucket, refused past the limit and when the definition has changed.

    Conditions cannot add, so `taken` holds used and reserved together; without a limit there is
    no such condition, and the version proves that the limit is still the one that was read.
    Credits leave a gift card only while they are on it and no session holds them.
    """
    conditions = ["#dv = :dv AND #gen = :gen"]
    values: Attributes = {"dv": life.version, "gen": life.generation}
    adds = {"used": taking.count, "taken": taking.count, **taking.sums}
    if taking.limit is not None:
        conditions.append("#taken < :limit")
        values["limit"] = taking.limit - taking.count + 1
    if taking.credits:
        conditions.append("#avail >= :credits")
        values["credits"] = taking.credits - taking.freed
        adds |= {"spent": taking.credits, "avail": -taking.credits}
    return Action(
        place.counter(bucket),
        Guard.STATE,
        adds=adds,
        conditions=tuple(conditions),
        values=values,
    )


def counted_down(place: Place, bucket: int, generation: str, given: Taking) -> Action:
    """Uses and credits given back, to the life and the bucket that they were taken from only."""
    count, refunded = given.count, given.credits
    conditions = ["#gen = :gen AND #used >= :count AND #taken >= :count"]
    values: Attributes = {"gen": generation, "count": count}
    sums = {name: -amount for name, amount in given.sums.items()}
    adds = {"used": -count, "taken": -count, **sums}
    if refunded:
        conditions.append("#spent >= :credits")
        values["credits"] = refunded
        adds |= {"spent": -refunded, "avail": refunded}
    return Action(
        place.counter(bucket),
        Guard.STATE,
        adds=adds,
        conditions=tuple(conditions),
        values=values,
    )


def credited(place: Place, counter: Counter, amount: int) -> Action:
    """Credits put on a gift card, up to the largest amount, or taken off while they are there."""
    unchanged = _unchanged(Life(counter.version, counter.generation))
    if amount > 0:
        bound, most = "#loaded <= :room", {"room": MAX_AMOUNT - amount}
        moved = {"loaded": amount, "avail": amount}
    else:
        bound, most = "#avail >= :removed", {"removed": -amount - holds.freed_credits(counter)}
        moved = {"subtracted": -amount, "avail": amount}
    return Action(
        place.counter(counter.bucket),
        Guard.STATE,
        adds=moved,
        conditions=(*unchanged["conditions"], bound),
        values={**unchanged["values"], **most},
    )


def _gift_in(counted: Attributes) -> GiftBalance | None:
    if "loaded" not in counted:
        return None
    return GiftBalance(
        loaded=number(counted["loaded"]),
        subtracted=number(counted["subtracted"]),
        spent=number(counted["spent"]),
        available=number(counted["avail"]),
    )


def _money(gift: GiftBalance | None) -> Attributes:
    if gift is None:
        return {}
    return {
        "loaded": gift.loaded,
        "subtracted": gift.subtracted,
        "spent": gift.spent,
        "avail": gift.available,
    }


class _Unchanged(TypedDict):
    conditions: tuple[str, ...]
    values: Attributes


def _unchanged(before: Life) -> _Unchanged:
    return {
        "conditions": ("#dv = :dv AND #gen = :gen",),
        "values": {"dv": before.version, "gen": before.generation},
    }
