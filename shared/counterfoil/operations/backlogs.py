"""Rules that begin to count what has redemptions already: found with the assignment, left to a job.

Whether there are any is read with the thing, and must still be so when the rule comes into force:
the job is made in that transaction, or none of the counters may have moved off 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.domain.async_actions import CountWork
from counterfoil.domain.backlogs import Backlog, newly_read, places_read
from counterfoil.domain.campaigns import Campaign
from counterfoil.domain.counts import Place
from counterfoil.operations import async_actions
from counterfoil.storage import async_actions as stored_actions
from counterfoil.storage import backlogs, campaigns
from counterfoil.storage.marshal import number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from counterfoil.domain.assigned_rules import AssignedRule
    from counterfoil.domain.assignments import Assignment
    from counterfoil.domain.async_actions import AsyncAction
    from counterfoil.operations.call import Call
    from counterfoil.operations.rule_holders import Holder
    from counterfoil.storage.campaigns import Stored as StoredCampaign
    from counterfoil.storage.definitions import Place as Lying
    from counterfoil.storage.keys import Key
    from counterfoil.storage.marshal import Attributes
    from counterfoil.storage.plans import Action

    Items = Mapping[Key, Attributes]


@dataclass(frozen=True, slots=True)
class Found:
    """What a rule comes too late for: the `action` that counts it, if there is anything.

    `guards` hold while there is nothing else.
    """

    action: AsyncAction | None
    guards: tuple[Action, ...]

    def writes(self, call: Call, by: str) -> Iterator[Action]:
        """What goes into the transaction that puts the rule into force."""
        yield from self.guards
        if self.action is not None:
            yield stored_actions.created(call.project, self.action, by)


NOTHING = Found(None, ())


def keys_of(call: Call, rules: str, holder: Holder) -> list[Key]:
    """The counters that tell whether `holder`, or its campaign, has redemptions.

    None where `rules` read nothing that is counted for rules alone.
    """
    if not places_read(rules, call.project):
        return []
    owner = holder.owner_id
    of_owner = [] if owner is None else campaigns.place(call.project, owner).counters
    return [*holder.place.counters, *of_owner]


def found(
    call: Call,
    holder: Holder,
    owner: StoredCampaign | None,
    given: tuple[AssignedRule, Assignment],
    items: Items,
    *,
    recounts: bool = False,
) -> Found:
    """What is missed by the rule that is `given` to `holder`, which belongs to `owner`.

    One that `recounts` takes the place of a rule whose own job may not be over.
    """
    rule, assignment = given
    definition = holder.definition
    before = [None if recounts else holder.rule]
    if isinstance(definition, Campaign):
        places = newly_read(rule, before, definition, call.project)
        return _found(call, assignment, [(_Thing.of(holder), places)], items)
    campaign = None if owner is None else owner.campaign
    if campaign is not None:
        before.append(campaign.rule)
    places = newly_read(rule, before, campaign, call.project)
    shared = places & {Place.CUSTOMER_IN_CAMPAIGN}
    things = [(_Thing.of(holder), places - shared)]
    if owner is not None:
        things.append((_Thing.of_campaign(call, owner), shared))
    return _found(call, assignment, things, items)


def keys_by_new(call: Call, rules: str, campaign_id: str) -> list[Key]:
    """What `found_by_new` needs."""
    if Place.CUSTOMER_IN_CAMPAIGN not in places_read(rules, call.project):
        return []
    return campaigns.place(call.project, campaign_id).counters


def found_by_new(
    call: Call, owner: StoredCampaign, given: tuple[AssignedRule, Assignment], items: Items
) -> Found:
    """The same of a rule that comes with a new thing: its campaign alone may have redemptions."""
    rule, assignment = given
    places = newly_read(rule, [owner.campaign.rule], owner.campaign, call.project)
    shared = places & {Place.CUSTOMER_IN_CAMPAIGN}
    return _found(call, assignment, [(_Thing.of_campaign(call, owner), shared)], items)


def remind(call: Call, assignment: Assignment) -> None:
    """Tell the worker of the job that `assignment` was just given, if any."""
    if assignment.counting == "PENDING":
        async_actions.remind(call, call.ids.counting(assignment.id))


@dataclass(frozen=True, slots=True)
class _Thing:
    """A thing that may have redemptions: where it lies, and what a backlog would say of it."""

    place: Lying
    backlog: Backlog

    @staticmethod
    def of(holder: Holder) -> _Thing:
        return _Thing(
            holder.place,
            Backlog(
                kind=holder.kind,
                object_id=holder.definition.id,
                generation=holder.life.generation,
                since=holder.definition.created_at,
                places="",
            ),
        )

    @staticmethod
    def of_campaign(call: Call, stored: StoredCampaign) -> _Thing:
        campaign = stored.campaign
        return _Thing(
            campaigns.place(call.project, campaign.id),
            Backlog(
                kind="campaign",
                object_id=campaign.id,
                generation=stored.life.generation,
                since=campaign.created_at,
                places="",
            ),
        )


def _found(
    call: Call,
    assignment: Assignment,
    things: Iterable[tuple[_Thing, frozenset[Place]]],
    items: Items,
) -> Found:
    guards: list[Action] = []
    missed: list[Backlog] = []
    total = 0
    for thing, places in things:
        if not places:
            continue
        used = sum(number(items.get(key, {}).get("used", 0)) for key in thing.place.counters)
        if used:
            at = "".join(sorted(places))
            missed.append(thing.backlog.model_copy(update={"places": at}))
            total += used
        else:
            guards += backlogs.unused(thing.place)
    if not missed:
        return Found(None, tuple(guards))
    return Found(_promised(call, assignment, tuple(missed), total), tuple(guards))


def _promised(
    call: Call, assignment: Assignment, missed: tuple[Backlog, ...], total: int
) -> AsyncAction:
    """The job, of which the worker hears after the commit, whatever becomes of this process."""
    work = CountWork(
        type="VALIDATION_RULES.COUNT",
        rule_id=assignment.rule_id,
        assignment_id=assignment.id,
        backlogs=missed,
    )
    action = async_actions.new(call, work, total, call.ids.counting(assignment.id))
    async_actions.promise(call, action.id)
    return action
