"""Which tiers and stacks a campaign has: one entry each, and the roster that they are counted in.

The roster's version moves with every tier that comes, goes or moves, in the same transaction, so
two tiers that are created at once cannot both be last.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterfoil.storage import keys
from counterfoil.storage.marshal import Attributes, number, text
from counterfoil.storage.plans import Action, Guard, put
from counterfoil.storage.store import Question

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from counterfoil.domain.promotions import PromotionStack, PromotionTier
    from counterfoil.storage.store import Store

_OPEN: Final = "attribute_not_exists(#closed)"


@dataclass(frozen=True, slots=True)
class Roster:
    """A campaign's roster as it stands; version 0 when it never had a tier.

    `last` is the greatest place of a tier, 0 without any.
    """

    campaign_id: str
    version: int = 0
    last: int = 0
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A tier's place, and how many stacks have it."""

    tier_id: str
    hierarchy: int
    stacks: int


def roster(items: Mapping[keys.Key, Attributes], project: str, campaign_id: str) -> Roster:
    """The roster among `items`."""
    item = items.get(keys.roster(project, campaign_id))
    if item is None:
        return Roster(campaign_id)
    return Roster(
        campaign_id,
        version=number(item.get("v", 0)),
        last=number(item.get("last", 0)),
        closed=bool(item.get("closed", False)),
    )


def entry(item: Attributes) -> Entry:
    """The entry of a tier."""
    tier_id = text(item["sk"]).removeprefix(keys.TIERS)
    return Entry(tier_id, number(item["h"]), number(item["st"]))


def tiers_of(store: Store, project: str, campaign_id: str) -> list[Entry]:
    """A campaign's tiers in the order of their places, ties by id; strongly consistent."""
    partition = keys.campaign(project, campaign_id).pk
    found = map(entry, store.query(Question(partition, starts=keys.TIERS)))
    return sorted(found, key=lambda each: (each.hierarchy, each.tier_id))


def stacks_of(store: Store, project: str, campaign_id: str) -> list[str]:
    """The ids of a campaign's stacks; strongly consistent."""
    partition = keys.campaign(project, campaign_id).pk
    found = store.query(Question(partition, starts=keys.STACKS))
    return [text(item["sk"]).removeprefix(keys.STACKS) for item in found]


def entered(project: str, before: Roster, tier: PromotionTier) -> Iterator[Action]:
    """One tier more."""
    yield _counted(project, before, max(before.last, tier.hierarchy), 1)
    key = keys.tier_entry(project, tier.campaign_id, tier.id)
    yield put(key, Guard.STATE, {"h": tier.hierarchy, "st": 0})


def founded(project: str, tier: PromotionTier, last: int) -> Iterator[Action]:
    """One of the tiers that a campaign is created with; `last` is the greatest place of them.

    The roster is written without a condition: the campaign's own, that there is none, is beside it.
    """
    yield Action(
        keys.roster(project, tier.campaign_id), Guard.STATE, sets={"last": last}, adds={"tiers": 1}
    )
    key = keys.tier_entry(project, tier.campaign_id, tier.id)
    yield put(key, Guard.STATE, {"h": tier.hierarchy, "st": 0})


def moved(project: str, before: Roster, tier: PromotionTier, last: int) -> Iterator[Action]:
    """A tier at another place; `last` is the greatest place then."""
    yield _counted(project, before, last, 0)
    yield Action(
        keys.tier_entry(project, tier.campaign_id, tier.id),
        Guard.STATE,
        sets={"h": tier.hierarchy},
        conditions=("attribute_exists(pk)",),
    )


def left(project: str, before: Roster, tier: PromotionTier, last: int) -> Iterator[Action]:
    """One tier less, refused while a stack has it."""
    yield _counted(project, before, last, -1)
    yield Action(
        keys.tier_entry(project, tier.campaign_id, tier.id),
        Guard.STATE,
        deletes=True,
        conditions=("#st = :none",),
        values={"none": 0},
    )


def closed(project: str, campaign_id: str) -> Action:
    """No tier and no stack can come any more: for a campaign that is on its way out.

    Without a condition: it holds whatever the roster says, and the campaign's own is beside it.
    """
    return Action(keys.roster(project, campaign_id), Guard.STATE, sets={"closed": True})


def opened(project: str, campaign_id: str) -> Action:
    """Tiers and stacks can come: for a new campaign, be it under the name of one that is gone.

    A roster is never removed, and its version goes on: a tier that was about to come to a campaign
    that is gone by now does not come to the next one of that name.
    """
    key = keys.roster(project, campaign_id)
    return Action(key, Guard.STATE, adds={"v": 1}, removes=("closed",))


def stacked(project: str, campaign_id: str, tier_id: str) -> Action:
    """One stack more has the tier, refused unless it is one of the campaign's."""
    return Action(
        keys.tier_entry(project, campaign_id, tier_id),
        Guard.STATE,
        adds={"st": 1},
        conditions=("attribute_exists(pk)",),
    )


def unstacked(project: str, campaign_id: str, tier_id: str) -> Action:
    """One stack less has it."""
    return Action(
        keys.tier_entry(project, campaign_id, tier_id),
        Guard.STATE,
        adds={"st": -1},
        conditions=("#st > :none",),
        values={"none": 0},
    )


def stack_entered(project: str, stack: PromotionStack) -> Iterator[Action]:
    """One stack more, refused when the campaign takes none any more."""
    yield put(keys.stack_entry(project, stack.campaign_id, stack.id), Guard.STATE, {"st": 1})
    yield Action(
        keys.roster(project, stack.campaign_id),
        Guard.STATE,
        adds={"stacks": 1},
        conditions=(_OPEN,),
    )


def stack_left(project: str, stack: PromotionStack) -> Iterator[Action]:
    """One stack less; the entry's condition lets it be taken off once, from a closed roster too."""
    yield Action(
        keys.stack_entry(project, stack.campaign_id, stack.id),
        Guard.STATE,
        deletes=True,
        conditions=("attribute_exists(pk)",),
    )
    yield Action(keys.roster(project, stack.campaign_id), Guard.STATE, adds={"stacks": -1})


def _counted(project: str, before: Roster, last: int, tiers: int) -> Action:
    """The roster's next version, refused when it is no longer the one that was read."""
    unchanged = "#v = :before" if before.version else "attribute_not_exists(#v)"
    return Action(
        keys.roster(project, before.campaign_id),
        Guard.STATE,
        sets={"v": before.version + 1, "last": last},
        adds={"tiers": tiers},
        conditions=(unchanged, *((_OPEN,) if tiers > 0 else ())),
        values={"before": before.version} if before.version else {},
    )
