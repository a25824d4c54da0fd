"""Campaigns in the store (protocol.md §1.6, §5): see `definitions` for definition and counter.

A tally beside them says how many vouchers the campaign has and is to have. It moves in the
transactions that make and delete vouchers, each of which is listed in the campaign's partition; a
closed one takes no more, so that a deletion finds all there will ever be.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterfoil.domain.campaigns import Campaign
from counterfoil.domain.timestamps import iso
from counterfoil.storage import definitions, keys
from counterfoil.storage.definitions import Changes, Life, Place
from counterfoil.storage.marshal import Attributes, deflate, number, text, unpacked
from counterfoil.storage.plans import ABSENT, Action, Guard
from counterfoil.storage.store import Question

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from counterfoil.domain.counters import Counter
    from counterfoil.domain.vouchers import Voucher
    from counterfoil.storage.store import Store

BUCKETS: Final = 16
_ATTRIBUTES: Final = {"id", "created_at", "updated_at"}


@dataclass(frozen=True, slots=True)
class Stored:
    """A campaign as it stands. `deleted` ones keep their name reserved and are unknown."""

    campaign: Campaign
    life: Life
    deleted: bool


@dataclass(frozen=True, slots=True)
class Tally:
    """How many vouchers a campaign has, how many are to be made, and whether that failed."""

    count: int = 0
    pending: int = 0
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Members:
    """Vouchers that join or leave a campaign, and what becomes of those that were still due.

    `due` is added to the number of vouchers that are to be made.
    """

    count: int = 0
    due: int = 0
    failed: bool | None = None


def place(project: str, campaign_id: str) -> Place:
    """Where a campaign lies; its counter has 16 buckets, for all its vouchers meet there."""
    return Place(keys.campaign(project, campaign_id).pk, BUCKETS)


def stored(items: Mapping[keys.Key, Attributes], project: str, campaign_id: str) -> Stored | None:
    """The campaign among `items`."""
    definition = items.get(place(project, campaign_id).definition)
    if definition is None:
        return None
    campaign = Campaign.model_validate(unpacked(definition, campaign_id))
    return Stored(campaign, definitions.life_of(definition), bool(definition.get("deleted", False)))


def counter(
    items: Mapping[keys.Key, Attributes], project: str, campaign_id: str, bucket: int
) -> Counter | None:
    """A bucket of the campaign's counter among `items`."""
    return definitions.counter_of(items, place(project, campaign_id), bucket)


def tally(items: Mapping[keys.Key, Attributes], project: str, campaign_id: str) -> Tally:
    """The campaign's tally among `items`."""
    item = items.get(keys.tally(project, campaign_id))
    if item is None:
        return Tally()
    return Tally(number(item["n"]), number(item["due"]), bool(item.get("failed", False)))


def created(
    project: str, campaign: Campaign, life: tuple[str, str], members: Members
) -> Iterator[Action]:
    """A new campaign with these members; `life` is its generation and the plan's name."""
    generation, by = life
    own = place(project, campaign.id)
    yield from definitions.created(own, _definition(project, campaign), generation, by)
    yield Action(
        keys.tally(project, campaign.id),
        Guard.STATE,
        sets={"n": members.count, "due": members.due, "gen": generation},
        conditions=(ABSENT,),
    )


def changed(project: str, before: Stored, after: Campaign, by: str) -> Iterator[Action]:
    """`after` in place of `before`, refused when it is no longer what was read."""
    sets = _definition(project, after)
    own = place(project, after.id)
    return definitions.changed(own, before.life, Changes(sets, by=by))


def closed(project: str, before: Stored, by: str) -> Iterator[Action]:
    """The campaign deleted: unknown from now on, and without new members for ever."""
    campaign_id = before.campaign.id
    kept = {
        name: value
        for name, value in _definition(project, before.campaign).items()
        if name not in keys.LISTED
    }
    changes = Changes({**kept, "deleted": True}, keys.LISTED, by)
    yield from definitions.changed(place(project, campaign_id), before.life, changes)
    yield Action(
        keys.tally(project, campaign_id),
        Guard.STATE,
        sets={"closed": True},
        conditions=("#gen = :gen",),
        values={"gen": before.life.generation},
    )


def removed(project: str, before: Stored) -> Iterator[Action]:
    """A deleted campaign gone, and its name free again."""
    yield from definitions.removed(place(project, before.campaign.id), before.life)
    yield Action(
        keys.tally(project, before.campaign.id),
        Guard.STATE,
        deletes=True,
        conditions=("#gen = :gen AND #closed = :closed",),
        values={"gen": before.life.generation, "closed": True},
    )


