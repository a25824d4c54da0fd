"""What rules tell of what they saw: the same that they decided by, and nothing unknown."""

from dataclasses import replace

import pytest
from pydantic import JsonValue

from counterfoil.domain.counts import Counts, Measure, Place
from counterfoil.domain.rule_evaluation import compiled
from counterfoil.domain.rule_facts import Facts
from counterfoil.domain.rule_traces import RuleTrace, SetTrace, traced
from tests.builders import a_line, a_rule_set, a_sent_rule, an_occasion, an_order, facts

MUG: JsonValue = {"object": "product", "id": "mug"}


def told(text: str, seen: Facts) -> SetTrace:
    """The trace of a set, which must say of it what its judge says."""
    trace = traced("val_1", text, seen, "demo")
    assert trace.result is (compiled(text, "demo").judge(seen).failing is None)
    return trace


def told_of(rule: JsonValue, seen: Facts) -> RuleTrace:
    (found,) = told(a_rule_set(rule), seen).rules
    return found


def a_cart(*lines: tuple[str, int, int]) -> Facts:
    """Lines of a product, an amount and a quantity."""
    items = [
        a_line(f"l{place}", amount, product_id=product, quantity=quantity)
        for place, (product, amount, quantity) in enumerate(lines)
    ]
    return facts(an_order(amount=sum(amount for _, amount, _ in lines), items=items))


def compared(trace: RuleTrace) -> list[tuple[str, bool]]:
    return [(each.operator, each.result) for each in trace.compared]


def test_every_operator_tells_its_own_result() -> None:
    rule = a_sent_rule("order.amount", {"$more_than": [5], "$less_than": [10]})

    trace = told_of(rule, facts(an_order(amount=12)))

    assert (trace.seen, trace.result) == (12, False)
    assert compared(trace) == [("$more_than", True), ("$less_than", False)]


def test_rules_that_logic_does_not_name_are_not_told() -> None:
    text = a_rule_set(
        a_sent_rule("order.amount", {"$is": [1]}),
        a_sent_rule("order.amount", {"$is": [2]}),
        logic="2",
    )

    trace = told(text, facts(an_order(amount=2)))

    assert ([each.key for each in trace.rules], trace.logic) == (["2"], "2")


def test_a_price_that_is_no_whole_number_is_told_as_a_fraction() -> None:
    trace = told_of(
        a_sent_rule("order.items.price_any", {"$more_than": [30]}), a_cart(("mug", 100, 3))
    )

    assert (trace.seen, trace.result) == (["100/3"], True)


def passed(trace: RuleTrace) -> list[tuple[bool, ...] | None]:
    return [each.passed for each in trace.compared]


@pytest.mark.parametrize(
    ("prices", "results", "of_values"),
    [
        ((20, 70), [True, False], [(False, True), (True, False)]),
        ((70, 50), [True, True], [(True, True), (False, True)]),
        ((20, 10), [False, False], [(False, False), (True, True)]),
    ],
)
def test_where_one_value_suffices_it_must_pass_every_operator(
    prices: tuple[int, int], results: list[bool], of_values: list[tuple[bool, ...]]
) -> None:
    rule = a_sent_rule("order.items.price_any", {"$more_than": [30], "$less_than": [60]})

    trace = told_of(rule, a_cart(*(("mug", price, 1) for price in prices)))

    assert (trace.seen, trace.result) == ([*prices], all(results))
    assert [each.result for each in trace.compared] == results
    assert passed(trace) == of_values


def test_where_all_values_must_pass_every_operator_tells_whether_they_do() -> None:
    rule = a_sent_rule("order.items.price_each", {"$more_than": [10], "$less_than": [60]})

    trace = told_of(rule, a_cart(("mug", 20, 1), ("tea", 70, 1)))

    assert compared(trace) == [("$more_than", True), ("$less_than", False)]
    assert passed(trace) == [(True, True), (True, False)]


