"""The vectors of domain.md §4.8 through the domain, by their number."""

import pytest

from counterfoil.domain.allocations import AddedUnits
from counterfoil.domain.assigned_rules import AssignedRule
from counterfoil.domain.candidates import Candidate
from counterfoil.domain.order_lines import OrderLine
from counterfoil.domain.orders import Order, draft
from counterfoil.domain.stacking import evaluate
from counterfoil.domain.stacking_rules import StackingRules
from tests.builders import (
    NOW,
    ORDER_ID,
    a_candidate,
    a_card_candidate,
    a_gift_card,
    a_payload,
    a_rule,
    a_voucher,
    request_ids,
)
from tests.vectors import GIFT, UNIT_VECTORS, VECTORS, Totals, UnitLine, UnitVector, Vector


def candidate(code: str, content: dict[str, object], rule: AssignedRule | None) -> Candidate:
    if content["type"] == GIFT:
        card = a_gift_card(code, str(content["effect"]), rule=rule)
        return a_card_candidate(card, int(str(content["amount"])))
    return a_candidate(a_voucher(code, content, rule=rule))


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: str(vector.number))
def test_a_vector_comes_out_as_written(vector: Vector) -> None:
    order = draft(a_payload(**vector.order), ORDER_ID, request_ids(), (None, None))
    candidates = [
        candidate(f"V{place}", discount, a_rule(vector.products))
        for place, discount in enumerate(vector.discounts)
    ]

    evaluation = evaluate(candidates, order, StackingRules(), NOW)

    after = [each.order for each in evaluation.applicable]
    assert [
        Totals(
            each.discount_amount,
            each.items_discount_amount,
            each.total_amount or 0,
            each.amount or 0,
        )
        for each in after
    ] == vector.after
    taken = evaluation.order.line_discounts
    assert [taken.get(each.id, 0) for each in evaluation.order.items] == vector.lines


@pytest.mark.parametrize("vector", UNIT_VECTORS, ids=lambda vector: str(vector.number))
def test_a_vector_of_free_units_comes_out_as_written(vector: UnitVector) -> None:
    order = draft(a_payload(**vector.order), ORDER_ID, request_ids(), (None, None))
    voucher = a_voucher("FREE", dict(vector.discount))

    (applied,) = evaluate(
        [a_candidate(voucher, units=vector.catalogue)], order, StackingRules(), NOW
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
