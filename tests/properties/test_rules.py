"""Whatever rules ask and whatever they find: what is told is what was decided, and it stands."""

from dataclasses import replace
from typing import Final

from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from counterfoil.domain.counts import NO_SHARE, Counts, Place
from counterfoil.domain.errors import InvalidValidationRules
from counterfoil.domain.orders import Order
from counterfoil.domain.rule_evaluation import Verdict, compiled
from counterfoil.domain.rule_facts import Facts
from counterfoil.domain.rule_names import TOP
from counterfoil.domain.rule_refusals import refusal_by_rules
from counterfoil.domain.rule_sets import read, rules_sent
from counterfoil.domain.rule_traces import traced
from tests.builders import (
    PROJECT,
    a_cart,
    a_rule_set,
    a_sent_rule,
    an_assigned_rule,
    an_entry,
    percent_off,
    sent_rules,
)
from tests.builders import facts as plain_facts
from tests.malformed_rules import Sent, malformed_rules
from tests.properties import strategies
from tests.properties.rules import facts, rule_sets

COUNTING: Final = tuple(name for name in TOP if TOP[name].counts is not None)


def judged(text: str, known: Facts) -> Verdict:
    return compiled(text, PROJECT).judge(known)


def alone(text: str, key: str) -> str:
    """The set of the one rule with this key."""
    document = read(text).document
    return rules_sent({key: document[key], "logic": key}).text


@given(rule_sets(), facts)
def test_what_is_traced_is_what_was_decided_rule_by_rule(text: str, known: Facts) -> None:
    trace = traced("val_1", text, known, PROJECT)

    assert trace.result == (judged(text, known).failing is None)
    assert trace.logic == str(read(text).logic)
    for rule in trace.rules:
        assert rule.result == (judged(alone(text, rule.key), known).failing is None)


@given(rule_sets(), facts)
def test_a_rule_on_values_that_is_met_has_met_all_of_its_operators(text: str, known: Facts) -> None:
    for rule in traced("val_1", text, known, PROJECT).rules:
        if rule.result and not rule.ignored and not TOP[rule.name].sub:
            assert rule.compared
            assert all(each.result for each in rule.compared)


@given(rule_sets(), facts)
def test_what_fails_is_the_first_rule_by_key_that_is_not_met(text: str, known: Facts) -> None:
    failing = judged(text, known).failing
    if failing is None:
        return

    unmet = [each.key for each in traced("val_1", text, known, PROJECT).rules if not each.result]

    assert failing.check.rule.key == unmet[0]
    assert failing.code == failing.check.rule.name.code or failing.code.startswith("missing_")


@given(rule_sets((*COUNTING, "order.items.none")), facts, st.data())
def test_a_verdict_stands_while_the_stored_numbers_keep_within_its_guards(
    text: str, known: Facts, drawn: st.DataObject
) -> None:
    known = replace(known, occasion=replace(known.occasion, counts=True))
    verdict = judged(text, known)
    if verdict.failing is not None:
        return
    moved: dict[Place, Counts] = {
        each: replace(
            standing,
            stored={measure: drawn.draw(st.integers(0, 30)) for measure in standing.stored},
        )
        for each, standing in known.counts.items()
    }
    for guard in sorted(verdict.guards, key=lambda each: each.most is None):
        standing = moved.get(guard.place, Counts())
        now = standing.stored.get(guard.measure, 0)
        seen = known.counted(guard.place).stored.get(guard.measure, 0)
        within = seen if guard.most is None else min(now, guard.most)
        stored = {**standing.stored, guard.measure: within}
        moved[guard.place] = replace(standing, stored=stored)

    assert judged(text, replace(known, counts=moved)).failing is None


@given(rule_sets(COUNTING), facts)
def test_what_was_read_is_itself_within_the_guards(text: str, known: Facts) -> None:
    for guard in judged(text, known).guards:
        seen = known.counted(guard.place).stored.get(guard.measure, 0)
        assert guard.most is None or seen <= guard.most


MINIMUMS: Final = (
    *("order.amount", "order.initial_amount", "order.items.price_any", "order.items.price_each"),
    *("order.items.any", "order.items.every"),
)


least: st.SearchStrategy[JsonValue] = st.dictionaries(
    st.sampled_from(["$more_than", "$more_than_or_equal"]), strategies.amounts, min_size=1
).map(lambda each: {**each})


@st.composite
def minimums(draw: st.DrawFn) -> str:
    """Rules that want at least so much, of the order or of its lines, under a logic."""
    found: list[JsonValue] = []
    for name in draw(st.lists(st.sampled_from(MINIMUMS), min_size=1, max_size=3)):
        if TOP[name].sub:
            sub = draw(st.sampled_from(["order.items.price", "order.items.aggregated_amount"]))
            found.append(a_sent_rule(name, {}, within=[a_sent_rule(sub, draw(least))]))
        else:
            found.append(a_sent_rule(name, draw(least)))
    logic = draw(st.sampled_from([" and ", " or "])).join(sent_rules(*found))
    return a_rule_set(*found, logic=logic)


def priced(prices: list[int], discount: int) -> Order:
    lines: list[JsonValue] = [{"price": price} for price in prices]
    return a_cart(*lines).holding(an_entry(1, discount))


@given(minimums(), st.lists(strategies.amounts, min_size=1, max_size=4), st.data())
def test_raising_what_is_paid_never_turns_a_met_minimum_into_a_refusal(
    text: str, prices: list[int], drawn: st.DataObject
) -> None:
    discount = drawn.draw(st.integers(0, sum(prices)))
    raised = [price + drawn.draw(st.integers(0, 50)) for price in prices]
    less = drawn.draw(st.integers(0, discount))

    before = judged(text, plain_facts(priced(prices, discount))).failing
    after = judged(text, plain_facts(priced(raised, less))).failing

    assert before is not None or after is None


@given(malformed_rules(), facts)
def test_what_was_read_is_judged_traced_and_told_whatever_it_is(
    document: Sent, known: Facts
) -> None:
    try:
        text = rules_sent(document).text
    except InvalidValidationRules:
        return
    rule = an_assigned_rule(text)
    failing = judged(text, known).failing
    trace = traced(rule.rule_id, text, known, PROJECT)

    assert trace.result == (failing is None)
    if failing is not None:
        refusal = refusal_by_rules(percent_off(10), rule, failing, known)
        assert refusal.code == failing.code
        assert refusal.details


@given(rule_sets(), facts)
def test_a_call_that_counts_nothing_is_refused_by_no_limit(text: str, known: Facts) -> None:
    offered = replace(known, occasion=replace(known.occasion, counts=False))
    fresh = replace(offered, counts={}, before={}, share=NO_SHARE)

    assert judged(text, offered) == judged(text, fresh)
    assert not judged(text, offered).guards
