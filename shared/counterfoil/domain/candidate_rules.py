"""The rules that bind one candidate, judged at its turn (domain.md §8.7).

Its own rule comes first, then its campaign's; both must be met. What it would add to what is
counted is told by its effect, so rules that read that are judged after the effect is known.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from counterfoil.domain.counts import NO_SHARE, Guard, Place, Share
from counterfoil.domain.item_selection import ProductEntry, ProductLists, names_of
from counterfoil.domain.rule_evaluation import compiled
from counterfoil.domain.rule_facts import Facts
from counterfoil.domain.rule_refusals import refusal_by_rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from counterfoil.domain.candidates import Candidate, Redeemable
    from counterfoil.domain.effects import Effect
    from counterfoil.domain.errors import Refusal
    from counterfoil.domain.line_facts import LineFact
    from counterfoil.domain.occasions import Occasion
    from counterfoil.domain.orders import Order
    from counterfoil.domain.outcomes import Applicable


@dataclass(frozen=True, slots=True)
class Judgement:
    """What its rules say of a candidate: why not, or what must hold when it is used."""

    refusal: Refusal | None = None
    guards: tuple[Guard, ...] = ()
    historic: bool = False


_FREE = Judgement()
# An entry without a name is no line's.
_NOTHING = ProductEntry()
_OF_CAMPAIGN = (Place.CAMPAIGN, Place.CUSTOMER_IN_CAMPAIGN)


class Turns:
    """What the redeemables of one call have added so far to what their campaigns count."""

    def __init__(self) -> None:
        self._added: dict[str, Share] = {}

    def before(self, candidate: Candidate) -> Mapping[Place, Share]:
        """What others of its campaign have added; nobody else has added to its own places."""
        known = self._added.get(candidate.campaign.id) if candidate.campaign else None
        return {} if known is None else dict.fromkeys(_OF_CAMPAIGN, known)

    def add(self, outcome: Applicable) -> None:
        """One more applies."""
        campaign = outcome.candidate.campaign
        if campaign is not None:
            known = self._added.get(campaign.id, NO_SHARE)
            self._added[campaign.id] = known.plus(outcome.share)


def facts_of(
    candidate: Candidate, order: Order, occasion: Occasion, before: Mapping[Place, Share]
) -> Facts:
    """What its rules look at as long as its effect is not known."""
    if not candidate.rules:
        return Facts(order, occasion)
    counts = {place: candidate.counts.get(candidate.place_of(place)) for place in Place}
    return Facts(
        order,
        occasion,
        share=Share(redemptions=1),
        counts={place: known for place, known in counts.items() if known is not None},
        before=before,
    )


def with_effect(facts: Facts, effect: Effect, after: Order) -> Facts:
    """The same with what its effect makes of the order, and adds to what is counted."""
    share = share_of(after.amount, effect.allocation.total, effect.credits)
    return replace(facts, total_after=after.total_amount, share=share)


def share_of(amount: int | None, discount: int, credits_: int) -> Share:
    """What one redemption adds: a use, its order's amount, what it took off, credits spent."""
    return Share(1, amount or 0, discount, credits_)


def reads_effect(candidate: Candidate, project: str) -> bool:
    """Whether one of its rules can be judged only with its effect."""
    return any(compiled(each.rules, project).reads_effect for each in candidate.rules)


def judge(candidate: Candidate, definition: Redeemable, facts: Facts) -> Judgement:
    """What its rules say by `facts`; the first one that is not met refuses it."""
    guards: tuple[Guard, ...] = ()
    historic = False
    for rule in candidate.rules:
        if not rule.rules:
            continue
        verdict = compiled(rule.rules, facts.occasion.project).judge(facts)
        if verdict.failing is not None:
            return Judgement(refusal_by_rules(definition, rule, verdict.failing, facts))
        guards += tuple(
            replace(each, place=candidate.place_of(each.place)) for each in verdict.guards
        )
        historic = historic or verdict.historic
    return Judgement(guards=guards, historic=historic) if guards or historic else _FREE


def products_of(candidate: Candidate, facts: Facts) -> ProductLists | None:
    """The products that its discount is limited to: those of its lists and those that rules mark.

    Marks are the older way to say what a discount applies to (domain.md §8.3). Where they find
    no line that names a product, a discount without a list of its own applies to none.
    """
    products = candidate.products
    for rule in candidate.rules:
        lines = compiled(rule.rules, facts.occasion.project).marked(facts) if rule.rules else None
        if lines is not None:
            known = products or ProductLists()
            included = (*known.included, *_entries(lines))
            products = known.model_copy(update={"included": included or (_NOTHING,)})
    return products


def _entries(lines: Iterable[LineFact]) -> Iterable[ProductEntry]:
    """One entry for each product or SKU of the marked lines, by a name that the lines have."""
    found: dict[ProductEntry, None] = {}
    for each in lines:
        skus, products = names_of(each.line)
        name = min(skus or products, default=None)
        if name is not None:
            found[ProductEntry(object="sku" if skus else "product", id=name)] = None
    return found
