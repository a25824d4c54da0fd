"""A redeemable as a call asks for it, with all that is stored of it, and whether it can be used.

Source: domain.md §8.7 (order of checks), §9.3 (refusals).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from counterfoil.domain.availability import Closure, closure_of
from counterfoil.domain.candidate_refusals import RefusalCode
from counterfoil.domain.counts import Place
from counterfoil.domain.errors import Refusal
from counterfoil.domain.vouchers import Voucher

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from counterfoil.domain.assigned_rules import AssignedRule
    from counterfoil.domain.campaigns import Campaign
    from counterfoil.domain.categories import Category
    from counterfoil.domain.counters import Counter
    from counterfoil.domain.counts import Counts
    from counterfoil.domain.item_selection import ProductLists
    from counterfoil.domain.promotions import PromotionTier
    from counterfoil.domain.unit_discounts import KnownUnits

    Redeemable = Voucher | PromotionTier


_VOUCHER_CLOSURES: Final = {
    Closure.DISABLED: (RefusalCode.VOUCHER_DISABLED, "voucher is disabled"),
    Closure.NOT_STARTED: (RefusalCode.VOUCHER_NOT_ACTIVE, "voucher is not active yet"),
    Closure.EXPIRED: (RefusalCode.VOUCHER_EXPIRED, "voucher expired"),
    Closure.NOT_NOW: (RefusalCode.VOUCHER_NOT_ACTIVE_NOW, "voucher not active now"),
}

_ALONE: Final = {
    Place.CAMPAIGN: Place.INCENTIVE,
    Place.CUSTOMER_IN_CAMPAIGN: Place.CUSTOMER,
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A redeemable as asked for, with what is stored of it; None when nothing is.

    `object` and `id` are what the client sent, a promotion stack's tiers instead of it; `credits`
    is how much of a gift card it asked to spend, `units` what the catalogue knows of the products
    and SKUs that it gives away, `category` its own, else its campaign's. `counts` is what stands at
    the places where its rules count, `counted` are those where others may read what it adds.
    `limited_to` are products that its rules have marked at its turn.
    """

    object: str
    id: str
    definition: Redeemable | None = None
    counter: Counter | None = None
    campaign: Campaign | None = None
    campaign_counter: Counter | None = None
    credits: int | None = None
    units: KnownUnits = field(default_factory=dict)
    category: Category | None = None
    counts: Mapping[Place, Counts] = field(default_factory=dict)
    counted: frozenset[Place] = frozenset()
    limited_to: ProductLists | None = None

    @property
    def category_id(self) -> str | None:
        """What its category is called, whether or not there is one any more."""
        for holder in (self.definition, self.campaign):
            if holder is not None and holder.category_id is not None:
                return holder.category_id
        return None

    @property
    def rules(self) -> tuple[AssignedRule, ...]:
        """The rules that bind it, its own first."""
        own = None if self.definition is None else self.definition.rule
        of_campaign = None if self.campaign is None else self.campaign.rule
        return tuple(each for each in (own, of_campaign) if each is not None)

    def place_of(self, place: Place) -> Place:
        """Where it counts what a rule calls `place`: without a campaign it is its own."""
        return place if self.campaign is not None else _ALONE.get(place, place)

    @property
    def products(self) -> ProductLists | None:
        """The products that its own rule limits it to, else its campaign's; None is every one."""
        if self.limited_to is not None:
            return self.limited_to
        for holder in (self.definition, self.campaign):
            if holder is not None and holder.rule is not None:
                return holder.rule.applicable_to
        return None


def refusal_of(candidate: Candidate, now: datetime) -> Refusal | None:
    """Why `candidate` cannot be used at `now`, by the first check that fails; None when it can.

    Its campaign's flag and dates bind it as its own do. `now` is in the project's zone. One that
    exists, but whose counter or campaign does not, is as good as unknown.
    """
    definition, counter = candidate.definition, candidate.counter
    if definition is None or counter is None:
        return unknown(candidate.object, candidate.id)
    if definition.campaign_id is not None and candidate.campaign is None:
        return unknown(candidate.object, candidate.id)
    for holder in filter(None, (definition, candidate.campaign)):
        closure = closure_of(holder, now)
        if closure is not None:
            return _closed(definition, closure)
    if not isinstance(definition, Voucher):
        return None
    if definition.quantity is not None and counter.taken >= definition.quantity:
        return Refusal(RefusalCode.QUANTITY_EXCEEDED, "quantity exceeded", definition.code)
    return None


def unknown(kind: str, identifier: str) -> Refusal:
    """The refusal of a redeemable that does not exist in this project."""
    details = f"Cannot find {kind} with id {identifier}"
    return Refusal(RefusalCode.NOT_FOUND, "Resource not found", details)


def _closed(definition: Redeemable, closure: Closure) -> Refusal:
    if isinstance(definition, Voucher):
        code, message = _VOUCHER_CLOSURES[closure]
        return Refusal(code, message, definition.code)
    if closure is Closure.DISABLED:
        details = f"Promotion Tier with id: {definition.id} is disabled."
        return Refusal(RefusalCode.PROMOTION_INACTIVE, "Inactive Promotion", details)
    details = f"Promotion Tier with id: {definition.id} is not active now."
    return Refusal(RefusalCode.PROMOTION_NOT_ACTIVE_NOW, "promotion not active now", details)
