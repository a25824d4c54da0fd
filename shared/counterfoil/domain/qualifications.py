"""Whether something that may be offered qualifies, and which come first (domain.md §2.4).

Each is tried alone on the order. Limits that are a matter of the moment of redemption (budgets,
uses per customer) are not looked at; dates, flags, quantities and what the order must be are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from counterfoil.domain import candidate_rules
from counterfoil.domain.allocations import NOTHING
from counterfoil.domain.candidates import refusal_of, unknown
from counterfoil.domain.outcomes import Applicable, Inapplicable
from counterfoil.domain.product_coverage import coverage_of
from counterfoil.domain.rule_traces import trace_of
from counterfoil.domain.stacking import evaluate
from counterfoil.domain.vouchers import Voucher

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from counterfoil.domain.candidates import Candidate
    from counterfoil.domain.occasions import Occasion
    from counterfoil.domain.orders import Order
    from counterfoil.domain.outcomes import Outcome
    from counterfoil.domain.promotions import PromotionStack
    from counterfoil.domain.qualification_payloads import Scenario, SortingRule
    from counterfoil.domain.stacking import Evaluation
    from counterfoil.domain.stacking_rules import StackingRules

_WALLET: Final = (
    "CUSTOMER_WALLET",
    "PRODUCTS_BY_CUSTOMER",
    "PRODUCTS_DISCOUNT_BY_CUSTOMER",
)
_STACK: Final = "promotion_stack"


@dataclass(frozen=True, slots=True)
class Offered:
    """Something that may be offered: one candidate, or the tiers of `stack` together."""

    created_at: str
    object: str
    id: str
    candidates: tuple[Candidate, ...]
    stack: PromotionStack | None = None


@dataclass(frozen=True, slots=True)
class Qualified:
    """It qualifies. `evaluation` is None where no order was looked at."""

    offered: Offered
    evaluation: Evaluation | None

    @property
    def deal(self) -> int:
        """What it takes off the order."""
        return 0 if self.evaluation is None else self.evaluation.applied.total


@dataclass(frozen=True, slots=True)
class Attempted:
    """An offer that was tried, with the outcomes of its candidates; None does not qualify."""

    offered: Offered
    outcomes: tuple[Outcome, ...]
    qualified: Qualified | None


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What offers are tried on: the order, by these rules."""

    order: Order
    rules: StackingRules
    scenario: Scenario = "ALL"


def asks_of_wallet(scenario: Scenario) -> bool:
    """Whether only what was published to the customer is asked for: nothing is yet."""
    return scenario in _WALLET


def is_of(scenario: Scenario, kind: str) -> bool:
    """Whether offers of this kind belong to `scenario`, which is none of a wallet."""
    return scenario != "PROMOTION_STACKS" or kind == _STACK


def attempted(offered: Offered, facts: Circumstances, occasion: Occasion) -> Attempted:
    """`offered` with what it would do, if it qualifies, and with what became of it if not.

    Of an audience only the rules about customers are asked.
    """
    if not offered.candidates:
        return Attempted(offered, (), None)
    if facts.scenario == "AUDIENCE_ONLY":
        asked = tuple(_asked(each, facts, occasion) for each in offered.candidates)
        closed = any(isinstance(each, Inapplicable) for each in asked)
        return Attempted(offered, asked, None if closed else Qualified(offered, None))
    evaluation = evaluate(offered.candidates, facts.order, facts.rules, occasion)
    applicable = evaluation.applicable
    if evaluation.inapplicable or not applicable or not _fits(evaluation, facts):
        return Attempted(offered, evaluation.outcomes, None)
    return Attempted(offered, evaluation.outcomes, Qualified(offered, evaluation))


def in_order(found: Sequence[Qualified], rule: SortingRule) -> list[Qualified]:
    """`found`, which are the newest first, by what they take off; ties stay as they are."""
    if rule == "DEFAULT":
        return list(found)
    return sorted(found, key=lambda each: each.deal, reverse=rule == "BEST_DEAL")


def facts_of(offered: Offered) -> Mapping[str, str | None]:
    """What filters may ask of an offer; nobody holds one, for nothing is published yet."""
    first = next(iter(offered.candidates), None)
    definition = None if first is None else first.definition
    campaign = None if first is None else first.campaign
    voucher = definition if isinstance(definition, Voucher) else None
    stack = offered.stack
    return {
        "category_id": stack.category_id if stack else None if first is None else first.category_id,
        "campaign_id": None if campaign is None else campaign.id,
        "campaign_type": None if campaign is None else campaign.campaign_type,
        "resource_id": offered.id,
        "resource_type": offered.object,
        "voucher_type": None if voucher is None else voucher.type,
        "code": None if voucher is None else voucher.code,
        "holder_role": None,
    }


def _asked(candidate: Candidate, facts: Circumstances, occasion: Occasion) -> Outcome:
    """What becomes of it by its rules about customers; what applies takes nothing."""
    definition, counter = candidate.definition, candidate.counter
    refusal = refusal_of(candidate, occasion.now)
    if refusal is not None or definition is None or counter is None:
        return Inapplicable(candidate, refusal or unknown(candidate.object, candidate.id))
    of_audience = replace(occasion, audience_only=True)
    seen = candidate_rules.facts_of(candidate, facts.order, of_audience, {})
    judged = candidate_rules.judge(candidate, definition, seen).refusal
    trace = trace_of(candidate, seen) if occasion.explains else None
    if judged is not None:
        return Inapplicable(candidate, judged, trace)
    order = facts.order
    return Applicable(candidate, definition, counter, NOTHING, order, order, trace=trace)


def _fits(evaluation: Evaluation, facts: Circumstances) -> bool:
    """Of the scenarios about products: those whose lists, or whose discounts, are of its lines."""
    match facts.scenario:
        case "PRODUCTS":
            return any(_covers(each) for each in evaluation.applicable)
        case "PRODUCTS_DISCOUNT":
            applied = evaluation.applied
            return bool(applied.lines or applied.units)
        case _:
            return True


def _covers(outcome: Applicable) -> bool:
    """Whether the lists of its rule have a line of the order."""
    found = coverage_of(
        outcome.candidate.products,
        outcome.before,
        outcome.basis.closed,
        outcome.basis.collections,
    )
    return any(each.lines for each in found.applicable)
