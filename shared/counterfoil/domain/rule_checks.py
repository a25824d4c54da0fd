"""One rule made ready: what it reads of the facts, and the tests that this must pass.

Source: domain.md §8.3. A check is made once of a rule that many requests go by.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from counterfoil.domain.candidate_refusals import RefusalCode
from counterfoil.domain.counts import Measure, Place
from counterfoil.domain.metadata import attribute_in
from counterfoil.domain.rule_names import Reads
from counterfoil.domain.rule_operators import test_of
from counterfoil.domain.segments import belongs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from pydantic import JsonValue

    from counterfoil.domain.rule_facts import Facts
    from counterfoil.domain.rule_operators import Test
    from counterfoil.domain.rule_sets import Rule
    from counterfoil.domain.rule_values import Value

    Read = Callable[[Facts], Value | None]
    ReadEach = Callable[[Facts], Iterable[Value | None]]

_OF_CUSTOMER: Final = frozenset({Place.CUSTOMER, Place.CUSTOMER_IN_CAMPAIGN})
_OF_EFFECT: Final = frozenset(
    {
        "order.total_amount",
        "campaign.orders.amount",
        "campaign.orders.amount_discounted",
        "redemption.gift.amount",
    }
)
_OF_AMOUNT: Final = frozenset(
    {"order.amount", "order.initial_amount", "order.total_amount", "campaign.orders.amount"}
)


@dataclass(frozen=True, slots=True)
class ConditionTest:
    """A condition and its test."""

    operator: str
    wanted: tuple[JsonValue, ...]
    test: Test


@dataclass(frozen=True, slots=True)
class ValueCheck:
    """A rule on one value, or on several of which `some` or all must pass."""

    rule: Rule
    tests: tuple[ConditionTest, ...]
    read: Read | None = None
    read_each: ReadEach | None = None
    some: bool = True

    def holds(self, facts: Facts) -> bool:
        """Whether the rule is met."""
        if self.read is not None:
            return self._passes(self.read(facts), facts)
        values = [] if self.read_each is None else [*self.read_each(facts)]
        passed = (self._passes(value, facts) for value in values)
        return any(passed) if self.some else bool(values) and all(passed)

    def seen(self, facts: Facts) -> Value | list[Value | None] | None:
        """What it looked at."""
        if self.read is not None:
            return self.read(facts)
        return None if self.read_each is None else [*self.read_each(facts)]

    def code(self, facts: Facts) -> RefusalCode:
        """Whose refusal it is that the rule is not met: the lack of a fact has its own."""
        if self.seen(facts) not in (None, []):
            return self.rule.name.code
        return missing_code(self.rule, facts)

    def _passes(self, value: Value | None, facts: Facts) -> bool:
        return passes(self.tests, value, facts.occasion.now)


def passes(tests: tuple[ConditionTest, ...], value: Value | None, now: datetime) -> bool:
    """Whether `value` is there and meets all of `tests`, of which there is nearly always one."""
    if value is None:
        return False
    if len(tests) == 1:
        return tests[0].test(value, now)
    return all(each.test(value, now) for each in tests)


def value_check(rule: Rule) -> ValueCheck:
    """The check of a rule that is not one on lines."""
    tests = tuple(
        ConditionTest(each.operator, each.values, test_of(each.operator, each.values))
        for each in rule.conditions
    )
    several = _SEVERAL.get(rule.name.name)
    if several is None:
        return ValueCheck(rule, tests, read=_reader(rule))
    make, quantity = several
    return ValueCheck(rule, tests, read_each=make(rule), some=quantity == "some")


def reads_effect(rule: Rule) -> bool:
    """Whether the rule can be judged only when the effect of its redeemable is known."""
    return rule.name.name in _OF_EFFECT


def missing_code(rule: Rule, facts: Facts) -> RefusalCode:
    """Which fact is not there for `rule` to be judged; its own key when all are."""
    name, order = rule.name, facts.order
    place = None if name.counts is None else name.counts[0]
    if name.name.startswith("customer.") or place in _OF_CUSTOMER:
        return RefusalCode.MISSING_CUSTOMER if facts.occasion.shopper is None else name.code
    of_amount = name.name in _OF_AMOUNT
    if name.code is not RefusalCode.ORDER_RULES_VIOLATED and not of_amount:
        return name.code
    if not facts.occasion.has_order:
        return RefusalCode.MISSING_ORDER
    if of_amount:
        return RefusalCode.MISSING_AMOUNT if order.total_amount is None else name.code
    of_lines = name.name.startswith(("order.items.", "product.", "sku."))
    return RefusalCode.MISSING_ORDER_ITEMS if of_lines and not order.items else name.code


def _reader(rule: Rule) -> Read:
    """What the rule reads."""
    if rule.name.reads is Reads.NUMBER:
        return _NUMBERS[rule.name.name]
    if rule.name.reads is Reads.TEXT:
        return lambda facts: facts.occasion.api_key or None
    make = _READERS.get(rule.name.reads)
    # Nothing is published to customers and nobody logs in: other rules are never met.
    return _nothing if make is None else make(rule)


def _nothing(_: Facts) -> Value | None:
    return None


def _metadata(rule: Rule) -> Read:
    attribute = rule.attribute or ""
    if rule.name.name == "order.metadata":
        return lambda facts: attribute_in(facts.order.metadata, attribute)
    if rule.name.name == "redemption.metadata":
        return lambda facts: attribute_in(facts.occasion.metadata, attribute)

    def of_customer(facts: Facts) -> Value | None:
        shopper = facts.occasion.shopper
        return None if shopper is None else attribute_in(shopper.customer.metadata, attribute)

    return of_customer


def _segments(rule: Rule) -> Read:
    wanted = {value for each in rule.conditions for value in each.values if isinstance(value, str)}

    def read(facts: Facts) -> Value | None:
        occasion, shopper = facts.occasion, facts.occasion.shopper
        if shopper is None:
            return None
        known = (occasion.segments[each] for each in sorted(wanted) if each in occasion.segments)
        now, week_start = occasion.now, occasion.week_start
        return [each.id for each in known if belongs(each, shopper, now, week_start)]

    return read


def _history(rule: Rule) -> Read:
    window, counts = rule.attribute, rule.name.name.endswith(".count")

    def read(facts: Facts) -> Value | None:
        shopper = facts.occasion.shopper
        if shopper is None:
            return None
        if window is None:
            summary = shopper.summary
            return summary.orders_count if counts else summary.orders_amount
        bought = shopper.windows.get(window)
        return None if bought is None else bought.count if counts else bought.amount

    return read


def _count(rule: Rule) -> Read:
    place, measure = rule.name.counts or (Place.INCENTIVE, None)

    def read(facts: Facts) -> Value | None:
        if measure is None or (place in _OF_CUSTOMER and facts.occasion.shopper is None):
            return None
        if measure is Measure.AMOUNT and facts.order.amount is None and facts.total_after is None:
            return None
        return facts.counted(place).of(measure) + facts.added(place).of(measure)

    return read


def _quantity(facts: Facts) -> Value | None:
    return sum(each.quantity for each in facts.lines) if facts.lines else None


def _prices(_: Rule) -> ReadEach:
    return lambda facts: (each.price for each in facts.lines)


def _line_metadata(rule: Rule) -> ReadEach:
    attribute = rule.attribute or ""
    return lambda facts: (attribute_in(each.line.metadata, attribute) for each in facts.lines)


_NUMBERS: Final[dict[str, Read]] = {
    "order.amount": lambda facts: facts.amount,
    "order.initial_amount": lambda facts: facts.order.initial_amount,
    "order.total_amount": lambda facts: facts.total_after,
    "order.items.count": _quantity,
}
_SEVERAL: Final[dict[str, tuple[Callable[[Rule], ReadEach], Literal["some", "all"]]]] = {
    "order.items.price_any": (_prices, "some"),
    "order.items.price_each": (_prices, "all"),
    "order.items.metadata_any": (_line_metadata, "some"),
    "order.items.metadata_each": (_line_metadata, "all"),
}
_READERS: Final[dict[Reads, Callable[[Rule], Read]]] = {
    Reads.METADATA: _metadata,
    Reads.SEGMENT: _segments,
    Reads.HISTORY: _history,
    Reads.COUNT: _count,
}
