"""What the rules of a redeemable saw, down to the last comparison: the answer to "why not?".

It is worked out of the very checks that decide, and only where it is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from counterfoil.domain.logic import holds
from counterfoil.domain.rule_checks import ValueCheck
from counterfoil.domain.rule_evaluation import compiled, is_ignored
from counterfoil.domain.rule_operators import FROM

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from pydantic import JsonValue

    from counterfoil.domain.candidates import Candidate
    from counterfoil.domain.line_checks import InnerCheck, LineCheck, Matched
    from counterfoil.domain.line_facts import LineFact
    from counterfoil.domain.line_filters import LineFilters
    from counterfoil.domain.rule_checks import ConditionTest
    from counterfoil.domain.rule_evaluation import Check
    from counterfoil.domain.rule_facts import Facts
    from counterfoil.domain.rule_sets import Rule
    from counterfoil.domain.rule_values import Value


@dataclass(frozen=True, slots=True)
class Compared:
    """One operator: what it wanted, and whether that was so.

    Where it was asked of every line of the order, `passed` tells of each in turn what it made of
    it by itself. One value must pass all operators, so where some value suffices, `result` is
    whether one passed this operator and all before it; those that choose lines have theirs
    together.
    """

    operator: str
    wanted: tuple[JsonValue, ...]
    result: bool
    passed: tuple[bool, ...] | None = None


@dataclass(frozen=True, slots=True)
class RuleTrace:
    """One rule: what it saw and made of that; of lines, their places in the order from 0.

    `lines` are those that it matched, with its rules within; of many, those that decided come
    first, and `lines_left_out` are not told.
    """

    key: str
    name: str
    attribute: str | None
    seen: JsonValue
    compared: tuple[Compared, ...]
    result: bool
    ignored: bool = False
    lines: tuple[LineTrace, ...] = ()
    lines_left_out: int = 0


@dataclass(frozen=True, slots=True)
class LineTrace:
    """The rules within on the line at `place`, and what their logic made of them."""

    place: int
    rules: tuple[RuleTrace, ...]
    logic: str
    result: bool


@dataclass(frozen=True, slots=True)
class SetTrace:
    """A validation rule: its rules, and what its logic made of them."""

    rule_id: str
    rules: tuple[RuleTrace, ...]
    logic: str
    result: bool


Trace = tuple[SetTrace, ...]

# An order has 500 lines and a set 100 rules, and a call has 30 of either.
LINES_TOLD: Final = 20


def trace_of(candidate: Candidate, facts: Facts) -> Trace:
    """What all validation rules that bind `candidate` saw."""
    project = facts.occasion.project
    return tuple(
        traced(each.rule_id, each.rules, facts, project) for each in candidate.rules if each.rules
    )


def traced(rule_id: str, text: str, facts: Facts, project: str) -> SetTrace:
    """What the set that `text` stands for sees in `facts`, every one of its rules."""
    ready = compiled(text, project)
    rules = tuple(_rule(check, facts) for check in ready.checks.values())
    met = {each.key: each.result for each in rules}
    return SetTrace(rule_id, rules, str(ready.logic), holds(ready.logic, met.__getitem__))


def _rule(check: Check, facts: Facts) -> RuleTrace:
    """What an ignored rule looks at need not be known, so it is not told."""
    rule = check.rule
    if is_ignored(rule, facts):
        return RuleTrace(
            rule.key, rule.name.name, rule.attribute, None, (), result=True, ignored=True
        )
    return _value_rule(check, facts) if isinstance(check, ValueCheck) else _line_rule(check, facts)


def _value_rule(check: ValueCheck, facts: Facts) -> RuleTrace:
    return RuleTrace(
        check.rule.key,
        check.rule.name.name,
        check.rule.attribute,
        _told(check.seen(facts)),
        tuple(_compared(check, facts)),
        check.holds(facts),
    )


def _compared(check: ValueCheck, facts: Facts) -> Iterator[Compared]:
    """Each operator, over one value or several."""
    now = facts.occasion.now
    if check.read_each is not None:
        yield from _compared_each(check.tests, [*check.read_each(facts)], now, some=check.some)
        return
    value = None if check.read is None else check.read(facts)
    for each in check.tests:
        yield Compared(each.operator, each.wanted, value is not None and each.test(value, now))


def _compared_each(
    tests: Sequence[ConditionTest], values: Sequence[Value | None], now: datetime, *, some: bool
) -> Iterator[Compared]:
    """Each operator over the values of all lines, of which `some` or all must pass."""
    left = [True] * len(values)
    for each in tests:
        passed = tuple(value is not None and each.test(value, now) for value in values)
        left = [before and this for before, this in zip(left, passed, strict=True)]
        result = any(left) if some else bool(passed) and all(passed)
        yield Compared(each.operator, each.wanted, result, passed)


def _line_rule(check: LineCheck, facts: Facts) -> RuleTrace:
    matched, result = check.matched(facts), check.holds(facts)
    places: list[JsonValue] = [line.place for line in matched.lines]
    told = _decisive(check, matched, facts, result=result) if check.within else []
    return RuleTrace(
        check.rule.key,
        check.rule.name.name,
        check.rule.attribute,
        _of_products(check, facts) if check.tests else places,
        tuple(_compared_lines(check, matched, facts)),
        result,
        lines=tuple(_line(check, each, matched, facts) for each in told),
        lines_left_out=len(matched.lines) - len(told) if check.within else 0,
    )


def _of_products(check: LineCheck, facts: Facts) -> list[JsonValue]:
    """What the product of each line has."""
    return [each.of_product(check.rule.attribute or "") for each in facts.lines]


def _compared_lines(check: LineCheck, matched: Matched, facts: Facts) -> Iterator[Compared]:
    """Each operator; those that choose lines do so together, and of `none` there may be any.

    What a collection that is gone would choose is not known, and never what the rule wants.
    """
    if check.tests:
        values = _of_products(check, facts)
        yield from _compared_each(check.tests, values, facts.occasion.now, some=True)
        return
    none = check.rule.name.name == "order.items.none"
    some = bool(matched.lines) if none else bool(facts.lines) and check.suffices(matched, facts)
    if not check.filters.collections <= facts.occasion.collections.keys():
        some = none
    for condition in check.rule.conditions:
        passed = tuple(_chooses(condition.operator, check.filters, each) for each in facts.lines)
        yield Compared(condition.operator, condition.values, some, passed)


def _chooses(operator: str, filters: LineFilters, line: LineFact) -> bool:
    """Whether one operator by itself lets the line be matched."""
    wanted = {"$is_not": filters.excluded, FROM: filters.within}.get(operator, filters.included)
    if wanted.is_empty:
        return True
    matches = wanted.matches(line.known.skus, line.known.products, line.collections)
    return matches is not (operator == "$is_not")


def _decisive(
    check: LineCheck, matched: Matched, facts: Facts, *, result: bool
) -> Sequence[LineFact]:
    """Up to `LINES_TOLD` lines in their order, before all others those that made the result."""
    if len(matched.lines) <= LINES_TOLD:
        return matched.lines
    none = check.rule.name.name == "order.items.none"
    meets, wanted = check.could_meet if none else check.meets, result != none
    ranked = sorted(matched.lines, key=lambda line: meets(line, matched, facts) is not wanted)
    return sorted(ranked[:LINES_TOLD], key=lambda line: line.place)


def _line(check: LineCheck, line: LineFact, matched: Matched, facts: Facts) -> LineTrace:
    return LineTrace(
        line.place,
        tuple(_inner(each, line, matched, facts) for each in check.within.values()),
        str(check.rule.within.logic),
        check.meets(line, matched, facts),
    )


def _inner(inner: InnerCheck, line: LineFact, matched: Matched, facts: Facts) -> RuleTrace:
    rule: Rule = inner.rule
    seen, now = inner.seen(line, matched), facts.occasion.now
    return RuleTrace(
        rule.key,
        rule.name.name,
        rule.attribute,
        _told(seen),
        tuple(
            Compared(each.operator, each.wanted, seen is not None and each.test(seen, now))
            for each in inner.tests
        ),
        inner.holds(line, matched, facts),
    )


def _told(value: Value | list[Value | None] | None) -> JsonValue:
    """A price that is no whole number of minor units is told as a fraction."""
    if isinstance(value, list):
        return [_told(each) for each in value]
    if isinstance(value, Fraction):
        return value.numerator if value.denominator == 1 else str(value)
    return value
