"""Vouchers in the store: definition and counter are two items (protocol.md §1.6).

A redemption never writes a definition. The counter carries the definition's version, every change
of the definition moves both in one transaction, and a redemption conditions on that version at
the counter, so it can never go by a definition that has changed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from counterfoil.domain.timestamps import iso
from counterfoil.domain.vouchers import Counter, Voucher
from counterfoil.storage import keys
from counterfoil.storage.marshal import Attributes, deflate, inflate, number, text
from counterfoil.storage.plans import ABSENT, Action, Guard

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from counterfoil.domain.records import VoucherUse
    from counterfoil.storage.store import Store

_ATTRIBUTES: Final = {"id", "created_at", "updated_at"}


@dataclass(frozen=True, slots=True)
class Stored:
    """A voucher as it stands. `deleted` ones keep their code reserved and are otherwise unknown."""

    voucher: Voucher
    counter: Counter
    deleted: bool


def keys_of(project: str, voucher_ids: Iterable[str]) -> list[keys.Key]:
    """What `stored` needs: definition and counter of each voucher."""
    return [
        key
        for each in voucher_ids
        for key in (keys.voucher(project, each), keys.counter(project, each))
    ]


def get(store: Store, project: str, voucher_id: str) -> Stored | None:
    """The voucher with `voucher_id`, deleted or not, strongly consistent."""
    return stored(store.get_all(keys_of(project, [voucher_id])), project, voucher_id)


def stored(items: Mapping[keys.Key, Attributes], project: str, voucher_id: str) -> Stored | None:
    """The voucher among `items`; None unless definition and counter are both there.

    The two may have been read at different times, for a batch is not atomic. Version and life are
    therefore the definition's: a write that goes by an older one is refused at the counter.
    """
    definition = items.get(keys.voucher(project, voucher_id))
    counted = items.get(keys.counter(project, voucher_id))
    if definition is None or counted is None:
        return None
    voucher = Voucher.model_validate(
        {
            **json.loads(inflate(definition["body"])),
            "id": voucher_id,
            "created_at": definition["ca"],
            "updated_at": definition.get("ua"),
        }
    )
    counter = Counter(
        used=number(counted["used"]),
        taken=number(counted["taken"]),
        version=number(definition["dv"]),
        generation=text(definition["gen"]),
    )
    return Stored(voucher, counter, bool(definition.get("deleted", False)))


def created(project: str, voucher: Voucher, generation: str, by: str) -> tuple[Action, Action]:
    """A new voucher, refused when its code is taken, a deleted voucher's included."""
    definition = Action(
        keys.voucher(project, voucher.id),
        Guard.SLOT,
        sets={**_definition(project, voucher), "dv": 1, "gen": generation, "by": by},
        conditions=(ABSENT,),
    )
    counter = Action(
        keys.counter(project, voucher.id),
        Guard.STATE,
        sets={"used": 0, "taken": 0, "dv": 1, "gen": generation},
        conditions=(ABSENT,),
    )
    return definition, counter


def changed(
    project: str, before: Stored, after: Voucher, by: str, *, deleted: bool = False
) -> tuple[Action, Action]:
    """`after` in place of `before`, at both items; refused when it is no longer what was read."""
    version = before.counter.version + 1
    sets = {**_definition(project, after), "dv": version, "by": by}
    listed = ("g1p", "g1s", "g2p", "g2s", "g3p", "g3s") if deleted else ()
    definition, counter = _unchanged(project, before)
    return (
        replace(
            definition,
            sets={name: value for name, value in sets.items() if name not in listed}
            | ({"deleted": True} if deleted else {}),
            removes=listed,
        ),
        replace(counter, sets={"dv": version}),
    )


def removed(project: str, before: Stored) -> tuple[Action, Action]:
    """Both items gone, and the code free again."""
    definition, counter = _unchanged(project, before)
    return replace(definition, deletes=True), replace(counter, deletes=True)


def counted_up(project: str, use: VoucherUse) -> Action:
    """One more redemption, refused at the limit and when the definition is no longer that one.

    Conditions cannot add, so `taken` holds used and reserved together; unlimited has no limit
    condition, and the version proves that the limit is still the one that was read.
    """
    conditions = ["#dv = :dv AND #gen = :gen"]
    values: Attributes = {"dv": use.version, "gen": use.generation}
    if use.voucher.quantity is not None:
        conditions.append("#taken < :limit")
        values["limit"] = use.voucher.quantity
    return Action(
        keys.counter(project, use.voucher.id),
        Guard.STATE,
        adds={"used": 1, "taken": 1},
        conditions=tuple(conditions),
        values=values,
    )


def counted_down(project: str, use: VoucherUse) -> Action:
    """One redemption given back, to the life of the voucher that it was taken from only."""
    return Action(
        keys.counter(project, use.voucher.id),
        Guard.STATE,
        adds={"used": -1, "taken": -1},
        conditions=("#gen = :gen AND #used >= :one AND #taken >= :one",),
        values={"gen": use.generation, "one": 1},
    )


def _unchanged(project: str, before: Stored) -> tuple[Action, Action]:
    """Writes to both items, refused when the voucher is no longer what was read."""
    definition, counter = (
        Action(
            key,
            Guard.STATE,
            conditions=("#dv = :dv AND #gen = :gen",),
            values={"dv": before.counter.version, "gen": before.counter.generation},
        )
        for key in keys_of(project, [before.voucher.id])
    )
    return definition, counter


def _definition(project: str, voucher: Voucher) -> Attributes:
    created, latest = iso(voucher.created_at), iso(voucher.updated_at or voucher.created_at)
    shard = keys.listing(project, "V", keys.shard_of(voucher.id))
    body = voucher.model_dump_json(exclude=_ATTRIBUTES, exclude_none=True)
    attributes: Attributes = {
        "body": deflate(body.encode()),
        "ca": created,
        "g1p": shard,
        "g1s": keys.at(created, voucher.id),
        "g2p": shard,
        "g2s": keys.at(latest, voucher.id),
        "g3p": shard,
        "g3s": voucher.code,
    }
    if voucher.updated_at is not None:
        attributes["ua"] = latest
    return attributes
