"""What a validation rule can be assigned to. A kind of thing is one branch here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.domain.assignments import assignment_of
from counterfoil.domain.errors import NotFound
from counterfoil.operations import named_campaigns, named_vouchers
from counterfoil.storage import assignments, campaigns, promotions, vouchers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from counterfoil.domain.assigned_rules import AssignedRule
    from counterfoil.domain.assignments import Assignment, HolderKind
    from counterfoil.operations.call import Call
    from counterfoil.storage.assignments import Definition
    from counterfoil.storage.definitions import Life, Place
    from counterfoil.storage.keys import Key
    from counterfoil.storage.marshal import Attributes
    from counterfoil.storage.plans import Action


@dataclass(frozen=True, slots=True)
class Holder:
    """A voucher, promotion tier or campaign as it stands."""

    kind: HolderKind
    definition: Definition
    place: Place
    life: Life

    @property
    def rule(self) -> AssignedRule | None:
        """The copy of the rule that it has."""
        return self.definition.rule

    @property
    def assignment(self) -> Assignment | None:
        """How it came by that."""
        rule = self.rule
        return None if rule is None else assignment_of(self.kind, self.definition.id, rule)

    def given(self, rule: AssignedRule | None, by: str) -> Iterator[Action]:
        """What puts `rule` in the place of the copy that it has."""
        after = self.definition.model_copy(update={"rule": rule})
        return assignments.copied(self.place, self.life, after, by)


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
            return Holder(kind, voucher.voucher, place, voucher.life)
        case "promotion_tier":
            tier = promotions.stored(items, project, name)
            if tier is None:
                return None
            return Holder(kind, tier.tier, promotions.place(project, name), tier.life)
        case "campaign":
            return _campaign(call, name, items)


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
    return Holder("campaign", found.campaign, place, found.life)
