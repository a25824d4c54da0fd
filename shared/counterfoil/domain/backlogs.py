"""Redemptions that came before a rule that counts them (domain.md §8.5; protocol.md §9).

What counts by customer and by API key is counted only while a rule reads it. When one begins to,
the redemptions that stand already are its backlog: each is counted there after all, once, and its
call's first record then says so, for its rollback to give back.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Final

from pydantic import BaseModel, ConfigDict

from counterfoil.domain.assignments import HolderKind
from counterfoil.domain.candidates import Candidate
from counterfoil.domain.counts import BESIDE, Place
from counterfoil.domain.rule_evaluation import compiled

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from counterfoil.domain.assigned_rules import AssignedRule
    from counterfoil.domain.campaigns import Campaign
    from counterfoil.domain.records import Record, Use

# The index of a record in its call, and the letters of places, none of which is a digit.
_MARK: Final = re.compile(r"([0-9a-f]{2})([kuv]+)")


class Backlog(BaseModel):
    """What one life of a thing is to count at `places` after all.

    `since` is when it was created: none of its redemptions is older.
    """

    model_config = ConfigDict(frozen=True)

    kind: HolderKind
    object_id: str
    generation: str
    since: datetime
    places: str

    def has(self, use: Use) -> bool:
        """Whether `use` is one of this life, or of what belongs to it."""
        if self.kind != "campaign":
            return (use.definition.id, use.generation) == (self.object_id, self.generation)
        campaign = use.campaign
        if campaign is None:
            return False
        return (campaign.id, campaign.generation) == (self.object_id, self.generation)


def places_read(rules: str, project: str) -> frozenset[Place]:
    """The places that the text of a set reads and that nobody counts at otherwise."""
    return compiled(rules, project).needs.places & BESIDE if rules else frozenset()


def newly_read(
    rule: AssignedRule,
    before: Iterable[AssignedRule | None],
    campaign: Campaign | None,
    project: str,
) -> frozenset[Place]:
    """Where the redemptions of a thing that gets `rule` are counted from now on and were not.

    `before` are the rules that have bound them so far; `campaign` is theirs, which may count for
    the rules of others.
    """
    known = frozenset() if campaign is None else campaign.counted
    known = known.union(*(places_read(each.rules, project) for each in before if each is not None))
    place_of = Candidate("", "", campaign=campaign).place_of
    found = {place_of(each) for each in places_read(rule.rules, project)}
    return frozenset(found) - {place_of(each) for each in known}


def places_due(record: Record, backlogs: Iterable[Backlog]) -> frozenset[Place]:
    """Where `record` is still to be counted; nowhere unless it is a redemption that stands."""
    use = record.use
    if use is None or record.periods is None or not record.stands:
        return frozenset()
    wanted = {Place(place) for each in backlogs if each.has(use) for place in each.places}
    return frozenset(wanted) - {Place(each) for each in use.places}


def marks_in(text: str) -> dict[int, str]:
    """The places where redemptions of a call were counted after all, by their indexes in it.

    >>> marks_in("00u1eku")
    {0: 'u', 30: 'ku'}
    """
    return {int(index, 16): places for index, places in _MARK.findall(text)}


def marked(text: str, places: Mapping[int, Iterable[Place]]) -> str:
    """`text` with more such places.

    >>> marked("01u", {1: [Place.API_KEY], 0: [Place.CUSTOMER]})
    '00u01ku'
    """
    known = marks_in(text)
    for index, added in places.items():
        known[index] = "".join(sorted({*known.get(index, ""), *added}))
    return "".join(f"{index:02x}{known[index]}" for index in sorted(known))
