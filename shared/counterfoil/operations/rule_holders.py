"""What a validation rule can be assigned to. A kind of thing is one branch here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterfoil.domain.assignments import assignment_of
from counterfoil.domain.campaigns import Campaign
from counterfoil.domain.counts import Place as Counted
from counterfoil.domain.errors import NotFound
from counterfoil.domain.rule_evaluation import compiled
from counterfoil.operations import named_campaigns, named_vouchers
from counterfoil.storage import assignments, campaigns, promotions, vouchers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from counterfoil.domain.assigned_rules import AssignedRule
    from counterfoil.domain.assignments import Assignment, HolderKind
    from counterfoil.operations.call import Call
    from counterfoil.storage.assignments import Definition
    from counterfoil.storage.campaigns import Stored as StoredCampaign
    from counterfoil.storage.definitions import Life, Place
    from counterfoil.storage.keys import Key
    from counterfoil.storage.marshal import Attributes
    from counterfoil.storage.plans import Action

_OF_CAMPAIGN: Final = frozenset({Counted.CAMPAIGN, Counted.CUSTOMER_IN_CAMPAIGN})


@dataclass(frozen=True, slots=True)
class Holder:
    """A voucher, promotion tier or campaign as it stands."""

    kind: HolderKind
    definition: Definition
    place: Place
    life: Life
    project: str

    @property
    def owner_id(self) -> str | None:
        """The campaign that it belongs to; None of what belongs to none, and of campaigns."""
        return None if isinstance(self.definition, Campaign) else self.definition.campaign_id

    @property
    def rule(self) -> AssignedRule | None:
        """The copy of the rule that it has."""
        return self.definition.rule

    @property
    def assignment(self) -> Assignment | None:
        """How it came by that."""
        rule = self.rule
        return None if rule is None else assignment_of(self.kind, self.definition.id, rule)

    def has_by(self, assignment: Assignment) -> bool:
        """Whether its copy is the one that `assignment` made."""
        return self.rule is not None and self.rule.assignment_id == assignment.id

    def given(
        self, rule: AssignedRule | None, by: str, owner: StoredCampaign | None = None
    ) -> Iterator[Action]:
        """What puts `rule` in the place of the copy that it has.

        `owner` is the campaign that it belongs to, which must count from now on what `rule` reads.
        """
        after = self.definition.model_copy(update={"rule": rule})
        yield from assignments.copied(self.place, self.life, after, by)
        if owner is not None and rule is not None:
            yield from counting_too(self.project, owner, rule, by)


def keys_of(call: Call, kind: HolderKind, name: str) -> list[Key]:
    """What `find` needs."""
    match kind:
        case "voucher":
            return vouchers.keys_of(call.project, named_vouchers.names(call, name))
        case "promotion_tier":
            return [promotions.place(call.project, name).definition]
        case "campaign":
            return named_campaigns.keys_of(call, name)


def find(call: Call, kind: HolderKind, name: str, items: Mapping[Key, Attributes]) -> Holder | None:
    """The thing that `name` means: an id, a voucher's code, a campaign's name."""
    project = call.project
    match kind:
        case "voucher":
            voucher = named_vouchers.find(call, name, items)
            if voucher is None:
                return None
            place = vouchers.place(project, voucher.voucher.id)
            return Holder(kind, voucher.voucher, place, voucher.life, project)
        case "promotion_tier":
            tier = promotions.stored(items, project, name)
            if tier is None:
                return None
            return Holder(kind, tier.tier, promotions.place(project, name), tier.life, project)
        case "campaign":
            return _campaign(call, name, items)


def campaign_keys(call: Call, campaign_id: str) -> list[Key]:
    """What `owner_of` needs."""
    return [campaigns.place(call.project, campaign_id).definition]


def owner_of(call: Call, holder: Holder, items: Mapping[Key, Attributes]) -> StoredCampaign | None:
    """The campaign that `holder` belongs to."""
    if holder.owner_id is None:
        return None
    return campaigns.stored(items, call.project, holder.owner_id)


def counting_too(
    project: str, owner: StoredCampaign, rule: AssignedRule, by: str
) -> Iterator[Action]:
    """The campaign counting what a rule of one of its own reads of all of it, if it does not yet.

    Its version moves, so whatever was decided without that is refused.
    """
    read = compiled(rule.rules, project).needs.places & _OF_CAMPAIGN if rule.rules else frozenset()
    counted = owner.campaign.counted | read
    if counted != owner.campaign.counted:
        after = owner.campaign.model_copy(update={"counted": counted})
        yield from campaigns.changed(project, owner, after, by)


def require(call: Call, kind: HolderKind, name: str, items: Mapping[Key, Attributes]) -> Holder:
    """The same. Raises NotFound."""
    found = find(call, kind, name, items)
    if found is None:
        raise NotFound(kind, name)
    return found


def _campaign(call: Call, name: str, items: Mapping[Key, Attributes]) -> Holder | None:
    found = named_campaigns.find(call, name, items)
    if found is None:
        return None
    place = campaigns.place(call.project, found.campaign.id)
    return Holder("campaign", found.campaign, place, found.life, call.project)
