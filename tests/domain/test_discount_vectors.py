"""Vectors of domain.md §4.8 that begin or end otherwise than those of `tests.vectors`."""

from dataclasses import dataclass

from counterfoil.domain.orders import Order, OrderStatus, draft
from counterfoil.domain.stacking import evaluate
from counterfoil.domain.stacking_rules import StackingRules
from counterfoil.domain.vouchers import Voucher
from tests.builders import (
    ORDER_ID,
    a_candidate,
    a_payload,
    amount_off,
    an_entry,
    an_occasion,
    an_order,
    percent_off,
    redeemed,
    request_ids,
    rolled_back,
)


@dataclass(frozen=True)
class Totals:
    """The vectors' A, D, T and aD."""

    amount: int | None
    discount: int
    total: int | None
    applied: int


def ordered(**fields: object) -> Order:
    return draft(a_payload(**fields), ORDER_ID, request_ids(), (None, None))


def after_each(order: Order, *vouchers: Voucher) -> list[Totals]:
    """The totals after every redeemable of one call."""
    candidates = [a_candidate(voucher) for voucher in vouchers]
    evaluation = evaluate(candidates, order, StackingRules(), an_occasion())
    assert len(evaluation.applicable) == len(vouchers)
    return [
        Totals(
            each.order.amount,
            each.order.discount_amount,
            each.order.total_amount,
            each.allocation.order,
        )
        for each in evaluation.applicable
    ]


def test_vector_13_after_its_gift_takes_the_percentage_of_what_is_left() -> None:
    spent = an_entry(1, 100)  # what the gift card took
    order = an_order(amount=200_000, redemptions=[spent])

    assert after_each(order, percent_off(20), amount_off(8_000)) == [
        Totals(200_000, 40_080, 159_920, 39_980),
        Totals(200_000, 48_080, 151_920, 8_000),
    ]


def test_vector_14_an_order_that_is_nearly_paid_for_is_discounted_to_zero() -> None:
    order = an_order(amount=10_000, redemptions=[an_entry(1, 9_200)])

    assert after_each(order, amount_off(1_000)) == [Totals(10_000, 10_000, 0, 800)]


def test_vector_15_a_rolled_back_stack_leaves_no_discount() -> None:
    paid = redeemed(an_order(amount=10_000), [percent_off(20), amount_off(1_000)])
    assert (paid.order.discount_amount, paid.order.total_amount) == (3_000, 7_000)

    order = rolled_back(paid.order, paid.records).order

    assert (order.amount, order.total_amount) == (10_000, 10_000)
    assert (order.discount_amount, order.total_discount_amount) == (0, 0)
    assert order.status is OrderStatus.CANCELED
    assert len(order.redemptions[0].rollback_stacked) == 2


def test_vector_41_each_of_three_alone() -> None:
    order = ordered(amount=25_000)
    vouchers = (percent_off(5), amount_off(1_000), amount_off(2_000))

    assert [after_each(order, each)[0].applied for each in vouchers] == [1_250, 1_000, 2_000]
