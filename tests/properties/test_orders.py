"""What holds for every order, whatever is sent and whatever is redeemed and rolled back."""

from hypothesis import given
from hypothesis import strategies as st

from counterfoil.domain.allocations import Allocation
from counterfoil.domain.discounts import allocate
from counterfoil.domain.order_lines import quantity_of
from counterfoil.domain.order_payloads import OrderPayload
from counterfoil.domain.orders import Order, OrderStatus, clamp, upserted
from counterfoil.domain.vouchers import Voucher
from tests.builders import NOW, a_candidate, redeemed, request_ids, rolled_back
from tests.properties.strategies import (
    CATALOGUE,
    NOBODY,
    Life,
    lives,
    order_payloads,
    orders,
    unit_vouchers,
    vouchers,
)


def amounts_of(order: Order) -> tuple[object, ...]:
    held = [entry.in_force for entry in order.redemptions if entry.rollback_id is None]
    return (order.amount, order.items, order.total_amount, order.line_discounts, held)


@given(orders, order_payloads)
def test_an_upsert_that_is_repeated_changes_nothing_but_the_time(
    order: Order, payload: OrderPayload
) -> None:
    once = upserted(order, payload, request_ids(50), NOBODY)

    twice = upserted(once, payload, request_ids(51), NOBODY)

    assert twice.model_copy(update={"updated_at": once.updated_at}) == once


@given(lives)
def test_amounts_add_up_and_none_is_below_zero(found: list[Life]) -> None:
    for order in (life.order for life in found):
        parts = (order.discount_amount, order.items_discount_amount)

        assert min(parts) >= 0
        assert order.total_discount_amount == sum(parts)
        if order.amount is None:
            assert (order.total_amount, order.total_discount_amount) == (None, 0)
        else:
            assert order.total_amount == order.amount - order.total_discount_amount
            assert order.total_amount >= 0


@given(lives)
def test_no_line_is_discounted_below_zero_and_the_lines_have_ids_of_their_own(
    found: list[Life],
) -> None:
    for order in (life.order for life in found):
        amounts = {line.id: line.amount or 0 for line in order.items}

        assert len(amounts) == len(order.items)
        for line, discount in order.line_discounts.items():
            assert 0 < discount <= amounts[line]


@given(lives)
def test_what_is_in_force_is_at_most_what_the_records_say_and_nothing_once_undone(
    found: list[Life],
) -> None:
    for life in found:
        counting = {records[0].id: records[0] for records in life.calls}
        for entry in life.order.redemptions:
            recorded = counting[entry.id].allocation.total if entry.id in counting else 0

            assert entry.in_force.total <= recorded
            assert (entry.rollback_id is None) is (entry.id in counting)


@given(lives)
def test_updated_at_never_goes_back(found: list[Life]) -> None:
    times = [life.order.updated_at or life.order.created_at for life in found]

    assert times == sorted(times)


@given(orders)
def test_an_order_holds_what_it_can_bear(order: Order) -> None:
    assert clamp(order) == order.redemptions


def taken_of(voucher: Voucher, order: Order) -> Allocation:
    assert voucher.discount is not None
    return allocate(voucher.discount, order, a_candidate(voucher).products, CATALOGUE)


@given(orders, vouchers)
def test_a_discount_is_between_nothing_and_what_is_left_to_pay(
    order: Order, voucher: Voucher
) -> None:
    taken = taken_of(voucher, order)

    held, after = order.line_discounts, order.trying(taken)
    left = {line.id: (line.amount or 0) - held.get(line.id, 0) for line in after.items}
    assert 0 <= taken.total <= (order.total_amount or 0) + taken.added
    assert taken.order == 0 or not taken.lines
    assert all(0 < amount <= left[line] for line, amount in taken.lines.items())
    assert taken_of(voucher, order) == taken


@given(orders, st.lists(vouchers, min_size=1, max_size=7), st.sampled_from(OrderStatus))
def test_a_redemption_that_is_rolled_back_leaves_the_amounts_as_they_were(
    order: Order, wanted: list[Voucher], status: OrderStatus
) -> None:
    result = redeemed(order, wanted, request_ids(50), status, CATALOGUE)

    undone = rolled_back(result.order, result.records)

    assert amounts_of(undone.order) == amounts_of(order)
    assert undone.order.redemptions[:-1] == order.redemptions
    assert undone.order.status is OrderStatus.CANCELED


@given(lives)
def test_an_order_of_which_everything_was_rolled_back_has_no_discount(found: list[Life]) -> None:
    life = found[-1]
    order = life.order
    for number, records in enumerate(life.calls, start=60):
        order = rolled_back(order, records, ids=request_ids(number, NOW)).order

    assert order.total_discount_amount == 0
    assert order.total_amount == order.amount == life.order.initial_amount
    assert not order.line_units
    assert not [line for line in order.items if line.made_by_units]


@given(orders, st.lists(vouchers, min_size=2, max_size=7))
def test_the_shares_of_a_stack_sum_to_what_the_order_holds_of_it(
    order: Order, wanted: list[Voucher]
) -> None:
    result = redeemed(order, wanted, request_ids(50), units=CATALOGUE)

    shares = sum(record.allocation.total for record in result.redemptions)
    assert result.parent is not None
    assert result.parent.allocation.total == shares
    assert result.order.redemptions[-1].in_force.total == shares
    assert result.order.total_discount_amount == order.total_discount_amount + shares


@given(lives)
def test_units_in_force_are_part_of_their_lines_and_of_the_amount(found: list[Life]) -> None:
    for order in (life.order for life in found):
        lines = {line.id: line for line in order.items}
        added = sum(entry.in_force.added for entry in order.redemptions)

        assert (order.amount or 0) - (order.initial_amount or 0) == added >= 0
        for name, units in order.line_units.items():
            line = lines[name]
            assert min(units.quantity, units.amount, units.discounted) >= 0
            assert units.quantity <= quantity_of(line)
            assert units.amount <= (line.amount or 0)
        for line in order.items:
            assert not line.made_by_units or (line.quantity and line.id in order.line_units)


@given(orders, unit_vouchers)
def test_free_units_never_make_an_order_dearer(order: Order, voucher: Voucher) -> None:
    after = order.trying(taken_of(voucher, order))

    assert (after.total_amount or 0) <= (order.total_amount or 0)
    assert after.initial_amount == order.initial_amount
