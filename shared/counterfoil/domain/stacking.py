"""How redeemables of one call combine: the walk over the running order, and what stopped it.

Source: domain.md §5.2 to §5.6.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from counterfoil.domain.allocations import NOTHING, Allocation
from counterfoil.domain.basis import Basis
from counterfoil.domain.candidate_rules import Turns, facts_of
from counterfoil.domain.candidates import Candidate, refusal_of, unknown
from counterfoil.domain.errors import DuplicatedRedeemables
from counterfoil.domain.limits import SkipKey, Tally
from counterfoil.domain.outcomes import Applicable, Inapplicable, Outcome, Skipped
from counterfoil.domain.ranking import in_order, type_of
from counterfoil.domain.stacking_rules import DEFAULTS, StackingRules
from counterfoil.domain.turns import Turn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterfoil.domain.occasions import Occasion
    from counterfoil.domain.orders import Order
    from counterfoil.domain.redemption_payloads import RedeemablePayload


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Every redeemable's outcome in the order of application, and the order after all of them.

    With `explains` it is to be told how they came about.
    """

    outcomes: tuple[Outcome, ...]
    order: Order
    rules: StackingRules = DEFAULTS
    explains: bool = False

    @property
    def applicable(self) -> tuple[Applicable, ...]:
        """Those that apply."""
        return tuple(each for each in self.outcomes if isinstance(each, Applicable))

    @property
    def inapplicable(self) -> tuple[Inapplicable, ...]:
        """Those that do not."""
        return tuple(each for each in self.outcomes if isinstance(each, Inapplicable))

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        """Those that were not tried."""
        return tuple(each for each in self.outcomes if isinstance(each, Skipped))

    @property
    def valid(self) -> bool:
        """ALL: nothing is inapplicable; PARTIAL: something applies (domain.md §2.2, §12-N).

        A skipped redeemable does no harm.
        """
        if self.rules.redeemables_application_mode == "PARTIAL":
            return bool(self.applicable)
        return not self.inapplicable

    @property
    def applied(self) -> Allocation:
        """What all of them took together."""
        total = NOTHING
        for each in self.applicable:
            total = total.plus(each.allocation)
        return total


def require_distinct(redeemables: Sequence[RedeemablePayload]) -> None:
    """Raises DuplicatedRedeemables when one is named twice."""
    seen: set[tuple[str, str]] = set()
    for each in redeemables:
        if (each.object, each.id) in seen:
            raise DuplicatedRedeemables(each.id)
        seen.add((each.object, each.id))


def evaluate(
    candidates: Sequence[Candidate], order: Order, rules: StackingRules, occasion: Occasion
) -> Evaluation:
    """What each candidate does to `order`, one after the other, in the order of application.

    Mode ALL: the first that is inapplicable stops the walk and the rest is skipped. `order` is
    the order after all; each Applicable holds it as it was after its own turn.
    """
    ranked = in_order(candidates, rules)
    settled = _settled(ranked, order, rules, occasion)
    walk = _Walk(order, rules, occasion, stops=rules.redeemables_application_mode == "ALL")
    outcomes = tuple(walk.turn(each, settled.get(place)) for place, each in enumerate(ranked))
    return Evaluation(outcomes, walk.order, rules, occasion.explains)


def _settled(
    ranked: Sequence[Candidate], order: Order, rules: StackingRules, occasion: Occasion
) -> dict[int, Inapplicable | Skipped]:
    """What the exclusive among `ranked` decide before the walk, by place (domain.md §5.4.3).

    They are tried with the joint ones alone. If one applies, no common one does. If none does,
    none will: with common discounts on the order they would have to go for one another.
    """
    types = [type_of(each, rules) for each in ranked]
    if not {"EXCLUSIVE", None} <= set(types):
        return {}
    trial = _Walk(order, rules, occasion, stops=False)
    tried = {place: trial.turn(ranked[place], None) for place, of in enumerate(types) if of}
    exclusive = {place: tried[place] for place, of in enumerate(types) if of == "EXCLUSIVE"}
    if any(isinstance(each, Applicable) for each in exclusive.values()):
        common = (place for place, of in enumerate(types) if of is None)
        # What does not exist excludes nobody and is excluded by nobody: a code that was mistyped.
        known = (place for place in common if ranked[place].definition is not None)
        return {place: Skipped(ranked[place], SkipKey.EXCLUSION) for place in known}
    return {place: each for place, each in exclusive.items() if not isinstance(each, Applicable)}


class _Walk:
    """The running order, and what has applied to it so far."""

    def __init__(
        self, order: Order, rules: StackingRules, occasion: Occasion, *, stops: bool
    ) -> None:
        self.order = order
        self._rules = rules
        self._occasion = occasion
        self._stops = stops
        self._failed = False
        self._tally = Tally(rules)
        self._turns = Turns()

    def turn(self, candidate: Candidate, settled: Inapplicable | Skipped | None) -> Outcome:
        """What becomes of the next candidate; `settled` is known before it is tried."""
        outcome = self._outcome(candidate, settled)
        if isinstance(outcome, Applicable):
            self.order = outcome.order
            self._tally.add(candidate)
            self._turns.add(outcome)
        elif self._occasion.explains and outcome.before is None:
            outcome = replace(outcome, before=self.order)
        self._failed = self._failed or (self._stops and isinstance(outcome, Inapplicable))
        return outcome

    def _outcome(self, candidate: Candidate, settled: Inapplicable | Skipped | None) -> Outcome:
        if self._failed:
            return Skipped(candidate, SkipKey.PRECEDING)
        if isinstance(settled, Skipped):
            return settled
        exceeded = self._tally.exceeded_by(candidate)
        if exceeded is not None:
            return Skipped(candidate, exceeded)
        return settled or self._tried(candidate)

    def _tried(self, candidate: Candidate) -> Outcome:
        refusal = refusal_of(candidate, self._occasion.now)
        definition, counter = candidate.definition, candidate.counter
        if refusal is not None or definition is None or counter is None:
            return Inapplicable(candidate, refusal or unknown(candidate.object, candidate.id))
        category = candidate.category.id if candidate.category else None
        before = self._turns.before(candidate)
        turn = Turn(
            candidate,
            definition,
            counter,
            facts_of(candidate, self.order, self._occasion, before),
            self._basis(category),
            self._rules.skips_without_effect(category),
        )
        return turn.take()

    def _basis(self, category: str | None) -> Basis:
        """Lines that hold an item-level discount are closed to others where each takes one."""
        once = self._rules.redeemables_products_application_mode == "ONCE"
        return Basis(
            initial=self._rules.takes_initially(category),
            closed=frozenset(self.order.line_discounts if once else ()),
            collections=self._occasion.collection_lines(self.order),
        )
