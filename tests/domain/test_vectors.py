"""The vectors of domain.md §4.8 through the domain, by their number."""

import pytest

from counterfoil.domain.orders import draft
from counterfoil.domain.stacking import StackingRules, evaluate
from tests.builders import NOW, ORDER_ID, a_candidate, a_payload, a_rule, a_voucher, request_ids
from tests.vectors import VECTORS, Totals, Vector


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: str(vector.number))
def test_a_vector_comes_out_as_written(vector: Vector) -> None:
    order = draft(a_payload(**vector.order), ORDER_ID, request_ids(), (None, None))
    candidates = [
        a_candidate(a_voucher(f"V{place}", discount, rule=a_rule(vector.products)))
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
