"""What is told of an effect agrees with the money, whatever discount, products and order."""

from hypothesis import assume, given
from hypothesis import strategies as st

from counterfoil.domain.basis import Basis
from counterfoil.domain.candidates import Candidate
from counterfoil.domain.caps import Cap
from counterfoil.domain.discounts import AmountOff, PercentOff, settled
from counterfoil.domain.effect_traces import EffectTrace, effect_trace
from counterfoil.domain.effects import Effect, effect_of
from counterfoil.domain.item_selection import EVERYTHING, select
from counterfoil.domain.orders import Order, draft
from counterfoil.domain.outcomes import Applicable
from counterfoil.domain.unit_discounts import UnitOff
from tests.builders import (
    ORDER_ID,
    a_candidate,
    a_card_candidate,
    a_gift_card,
    a_rule,
    a_voucher,
    amount_off,
    an_outcome,
    request_ids,
)
from tests.properties import strategies

orders = strategies.order_payloads.map(
    lambda payload: draft(payload, ORDER_ID, request_ids(), strategies.NOBODY)
)
bases = st.builds(Basis, initial=st.booleans())


def discounted(order: Order, held: int) -> Order:
    """`order` with up to `held` taken off it before."""
    effect = effect_of(a_candidate(amount_off(held)), order)
    assert isinstance(effect, Effect)
    return order.trying(effect.allocation)


discounted_orders = st.builds(discounted, orders, st.integers(0, 400))
money = st.builds(
    lambda discount, lists: a_candidate(
        a_voucher("ITEMS", discount.model_dump(), rule=a_rule(lists))
    ),
    strategies.money_discounts,
    st.none() | strategies.product_lists,
)
units = st.builds(
    lambda voucher: a_candidate(voucher, units=strategies.CATALOGUE), strategies.unit_vouchers
)
splits = st.builds(
    lambda amount, effect: a_candidate(
        a_voucher("SPLIT", {"type": "AMOUNT", "amount_off": amount, "effect": effect})
    ),
    st.integers(1, 100),
    st.sampled_from(["APPLY_TO_ITEMS_PROPORTIONALLY", "APPLY_TO_ITEMS_PROPORTIONALLY_BY_QUANTITY"]),
)
cards = st.builds(
    lambda effect, loaded, asked: a_card_candidate(
        a_gift_card(effect=effect), loaded, None if asked is None else min(asked, loaded)
    ),
    st.sampled_from(["APPLY_TO_ORDER", "APPLY_TO_ITEMS"]),
    st.integers(0, 600),
    st.none() | st.integers(0, 600),
)


def told_of(candidate: Candidate, order: Order, basis: Basis) -> tuple[Applicable, EffectTrace]:
    effect = effect_of(candidate, order, basis)
    assume(isinstance(effect, Effect))
    assert isinstance(effect, Effect)
    outcome = an_outcome(candidate, order, effect, basis)
    return outcome, effect_trace(outcome)


def taken_by_place(outcome: Applicable) -> dict[int, int]:
    lines = outcome.allocation.lines
    return {place: lines.get(line.id, 0) for place, line in enumerate(outcome.order.items)}


def in_money(trace: EffectTrace) -> list[Cap]:
    return [each for each in trace.caps if "quantity" not in each.kind]


@given(discounted_orders, st.one_of(money, cards), bases)
def test_what_the_last_cap_leaves_is_what_was_taken(
    order: Order, candidate: Candidate, basis: Basis
) -> None:
    outcome, trace = told_of(candidate, order, basis)

    taken = taken_by_place(outcome)
    for place, cap in {each.line: each for each in in_money(trace)}.items():
        if place is not None:
            assert cap.taken == taken[place]
        elif outcome.allocation.order:
            assert cap.taken == outcome.allocation.order
        else:
            assert cap.taken >= outcome.allocation.total
    assert all(0 <= each.taken < each.wanted for each in trace.caps)
    assert all(0 < each.amount <= taken[each.line] for each in trace.remainder)


@given(discounted_orders, units)
def test_free_units_that_are_capped_are_not_paid_for_in_full(
    order: Order, candidate: Candidate
) -> None:
    outcome, trace = told_of(candidate, order, Basis())

    taken = taken_by_place(outcome)
    # Several kinds of unit may be of one line; what the last one got is a part of what it has.
    for place, cap in {each.line: each for each in trace.caps}.items():
        assert place is not None
        assert cap.taken <= taken[place]
    assert trace.remainder == ()


@given(discounted_orders, money)
def test_every_line_begins_with_what_the_discount_wants_of_it(
    order: Order, candidate: Candidate
) -> None:
    outcome, trace = told_of(candidate, order, Basis())
    assert outcome.definition.discount is not None
    discount = settled(outcome.definition.discount, candidate.products)
    assume(not isinstance(discount, UnitOff) and discount.effect != "APPLY_TO_ORDER")
    assert not isinstance(discount, UnitOff)

    if isinstance(discount, PercentOff):
        discount = discount.model_copy(update={"amount_limit": None})
    portions = select(candidate.products or EVERYTHING, order)
    wanted = discount.of_portions(portions, order.total_amount or 0)
    first = {each.line: each.wanted for each in reversed(in_money(trace))}
    taken = taken_by_place(outcome)
    places = {line.id: place for place, line in enumerate(order.items)}
    for portion, amount in zip(portions, wanted, strict=True):
        place = places[portion.line.id]
        assert first.get(place, taken[place]) == amount


@given(discounted_orders, splits)
def test_of_a_split_that_nothing_caps_no_unit_is_lost(order: Order, candidate: Candidate) -> None:
    outcome, trace = told_of(candidate, order, Basis())
    assume(not in_money(trace) and outcome.allocation.lines)
    discount = outcome.definition.discount
    assert isinstance(discount, AmountOff)

    portions = select(candidate.products or EVERYTHING, order)
    by_quantity = discount.effect == "APPLY_TO_ITEMS_PROPORTIONALLY_BY_QUANTITY"
    weights = [len(each.units) if by_quantity else each.amount for each in portions]
    rounded_down = sum(discount.amount_off * each // sum(weights) for each in weights)
    odd = sum(each.amount for each in trace.remainder)
    assert rounded_down + odd == discount.amount_off == outcome.allocation.total