def counted(project: str, before: Stored, members: Members) -> Action:
    """More members, or more that are due; refused when the campaign was deleted meanwhile."""
    failed: Attributes = {} if members.failed is None else {"failed": members.failed}
    return Action(
        keys.tally(project, before.campaign.id),
        Guard.STATE,
        sets=failed,
        adds={"n": members.count, "due": members.due},
        conditions=("#gen = :gen AND attribute_not_exists(#closed)",),
        values={"gen": before.life.generation},
    )


def listed(project: str, voucher: Voucher) -> Iterator[Action]:
    """A new voucher among its campaign's; `counted` counts it."""
    if voucher.campaign_id is not None:
        key = keys.member(project, voucher.campaign_id, iso(voucher.created_at), voucher.id)
        yield Action(key, Guard.STATE, sets={"code": voucher.code}, conditions=(ABSENT,))


def left(project: str, voucher: Voucher, *, binned: bool) -> Iterator[Action]:
    """A voucher that is deleted no longer among its campaign's; `uncounted` takes it off the sum.

    A `binned` one keeps its code, and the campaign remembers it until that is to be free.
    """
    if voucher.campaign_id is None:
        return
    names = (project, voucher.campaign_id, iso(voucher.created_at), voucher.id)
    yield _gone(keys.member(*names))
    if binned:
        code: Attributes = {"code": voucher.code}
        yield Action(keys.binned(*names), Guard.STATE, sets=code, conditions=(ABSENT,))


def uncounted(project: str, voucher: Voucher) -> Iterator[Action]:
    """One member fewer; the campaign may be on its own way out."""
    if voucher.campaign_id is not None:
        yield Action(
            keys.tally(project, voucher.campaign_id),
            Guard.STATE,
            adds={"n": -1},
            conditions=("#n >= :one",),
            values={"one": 1},
        )


def forgotten(project: str, voucher: Voucher) -> Iterator[Action]:
    """A voucher that was binned before, and whose code is to be free."""
    if voucher.campaign_id is not None:
        created = iso(voucher.created_at)
        yield _gone(keys.binned(project, voucher.campaign_id, created, voucher.id))


def emptied(project: str, before: Stored, count: int) -> Action:
    """`count` members of a deleted campaign fewer; refused when its name is another's by now."""
    return Action(
        keys.tally(project, before.campaign.id),
        Guard.STATE,
        adds={"n": -count},
        conditions=("#gen = :gen AND #closed = :closed",),
        values={"gen": before.life.generation, "closed": True},
    )


def members_of(
    store: Store, project: str, campaign_id: str, limit: int, *, newest: bool, binned: bool = False
) -> list[str]:
    """The ids of its vouchers, living or binned, in order of creation."""
    question = Question(
        keys.campaign(project, campaign_id).pk,
        starts=keys.BINNED if binned else keys.MEMBERS,
        newest_first=newest,
        limit=limit,
    )
    return [text(item["sk"]).rpartition("#")[2] for item in store.query(question)]


def members_since(
    store: Store, project: str, campaign_id: str, place: str, limit: int, *, newest: bool
) -> list[str]:
    """The places, `<time>#<id>`, of its vouchers that come after `place`; "" is before the first.

    What comes after is what was made earlier when the `newest` come first.
    """
    # Nothing that a place has comes before a space or after a tilde.
    first, last = (" ", place or "~") if newest else (f"{place} ", "~")
    question = Question(
        keys.campaign(project, campaign_id).pk,
        between=(f"{keys.MEMBERS}{first}", f"{keys.MEMBERS}{last}"),
        newest_first=newest,
        limit=limit + 1,
    )
    found = [text(item["sk"]).removeprefix(keys.MEMBERS) for item in store.query(question)]
    return [each for each in found if each != place][:limit]


def _gone(key: keys.Key) -> Action:
    return Action(key, Guard.STATE, deletes=True, conditions=("attribute_exists(pk)",))


def _definition(project: str, campaign: Campaign) -> Attributes:
    body = campaign.model_dump_json(exclude=_ATTRIBUTES, exclude_none=True)
    attributes: Attributes = {
        "body": deflate(body.encode()),
        "ca": iso(campaign.created_at),
        **keys.listed(
            project, "A", campaign.id, campaign.created_at, campaign.updated_at, campaign.name
        ),
    }
    if campaign.updated_at is not None:
        attributes["ua"] = iso(campaign.updated_at)
    return attributes
