"""Whether a set of rules is met, and what must still hold when that is acted upon.

Source: domain.md §8.5, §8.7; protocol.md §5, §6. As logic has no `not`, a decision stands as long
as the counting rules that were met still are: each of them leaves a guard. So no limit is passed
by redemptions that were decided at the same time, whatever the logic is.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import ceil, floor
from typing import TYPE_CHECKING, Final

from counterfoil.domain.counts import Guard, Place
from counterfoil.domain.line_checks import LineCheck, line_check
from counterfoil.domain.logic import holds, keys_in
from counterfoil.domain.rule_checks import ValueCheck, reads_effect, value_check
from counterfoil.domain.rule_names import Reads
from counterfoil.domain.rule_sets import read
from counterfoil.domain.rule_values import number_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from counterfoil.domain.candidate_refusals import RefusalCode
    from counterfoil.domain.line_facts import LineFact
    from counterfoil.domain.logic import Logic
    from counterfoil.domain.rule_facts import Facts
    from counterfoil.domain.rule_sets import Rule

    Check = ValueCheck | LineCheck

_HISTORIC: Final = frozenset({Reads.HISTORY, Reads.SEGMENT})


@dataclass(frozen=True, slots=True)
class Needs:
    """What must be loaded before a set can be judged."""

    windows: frozenset[str] = frozenset()
    history: bool = False
    segments: frozenset[str] = frozenset()
    collections: frozenset[str] = frozenset()
    products: bool = False
    places: frozenset[Place] = frozenset()
    customer: bool = False

    def __bool__(self) -> bool:
        return self != NO_NEEDS

    def plus(self, other: Needs) -> Needs:
        """All of both."""
        if other is NO_NEEDS:
            return self
        return Needs(
            self.windows | other.windows,
            self.history or other.history,
            self.segments | other.segments,
            self.collections | other.collections,
            self.products or other.products,
            self.places | other.places,
            self.customer or other.customer,
        )


NO_NEEDS: Final = Needs()


@dataclass(frozen=True, slots=True)
class Failing:
    """The first rule in the order of keys that is not met, and the contract's key for that."""

    check: Check
    code: RefusalCode


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a set: why it is not met, or what must hold for it to stay met.

    `historic` tells that the purchase history must not have moved.
    """

    failing: Failing | None = None
    guards: tuple[Guard, ...] = ()
    historic: bool = False


@dataclass(frozen=True, slots=True)
class Compiled:
    """A set of rules made ready. Rules that `logic` does not name are as good as not there."""

    checks: Mapping[str, Check]
    logic: Logic
    needs: Needs
    reads_effect: bool
    marks: tuple[LineCheck, ...]

    def judge(self, facts: Facts) -> Verdict:
        """What becomes of it."""
        met: dict[str, bool] = {}
        all_asked = facts.occasion.counts and not facts.occasion.audience_only

        def is_met(key: str) -> bool:
            known = met.get(key)
            if known is None:
                check = self.checks[key]
                ignored = not all_asked and is_ignored(check.rule, facts)
                known = met[key] = ignored or check.holds(facts)
            return known

        if not holds(self.logic, is_met):
            failing = next(check for key, check in self.checks.items() if not is_met(key))
            return Verdict(Failing(failing, failing.code(facts)))
        if not self.needs.places and not self.needs.history:
            return _MET
        passed = [self.checks[key] for key, known in met.items() if known]
        guards = tuple(
            guard
            for check in passed
            if facts.occasion.counts and (guard := _guard(check, facts)) is not None
        )
        historic = any(check.rule.name.reads in _HISTORIC for check in passed)
        return Verdict(guards=guards, historic=historic)

    def marked(self, facts: Facts) -> tuple[LineFact, ...] | None:
        """The lines that its rules mark as what a discount applies to; None when none do that."""
        if not self.marks:
            return None
        found = {line.place: line for check in self.marks for line in check.marked(facts)}
        return tuple(found[place] for place in sorted(found))


_MET: Final = Verdict()


@lru_cache(maxsize=256)
def compiled(text: str, project: str = "") -> Compiled:
    """The set that `RuleSet.text` wrote, made ready once for many requests of `project`."""
    rules = read(text)
    named = set(keys_in(rules.logic))
    live = [each for each in rules.rules if each.key in named]
    checks = {each.key: _check(each, project) for each in live}
    lines = [each for each in checks.values() if isinstance(each, LineCheck)]
    return Compiled(
        checks=checks,
        logic=rules.logic,
        needs=_needs(live, lines),
        reads_effect=any(reads_effect(each) for each in live),
        marks=tuple(each for each in lines if each.has_marks),
    )


@lru_cache(maxsize=256)
def collections_in(text: str) -> frozenset[str]:
    """The collections of products that the set names, in rules that `logic` leaves out too."""
    checks = (_check(each, "") for each in read(text).rules)
    found = (each.filters.collections for each in checks if isinstance(each, LineCheck))
    return frozenset().union(*found)


def _check(rule: Rule, project: str) -> Check:
    on_lines = rule.name.reads is Reads.LINES or rule.name.name == "product.metadata"
    return line_check(rule, project) if on_lines else value_check(rule)


def is_ignored(rule: Rule, facts: Facts) -> bool:
    """Whether the rule is none of this call's: limits are a matter of the moment of redemption."""
    if rule.name.counts is not None and not facts.occasion.counts:
        return True
    return facts.occasion.audience_only and not rule.name.name.startswith("customer.")


def _needs(rules: list[Rule], lines: list[LineCheck]) -> Needs:
    history = [each for each in rules if each.name.reads in _HISTORIC]
    segments = [each for each in rules if each.name.reads is Reads.SEGMENT]
    return Needs(
        windows=frozenset(
            each.attribute for each in history if each.name.window and each.attribute
        ),
        history=bool(history),
        segments=frozenset(
            value
            for each in segments
            for condition in each.conditions
            for value in condition.values
            if isinstance(value, str)
        ),
        collections=frozenset(name for each in lines for name in each.filters.collections),
        products=any(
            each.filters.collections or each.rule.name.name == "product.metadata" for each in lines
        ),
        places=frozenset(each.name.counts[0] for each in rules if each.name.counts is not None),
        customer=any(each.name.name.startswith("customer.") for each in rules),
    )


def _guard(check: Check, facts: Facts) -> Guard | None:
    """What keeps a counting rule met: its number may grow up to a bound, or not move at all."""
    if check.rule.name.counts is None:
        return None
    place, measure = check.rule.name.counts
    known = facts.counted(place)
    beside = known.of(measure) - known.stored.get(measure, 0) + facts.added(place).of(measure)
    bounds = [_bound(each.operator, each.values[0]) for each in check.rule.conditions]
    known_bounds = [each for each in bounds if each is not None]
    if len(known_bounds) < len(bounds):
        return Guard(place, measure, None)
    return Guard(place, measure, min(known_bounds) - beside)


def _bound(operator: str, wanted: object) -> int | None:
    """The greatest whole number that meets an upper bound; None for any other operator."""
    number = number_of(wanted) if isinstance(wanted, int | float | str) else None
    if number is None or operator not in ("$less_than", "$less_than_or_equal"):
        return None
    limit = Fraction(number)
    return floor(limit) if operator == "$less_than_or_equal" else ceil(limit) - 1
