"""What may be offered to anybody: an entry for each voucher without campaign, tier and stack.

All entries of a project lie in one partition in the order of time, and are written and taken away
with what they name, so a page of offers is one strongly consistent query, however many there are.
Vouchers of campaigns are given out one by one, and are offered to nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from counterfoil.domain import ids
from counterfoil.domain.timestamps import iso
from counterfoil.storage import keys
from counterfoil.storage.marshal import text
from counterfoil.storage.plans import Action, Guard, put
from counterfoil.storage.store import Question

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from counterfoil.storage.marshal import Attributes
    from counterfoil.storage.store import Store

# Before every sort key of a time, and after none: sort keys are printable ASCII.
_FIRST: Final = " "
Kind = Literal["voucher", "promotion_tier", "promotion_stack"]

_KINDS: Final[Mapping[str, Kind]] = {
    ids.VOUCHER: "voucher",
    ids.PROMOTION_TIER: "promotion_tier",
    ids.PROMOTION_STACK: "promotion_stack",
}


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that may be offered, by kind and id; `created_at` as on the wire."""

    created_at: str
    object: Kind
    id: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """Up to `limit` offers made before `before`, which is None for now, and older than `beyond`."""

    before: str | None
    limit: int
    beyond: Offer | None = None


def entered(project: str, created_at: datetime, identifier: str) -> Action:
    """The entry of something new."""
    key = keys.offer(project, iso(created_at), identifier)
    return put(key, Guard.STATE, {"of": _kind(identifier)})


def left(project: str, created_at: datetime, identifier: str) -> Action:
    """The entry taken away with what it names."""
    return Action(
        keys.offer(project, iso(created_at), identifier),
        Guard.STATE,
        conditions=("attribute_exists(pk)",),
        deletes=True,
    )


def newest(store: Store, project: str, stretch: Stretch) -> tuple[Offer, ...]:
    """The offers of a stretch, the newest first, strongly consistent."""
    last = stretch.beyond
    question = Question(
        keys.offers(project),
        between=None if stretch.before is None else (_FIRST, stretch.before),
        newest_first=True,
        limit=stretch.limit,
        beyond=None if last is None else _key(project, last),
    )
    return tuple(_offer(text(item["sk"])) for item in store.query(question))


def _key(project: str, offer: Offer) -> Attributes:
    return keys.offer(project, offer.created_at, offer.id)._asdict()


def _offer(sort_key: str) -> Offer:
    created_at, _, identifier = sort_key.partition("#")
    return Offer(created_at, _kind(identifier), identifier)


def _kind(identifier: str) -> Kind:
    return next(kind for prefix, kind in _KINDS.items() if identifier.startswith(prefix))
