"""Carts and stacks by the thousand: amounts add up, and what is undone was never done.

`COUNTERFOIL_CARTS` is how many; they are the same ones every time. Continuous integration goes
through a hundred thousand.
"""

import os
from typing import Final

import pytest

from counterfoil.api.orders import order_document
from counterfoil.domain.allocations import NOTHING
from counterfoil.domain.orders import Order, OrderStatus, draft
from counterfoil.domain.outcomes import Applicable
from counterfoil.domain.redemptions import Redeemed, redeem, refusal_stopping
from counterfoil.domain.stacking import Evaluation, evaluate
from tests.builders import ORDER_ID, an_occasion, circumstances, request_ids, rolled_back
from tests.properties.shopping import Shopping, shopping

CARTS: Final = int(os.environ.get("COUNTERFOIL_CARTS", "10000"))
PARTS: Final = 20
SEEN_TWICE: Final = 7
NOBODY: Final = (None, None)


@pytest.mark.parametrize("part", range(PARTS))
def test_every_cart_adds_up_and_every_rollback_is_whole(part: int) -> None:
    for number in range(part, CARTS, PARTS):
        try:
            go_shopping(shopping(number), number)
        except AssertionError as error:
            message = f"shopping {number}: {error}"
            raise AssertionError(message) from error


def test_the_carts_meet_every_kind_of_effect_and_of_outcome() -> None:
    met: set[str] = set()
    for number in range(300):
        one = shopping(number)
        order = draft(one.order, ORDER_ID, request_ids(1), NOBODY)
        for each in evaluate(one.calls[0], order, one.rules, an_occasion()).outcomes:
            met.add(type(each).__name__)
            if isinstance(each, Applicable):
                taken = each.allocation
                kinds = {"order": taken.order, "lines": taken.lines, "units": taken.units}
                met |= {kind for kind, part in {**kinds, "credits": each.credits}.items() if part}

    assert met >= {"Applicable", "Inapplicable", "Skipped", "order", "lines", "units", "credits"}


def go_shopping(one: Shopping, number: int) -> None:
    """Redeem call by call, looking at every step; then undo them, some other way round."""
    order = draft(one.order, ORDER_ID, request_ids(1), NOBODY)
    before, done = order, []
    for place, candidates in enumerate(one.calls, start=2):
        evaluation = evaluate(candidates, order, one.rules, an_occasion())
        if number % SEEN_TWICE == 0:
            assert evaluate(candidates, order, one.rules, an_occasion()) == evaluation
        require_turns(order, evaluation)
        if refusal_stopping(evaluation) is not None or not evaluation.applicable:
            continue
        facts = circumstances(request_ids(place))
        redeemed = redeem(order, evaluation, OrderStatus.PAID, facts, stored=True)
        require_answer(order, redeemed)
        order = redeemed.order
        done.append(redeemed)
    for place in range(len(done)):
        chosen = done.pop((number + place) % len(done))
        order = rolled_back(order, chosen.records, ids=request_ids(50 + place)).order
        require_whole(order)
    assert parts_of(order) == parts_of(before)


def require_turns(order: Order, evaluation: Evaluation) -> None:
    """Every redeemable takes no more than its predecessors have left it, of whole and of lines."""
    running = order
    for each in evaluation.applicable:
        taken = each.allocation
        left = (running.total_amount or 0) + taken.added
        assert taken.order >= 0
        assert all(part >= 0 for part in taken.lines.values())
        assert taken.total <= left, f"{taken} of {left}"
        assert each.credits in (0, taken.total)
        assert (each.order.total_amount or 0) == left - taken.total
        require_whole(each.order)
        running = each.order


def require_answer(before: Order, redeemed: Redeemed) -> None:
    """What is answered is what is stored, and the records are the parts of the order's entry."""
    order, applied = redeemed.order, redeemed.evaluation.applied
    entry = order.redemptions[-1]
    assert entry.in_force == applied
    total = NOTHING
    for record in redeemed.redemptions:
        total = total.plus(record.allocation)
    assert total == applied
    answer, stored = order_document(order, applied), order_document(order)
    assert all(answer[name] == stored[name] for name in stored if name != "items")
    assert answer.get("total_applied_discount_amount", 0) == applied.total
    assert order.amount == (
        before.amount if not applied.added else (before.amount or 0) + applied.added
    )


def require_whole(order: Order) -> None:
    """Parts sum to wholes, and nothing is below zero."""
    held = order.line_discounts
    lines = {line.id: line.amount or 0 for line in order.items}
    assert order.items_discount_amount == sum(held.values())
    assert order.total_discount_amount == order.discount_amount + order.items_discount_amount
    assert (order.total_amount or 0) == (order.amount or 0) - order.total_discount_amount
    assert (order.total_amount or 0) >= 0
    assert all(0 <= part <= lines[line] for line, part in held.items())
    assert (order.initial_amount or 0) >= 0


def parts_of(order: Order) -> tuple[object, ...]:
    """What redemptions change of an order, and rollbacks change back."""
    return order.amount, order.initial_amount, order.items, order.line_discounts
