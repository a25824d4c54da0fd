"""The vectors of domain.md §4.8 through the domain, by their number."""

import pytest

from counterfoil.domain.allocations import AddedUnits
from counterfoil.domain.assigned_rules import AssignedRule
from counterfoil.domain.candidates import Candidate
from counterfoil.domain.item_selection import ProductEntry, ProductLists, select
from counterfoil.domain.order_lines import OrderLine
from counterfoil.domain.orders import Order, draft
from counterfoil.domain.outcomes import Applicable, Inapplicable, Outcome
from counterfoil.domain.rule_sets import rules_sent
from counterfoil.domain.stacking import evaluate
from counterfoil.domain.stacking_rules import StackingRules
from counterfoil.domain.vouchers import Voucher
from tests.builders import (
    ORDER_ID,
    a_candidate,
    a_card_candidate,
    a_gift_card,
    a_payload,
    a_rule,
    a_voucher,
    amount_off,
    an_assigned_rule,
    an_entry,
    an_occasion,
    an_order,
    percent_off,
    redeemed,
    request_ids,
    rolled_back,
)
from tests.vectors import (
    GIFT,
    RULE_VECTORS,
    UNIT_VECTORS,
    VECTORS,
    RuleVector,
    Totals,
    UnitLine,
    UnitVector,
    Vector,
)


def candidate(code: str, content: dict[str, object], rule: AssignedRule | None) -> Candidate:
    if content["type"] == GIFT:
        card = a_gift_card(code, str(content["effect"]), rule=rule)
        return a_card_candidate(card, int(str(content["amount"])))
    return a_candidate(a_voucher(code, content, rule=rule))


def totals(order: Order) -> Totals:
    return Totals(
        order.discount_amount,
        order.items_discount_amount,
        order.total_amount or 0,
        order.amount or 0,
    )


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: str(vector.number))
def test_a_vector_comes_out_as_written(vector: Vector) -> None:
    order = draft(a_payload(**vector.order), ORDER_ID, request_ids(), (None, None))
    candidates = [
        candidate(f"V{place}", discount, a_rule(vector.products))
        for place, discount in enumerate(vector.discounts)
    ]

    evaluation = evaluate(candidates, order, StackingRules(), an_occasion())

    assert [totals(each.order) for each in evaluation.applicable] == vector.after
    taken = evaluation.order.line_discounts
    assert [taken.get(each.id, 0) for each in evaluation.order.items] == vector.lines


@pytest.mark.parametrize("vector", UNIT_VECTORS, ids=lambda vector: str(vector.number))
def test_a_vector_of_free_units_comes_out_as_written(vector: UnitVector) -> None:
    order = draft(a_payload(**vector.order), ORDER_ID, request_ids(), (None, None))
    voucher = a_voucher("FREE", dict(vector.discount))

    (applied,) = evaluate(
        [a_candidate(voucher, units=vector.catalogue)], order, StackingRules(), an_occasion()
    ).applicable

    after = applied.order
    assert [shown(after, line) for line in after.items] == vector.lines
    assert (
        after.amount,
        after.initial_amount,
        after.items_discount_amount,
        after.total_amount,
    ) == vector.amounts


def shown(order: Order, line: OrderLine) -> UnitLine:
    units = order.line_units.get(line.id, AddedUnits())
    return UnitLine(
        line.quantity or 0,
        line.initial_quantity or 0,
        units.discounted,
        None if line.amount is None else line.amount - units.amount,
        line.amount,
        order.line_discounts.get(line.id, 0),
    )


def outcome_of(outcome: Outcome) -> Totals | str:
    """What a vector of rules tells of one redeemable."""
    if isinstance(outcome, Inapplicable):
        return outcome.refusal.code.value
    assert isinstance(outcome, Applicable)
    return totals(outcome.order)


@pytest.mark.parametrize("vector", RULE_VECTORS, ids=lambda vector: str(vector.number))
def test_a_vector_of_rules_comes_out_as_written(vector: RuleVector) -> None:
    order = draft(a_payload(**vector.order), ORDER_ID, request_ids(), (None, None))
    candidates = [
        candidate(f"V{place}", discount, an_assigned_rule(rules_sent(rules).text))
        for place, (discount, rules) in enumerate(vector.redeemables)
    ]

    evaluation = evaluate(candidates, order, StackingRules(), an_occasion())

    assert [outcome_of(each) for each in evaluation.outcomes] == vector.outcomes
    taken = evaluation.order.line_discounts
    assert [taken.get(each.id, 0) for each in evaluation.order.items] == vector.lines


def test_vector_12_chooses_every_third_unit_after_the_first() -> None:
    entry = ProductEntry(id="any", target="UNIT", skip_initially=1, repeat=3)
    items = [{"quantity": 10, "price": 1, "product_id": "any"}]
    order = draft(a_payload(items=items), ORDER_ID, request_ids(), (None, None))

    (portion,) = select(ProductLists(included=(entry,)), order)

    assert list(portion.units) == [2, 5, 8]


def test_vector_14_takes_what_earlier_discounts_have_left() -> None:
    order = an_order(amount=10_000, redemptions=[an_entry(1, 9_200)])

    (applied,) = evaluate(
        [a_candidate(amount_off(1_000))], order, StackingRules(), an_occasion()
    ).applicable

    assert applied.allocation.order == 800
    assert (applied.order.discount_amount, applied.order.total_amount) == (10_000, 0)


def test_vector_15_gives_all_of_a_stack_back() -> None:
    call = redeemed(an_order(amount=10_000), [amount_off(1_000), percent_off(10)])

    after = rolled_back(call.order, call.records).order

    (entry,) = after.redemptions
    assert (after.amount, after.total_amount, after.discount_amount) == (10_000, 10_000, 0)
    assert after.status == "CANCELED"
    assert len(entry.rollback_stacked) == 2


@pytest.mark.parametrize(
    ("voucher", "off"),
    [(percent_off(5), 1_250), (amount_off(1_000), 1_000), (amount_off(2_000), 2_000)],
)
def test_vector_41_tries_each_alone(voucher: Voucher, off: int) -> None:
    order = an_order(amount=25_000)

    assert (
        evaluate([a_candidate(voucher)], order, StackingRules(), an_occasion()).applied.order == off
    )
