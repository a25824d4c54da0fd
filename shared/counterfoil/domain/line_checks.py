"""One rule on lines made ready: which lines it matches, and the rules that they must meet.

Source: domain.md §8.3, §8.4. Rules within read either one line at a time or all matched lines
together. Of `any`, one and the same line must meet the logic; of the others, every one they match.
What is not known meets nothing, and nothing is met for the lack of it: neither that no line is so,
nor that one is the cheapest.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Final

from counterfoil.domain.line_filters import LineFilter, LineFilters, line_filters
from counterfoil.domain.logic import holds
from counterfoil.domain.metadata import attribute_in
from counterfoil.domain.rule_checks import ConditionTest, missing_code, passes
from counterfoil.domain.rule_operators import test_of
from counterfoil.domain.rule_values import equal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from counterfoil.domain.candidate_refusals import RefusalCode
    from counterfoil.domain.line_facts import LineFact
    from counterfoil.domain.rule_facts import Facts
    from counterfoil.domain.rule_sets import Rule
    from counterfoil.domain.rule_values import Value

_ANY: Final = "order.items.any"
_EXTREMES: Final = {"order.items.cheapest": -1, "order.items.most_expensive": 1}
_PRESENCE: Final = frozenset({"product.id", "sku.id"})
_METADATA: Final = "product.metadata"
_MARKS: Final = ".discount_applicable"
_OF_ALL: Final = "product.metadata.match_all"


@dataclass(frozen=True)
class Matched:
    """The lines that a rule matches, of how many there are."""

    lines: tuple[LineFact, ...]
    of: int

    @cached_property
    def quantity(self) -> int:
        """The units of all of them."""
        return sum(each.quantity for each in self.lines)

    @cached_property
    def amount(self) -> int | None:
        """What all of them come to; None while one is unknown."""
        known = [each.amount for each in self.lines if each.amount is not None]
        return sum(known) if len(known) == len(self.lines) else None


@dataclass(frozen=True, slots=True)
class InnerCheck:
    """A rule within: it reads one line, or all that were matched."""

    rule: Rule
    tests: tuple[ConditionTest, ...]

    def seen(self, line: LineFact, matched: Matched) -> Value | None:
        """What it looks at."""
        name = self.rule.name.name
        if name.endswith("metadata"):
            return attribute_in(line.line.metadata, self.rule.attribute or "")
        read = _INNER.get(name)
        return True if read is None else read(line, matched)

    @property
    def marks(self) -> bool:
        """Whether it asks for nothing, but says that a discount applies to what is matched."""
        wanted = (each for test in self.tests for each in test.wanted)
        told = self.rule.name.name.endswith(_MARKS)
        return told and all(equal(value=True, wanted=each) for each in wanted)

    @property
    def asks_nothing(self) -> bool:
        """Whether it is met by whatever there is: marks are, and `match_all` that is denied."""
        if self.rule.name.name != _OF_ALL:
            return self.rule.name.name.endswith(_MARKS)
        wanted = (each for test in self.tests for each in test.wanted)
        return not any(equal(value=True, wanted=each) for each in wanted)

    def holds(self, line: LineFact, matched: Matched, facts: Facts) -> bool:
        """Whether it is met."""
        if self.asks_nothing:
            return True
        return passes(self.tests, self.seen(line, matched), facts.occasion.now)


@dataclass(frozen=True, slots=True)
class LineCheck:
    """A rule on lines; `tests` are those of product metadata, which has no filter.

    `is_one` tells whether a line is one that the `filters` say, `collections` all that they name.
    """

    rule: Rule
    filters: LineFilters
    is_one: Callable[[LineFact], bool]
    collections: frozenset[str]
    within: Mapping[str, InnerCheck]
    tests: tuple[ConditionTest, ...] = ()

    def holds(self, facts: Facts) -> bool:
        """Whether the rule is met."""
        if self.collections and not self.collections <= facts.occasion.collections.keys():
            return False
        if not facts.lines:
            return self.rule.name.name == "order.items.none"
        if self.rule.name.name == _ANY and not self.within:
            return any(map(self.is_one, facts.lines))
        return self._holds_for(self.matched(facts), facts)

    def _holds_for(self, matched: Matched, facts: Facts) -> bool:
        name = self.rule.name.name
        if name == "order.items.none":
            return not any(self.could_meet(line, matched, facts) for line in matched.lines)
        if not self.suffices(matched, facts):
            return False
        meets = (self.meets(line, matched, facts) for line in matched.lines)
        if name == "order.items.every" or name in _EXTREMES:
            return all(meets)
        return not matched.lines or any(meets)

    def matched(self, facts: Facts) -> Matched:
        """The lines that it is about: of the cheapest and the dearest, those alone."""
        lines = facts.lines
        if self.rule.name.name == _METADATA:
            return Matched(
                tuple(each for each in lines if self._has_metadata(each, facts)), len(lines)
            )
        if self.rule.name.name not in _EXTREMES:
            return Matched(tuple(filter(self.is_one, lines)), len(lines))
        return Matched(tuple(self._extreme(lines)), len(lines))

    @property
    def has_marks(self) -> bool:
        """Whether it marks what a discount applies to (domain.md §8.3)."""
        return any(each.marks for each in self.within.values())

    def marked(self, facts: Facts) -> tuple[LineFact, ...]:
        """The lines that it marks."""
        return self.matched(facts).lines

    def code(self, facts: Facts) -> RefusalCode:
        """Whose refusal it is that the rule is not met."""
        return missing_code(self.rule, facts)

    def suffices(self, matched: Matched, facts: Facts) -> bool:
        """Whether the lines that are matched are those that must be."""
        name = self.rule.name.name
        if name in _EXTREMES:
            return bool(matched.lines) and all(map(self.is_one, matched.lines))
        if name == "order.items.every":
            return len(matched.lines) == len(facts.lines)
        if name in _PRESENCE and not self.filters.excluded.is_empty:
            found = self.filters.included.is_empty or bool(matched.lines)
            return found and not self._has_excluded(facts.lines)
        return bool(matched.lines)

    def _has_excluded(self, lines: Sequence[LineFact]) -> bool:
        """The older names deny that anything of it is in the cart."""
        excluded = self.filters.excluded
        return any(_matches(excluded, each) for each in lines)

    def meets(self, line: LineFact, matched: Matched, facts: Facts) -> bool:
        """Whether the rules within are met by one line."""
        checks = self.within
        if not checks:
            return True
        return holds(self.rule.within.logic, lambda key: checks[key].holds(line, matched, facts))

    def could_meet(self, line: LineFact, matched: Matched, facts: Facts) -> bool:
        """Whether the rules within are met, or could be by what is not known of the line."""

        def could(key: str) -> bool:
            check = self.within[key]
            unknown = not check.asks_nothing and check.seen(line, matched) is None
            return unknown or check.holds(line, matched, facts)

        return not self.within or holds(self.rule.within.logic, could)

    def _extreme(self, lines: Sequence[LineFact]) -> list[LineFact]:
        """Of the lines to look among; a price that is not known could be the extreme."""
        within = self.filters.within
        among = [each for each in lines if within.is_empty or _matches(within, each)]
        priced = [(price, each) for each in among if (price := each.price) is not None]
        if not priced or len(priced) < len(among):
            return []
        sign = _EXTREMES[self.rule.name.name]
        extreme = max(sign * price for price, _ in priced)
        return [each for price, each in priced if sign * price == extreme]

    def _has_metadata(self, line: LineFact, facts: Facts) -> bool:
        value = line.of_product(self.rule.attribute or "")
        return passes(self.tests, value, facts.occasion.now)


def line_check(rule: Rule, project: str) -> LineCheck:
    """The check of a rule on lines, or on the metadata of their products.

    `project` tells which ids its products have that are named by source_ids.
    """
    within = {each.key: InnerCheck(each, _tests(each)) for each in rule.within.rules}
    of_products = rule.name.name == _METADATA
    filters = LineFilters() if of_products else line_filters(rule.conditions, project)
    tests = _tests(rule) if of_products else ()
    return LineCheck(rule, filters, _chooser(filters), filters.collections, within, tests)


def _chooser(filters: LineFilters) -> Callable[[LineFact], bool]:
    """Whether a line is one that `filters` say, by those of them that say anything."""
    wanted = [each for each in (filters.included, filters.within) if not each.is_empty]
    excluded = filters.excluded
    if len(wanted) == 1 and excluded.is_empty:
        return partial(_matches, wanted[0])

    def is_one(line: LineFact) -> bool:
        is_excluded = not excluded.is_empty and _matches(excluded, line)
        return not is_excluded and all(_matches(each, line) for each in wanted)

    return is_one


def _matches(wanted: LineFilter, line: LineFact) -> bool:
    known = line.known
    return wanted.matches(known.skus, known.products, line.collections)


def _tests(rule: Rule) -> tuple[ConditionTest, ...]:
    return tuple(
        ConditionTest(each.operator, each.values, test_of(each.operator, each.values))
        for each in rule.conditions
    )


def _quantity_of_all(_: LineFact, matched: Matched) -> Value | None:
    return matched.quantity


def _amount_of_all(_: LineFact, matched: Matched) -> Value | None:
    return matched.amount


# The older names sum up what they match. What is not here marks what a discount applies to.
_INNER: Final[dict[str, Callable[[LineFact, Matched], Value | None]]] = {
    "order.items.quantity": lambda line, _: line.quantity,
    "order.items.aggregated_quantity": _quantity_of_all,
    "order.items.price": lambda line, _: line.price,
    "order.items.aggregated_amount": _amount_of_all,
    "product.price": lambda line, _: line.price,
    "product.quantity": _quantity_of_all,
    "sku.price": lambda line, _: line.price,
    "sku.quantity": _quantity_of_all,
    "product.metadata.aggregated_quantity": _quantity_of_all,
    "product.metadata.aggregated_amount": _amount_of_all,
    _OF_ALL: lambda _, matched: len(matched.lines) == matched.of,
}
