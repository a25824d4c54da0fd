"""Vouchers in the store (protocol.md §1.6, §2, §8): see `definitions` for their two items."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from counterfoil.domain.timestamps import iso
from counterfoil.domain.vouchers import Voucher
from counterfoil.storage import definitions, holds, keys, offers
from counterfoil.storage.definitions import Changes, Life, Place
from counterfoil.storage.marshal import Attributes, binary, deflate, inflate, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from counterfoil.domain.counters import Counter, GiftBalance
    from counterfoil.storage.plans import Action
    from counterfoil.storage.store import Store

_ATTRIBUTES: Final = {"id", "created_at", "updated_at"}
_BUCKET: Final = 0


@dataclass(frozen=True, slots=True)
class Stored:
    """A voucher as it stands. `deleted` ones keep their code reserved and are otherwise unknown."""

    voucher: Voucher
    counter: Counter
    deleted: bool

    @property
    def life(self) -> Life:
        """The version and life that a change is conditioned on."""
        return Life(self.counter.version, self.counter.generation)


def place(project: str, voucher_id: str) -> Place:
    """Where a voucher lies; its counter is one bucket."""
    return Place(keys.voucher(project, voucher_id).pk)


def keys_of(project: str, voucher_ids: Iterable[str]) -> list[keys.Key]:
    """What `stored` needs: definition and counter of each voucher."""
    places = (place(project, each) for each in voucher_ids)
    return [key for each in places for key in (each.definition, *each.counters)]


def get(store: Store, project: str, voucher_id: str) -> Stored | None:
    """The voucher with `voucher_id`, deleted or not, strongly consistent."""
    return stored(store.get_all(keys_of(project, [voucher_id])), project, voucher_id)


def stored(items: Mapping[keys.Key, Attributes], project: str, voucher_id: str) -> Stored | None:
    """The voucher among `items`; None unless definition and counter are both there."""
    own = place(project, voucher_id)
    counter = definitions.counter_of(items, own, _BUCKET)
    if counter is None:
        return None
    definition = items[own.definition]
    created_at = text(definition["ca"])
    updated_at = text(definition["ua"]) if "ua" in definition else None
    voucher = _decoded(voucher_id, binary(definition["body"]), created_at, updated_at)
    return Stored(voucher, counter, bool(definition.get("deleted", False)))


# A request asks what its vouchers lead to before it goes by them, of thirty in one call.
@lru_cache(maxsize=64)
def _decoded(voucher_id: str, body: bytes, created_at: str, updated_at: str | None) -> Voucher:
    known = {"id": voucher_id, "created_at": created_at, "updated_at": updated_at}
    return Voucher.model_validate({**json.loads(inflate(body)), **known})


def created(
    project: str, voucher: Voucher, generation: str, by: str, gift: GiftBalance | None = None
) -> Iterator[Action]:
    """A new voucher, refused when its code is taken, a deleted voucher's included.

    `gift` is what a gift card starts with.
    """
    own, sets = place(project, voucher.id), _definition(project, voucher)
    yield from definitions.created(own, sets, generation, by, gift=gift)
    if voucher.campaign_id is None:
        yield offers.entered(project, voucher.created_at, voucher.id)


def changed(
    project: str, before: Stored, after: Voucher, by: str, *, deleted: bool = False
) -> Iterator[Action]:
    """`after` in place of `before`, at both items; refused when it is no longer what was read."""
    own, sets = place(project, before.voucher.id), _definition(project, after)
    if not deleted:
        yield from definitions.changed(own, before.life, Changes(sets, by=by))
        return
    kept = {name: value for name, value in sets.items() if name not in keys.LISTED}
    changes = Changes({**kept, "deleted": True}, keys.LISTED, by)
    yield from definitions.changed(own, before.life, changes)
    yield from _withdrawn(project, before)


def credited(project: str, voucher_id: str, counter: Counter, amount: int) -> Iterator[Action]:
    """Credits put on a gift card, or taken off it when negative, and what lapsed there shed."""
    own = place(project, voucher_id)
    yield definitions.credited(own, counter, amount)
    yield from holds.freed(own.counter(counter.bucket), counter)


def removed(project: str, before: Stored) -> Iterator[Action]:
    """Both items gone, and the code free again."""
    yield from definitions.removed(place(project, before.voucher.id), before.life)
    yield from _withdrawn(project, before)


def _withdrawn(project: str, before: Stored) -> Iterator[Action]:
    """A voucher that was deleted has left its offer then."""
    voucher = before.voucher
    if voucher.campaign_id is None and not before.deleted:
        yield offers.left(project, voucher.created_at, voucher.id)


def _definition(project: str, voucher: Voucher) -> Attributes:
    body = voucher.model_dump_json(exclude=_ATTRIBUTES, exclude_none=True)
    attributes: Attributes = {
        "body": deflate(body.encode()),
        "ca": iso(voucher.created_at),
        **keys.listed(
            project, "V", voucher.id, voucher.created_at, voucher.updated_at, voucher.code
        ),
    }
    if voucher.updated_at is not None:
        attributes["ua"] = iso(voucher.updated_at)
    return attributes