def test_one_product_must_pass_all_operators_on_its_metadata() -> None:
    rule = a_sent_rule("product.metadata", {"$more_than": [10], "$less_than": [20]}, "size")
    items = [
        a_line(f"l{place}", 100, product={"metadata": {"size": size}})
        for place, size in enumerate((5, 25))
    ]

    trace = told_of(rule, facts(an_order(items=items)))

    assert (trace.seen, trace.result) == ([5, 25], False)
    assert compared(trace) == [("$more_than", True), ("$less_than", False)]
    assert passed(trace) == [(False, True), (True, False)]


@pytest.mark.parametrize(
    ("conditions", "result", "of_lines"),
    [
        ({"$is": ["mug", "tea"], "$is_not": ["tea"]}, True, [(True, True), (True, False)]),
        ({"$is": ["tea"], "$is_not": ["tea"]}, False, [(False, True), (True, False)]),
        ({"$is": [], "$is_not": ["tea"]}, True, [(True, True), (True, False)]),
        ({"$in": ["mug"], "$from": ["pc_1"]}, False, [(True, False), (False, False)]),
    ],
)
def test_operators_that_choose_lines_do_so_together_and_each_tells_which_it_would(
    conditions: dict[str, JsonValue], result: object, of_lines: list[tuple[bool, ...]]
) -> None:
    trace = told_of(
        a_sent_rule("order.items.any", conditions), a_cart(("mug", 500, 1), ("tea", 100, 1))
    )

    assert [trace.result, *(each.result for each in trace.compared)] == [result] * 3
    by_line = [*zip(*(each or () for each in passed(trace)), strict=True)]
    assert by_line == of_lines


@pytest.mark.parametrize(
    ("name", "seen", "chosen", "result"),
    [
        ("order.items.any", [0], True, True),
        ("order.items.every", [0], False, False),
        ("order.items.none", [0], True, False),
        ("order.items.cheapest", [1], False, False),
        ("order.items.most_expensive", [0], True, True),
    ],
)
def test_a_rule_on_lines_tells_which_it_chose_and_whether_they_were_the_right_ones(
    name: str, seen: list[int], *, chosen: bool, result: bool
) -> None:
    trace = told_of(a_sent_rule(name, {"$is": [MUG]}), a_cart(("mug", 500, 1), ("tea", 100, 1)))

    assert (trace.seen, trace.result) == (seen, result)
    assert compared(trace) == [("$is", chosen)]


@pytest.mark.parametrize("name", ["order.items.any", "order.items.every", "order.items.none"])
def test_a_collection_that_is_gone_chooses_what_the_rule_does_not_want(name: str) -> None:
    trace = told_of(a_sent_rule(name, {"$is_not": ["pc_gone"]}), a_cart(("mug", 500, 1)))

    assert (trace.seen, trace.result) == ([0], False)
    assert compared(trace) == [("$is_not", name.endswith("none"))]


@pytest.mark.parametrize("name", ["order.items.any", "order.items.every", "order.items.cheapest"])
def test_without_lines_there_is_none_to_choose(name: str) -> None:
    trace = told_of(a_sent_rule(name, {"$is": [MUG]}), facts())

    assert (trace.seen, trace.result, trace.lines) == ([], False, ())
    assert compared(trace) == [("$is", False)]


def test_a_count_tells_what_there_would_be_with_this_redemption() -> None:
    rule = a_sent_rule("campaign.redemptions.count", {"$less_than_or_equal": [3]})
    known = {Place.CAMPAIGN: Counts(stored={Measure.REDEMPTIONS: 3})}

    trace = told_of(rule, facts(counts=known))

    assert (trace.seen, trace.result) == (4, False)


@pytest.mark.parametrize(
    "rule",
    [
        a_sent_rule("order.amount", {"$more_than": [99_999]}),
        a_sent_rule("order.items.any", {"$is": [MUG]}),
        a_sent_rule("campaign.redemptions.count", {"$less_than": [1]}),
    ],
)
def test_of_an_ignored_rule_nothing_is_told_that_it_did_not_look_at(rule: JsonValue) -> None:
    audience = replace(an_occasion(), audience_only=True)

    trace = told_of(rule, facts(occasion=audience))

    assert (trace.ignored, trace.result) == (True, True)
    assert (trace.seen, trace.compared) == (None, ())
