"""The turn of one redeemable in a call: its state, its rules, its effect (domain.md §8.7)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from counterfoil.domain.candidate_rules import judge, products_of, reads_effect, with_effect
from counterfoil.domain.effects import effect_of
from counterfoil.domain.errors import Refusal
from counterfoil.domain.limits import SkipKey
from counterfoil.domain.outcomes import Applicable, Inapplicable, Outcome, Skipped
from counterfoil.domain.rule_traces import trace_of

if TYPE_CHECKING:
    from counterfoil.domain.basis import Basis
    from counterfoil.domain.candidates import Candidate, Redeemable
    from counterfoil.domain.counters import Counter
    from counterfoil.domain.effects import Effect
    from counterfoil.domain.rule_facts import Facts


@dataclass(frozen=True, slots=True)
class Turn:
    """A candidate that may be used, as far as that does not depend on the order.

    `facts` are what its rules look at, and the order as it stands among them.
    """

    candidate: Candidate
    definition: Redeemable
    counter: Counter
    facts: Facts
    basis: Basis
    skips_without_effect: bool

    def take(self) -> Outcome:
        """Rules first, then the effect; a rule that reads the effect is judged by it."""
        candidate, facts = self.candidate, self.facts
        if not any(each.rules for each in candidate.rules):
            return self.applied(self.effect())
        marked = replace(
            self, candidate=replace(candidate, limited_to=products_of(candidate, facts))
        )
        early = not reads_effect(candidate, facts.occasion.project)
        effect = None if early else marked.effect()
        if effect is not None and not isinstance(effect, Refusal):
            facts = with_effect(facts, effect, facts.order.trying(effect.allocation))
        if isinstance(effect, Refusal):
            return Inapplicable(candidate, effect)
        judgement = judge(candidate, self.definition, facts)
        trace = trace_of(candidate, facts) if facts.occasion.explains else None
        if judgement.refusal is not None:
            return Inapplicable(candidate, judgement.refusal, trace)
        outcome = marked.applied(effect or marked.effect())
        if not isinstance(outcome, Applicable):
            return replace(outcome, candidate=candidate, trace=trace)
        guards, historic = judgement.guards, judgement.historic
        return replace(outcome, guards=guards, historic=historic, trace=trace)

    def effect(self) -> Effect | Refusal:
        """What it would do to the order."""
        return effect_of(self.candidate, self.facts.order, self.basis)

    def applied(self, effect: Effect | Refusal) -> Outcome:
        """The outcome when no rule is in the way."""
        if isinstance(effect, Refusal):
            return Inapplicable(self.candidate, effect)
        if effect.is_none and self.skips_without_effect:
            return Skipped(self.candidate, SkipKey.NO_EFFECT)
        before = self.facts.order
        return Applicable(
            self.candidate,
            self.definition,
            self.counter,
            effect.allocation,
            before,
            before.trying(effect.allocation),
            effect.credits,
            self.basis,
        )
