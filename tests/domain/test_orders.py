from datetime import timedelta

import pytest

from counterfoil.domain.allocations import NOTHING, Allocation
from counterfoil.domain.errors import InvalidAmount, InvalidOrder, InvalidPayload
from counterfoil.domain.money import MAX_AMOUNT
from counterfoil.domain.order_payloads import OrderPayload
from counterfoil.domain.orders import (
    Order,
    OrderStatus,
    clamp,
    draft,
    require_same_order,
    touched,
    upserted,
)
from tests.builders import NOW, ORDER_ID, a_line, a_payload, an_entry, an_order, request_ids

NOBODY = (None, None)
LATER = NOW + timedelta(hours=1)
MUG = {"source_id": "mug", "related_object": "product", "quantity": 2, "price": 900}
CUP = {"source_id": "cup", "related_object": "product", "quantity": 1, "price": 500}


def drafted(**fields: object) -> Order:
    return draft(a_payload(**fields), ORDER_ID, request_ids(), NOBODY)


def changed(order: Order, **fields: object) -> Order:
    return upserted(order, a_payload(**fields), request_ids(2, LATER), NOBODY)


def test_a_new_order_is_what_the_payload_says() -> None:
    payload = a_payload(
        source_id="web-1001", status="PAID", items=[MUG], metadata={"channel": "web"}
    )

    order = draft(payload, ORDER_ID, request_ids(), ("cust_1", "cust_2"))

    assert order == Order(
        id=ORDER_ID,
        source_id="web-1001",
        status=OrderStatus.PAID,
        initial_amount=1_800,
        items=order.items,
        metadata={"channel": "web"},
        customer_id="cust_1",
        referrer_id="cust_2",
        created_at=NOW,
        updated_at=None,
    )
    assert [line.amount for line in order.items] == [1_800]


def test_an_order_of_nothing_has_no_amount() -> None:
    order = drafted()

    assert (order.amount, order.initial_amount, order.total_amount) == (None, None, None)
    assert order.items == ()
    assert order.metadata == {}


def test_the_amount_of_a_new_order_is_explicit_or_the_sum_of_its_lines() -> None:
    assert drafted(amount=6_000, items=[MUG, CUP]).amount == 6_000
    assert drafted(items=[MUG, CUP]).amount == 2_300
    assert drafted(amount=0, items=[MUG]).amount == 0
    assert drafted(items=[{"quantity": 1}]).amount is None


def test_the_sum_of_a_new_orders_lines_has_a_limit() -> None:
    with pytest.raises(InvalidAmount):
        drafted(items=[{"amount": MAX_AMOUNT}, {"amount": 1}])


def test_a_new_order_may_be_older_than_its_request() -> None:
    at = NOW - timedelta(days=400)

    assert drafted(created_at=at).created_at == at


def test_a_new_order_may_be_five_minutes_ahead_for_a_skewed_clock() -> None:
    at = NOW + timedelta(seconds=300)

    assert drafted(created_at=at).created_at == at
    with pytest.raises(InvalidPayload, match=r"^Property \.created_at cannot be in the future$"):
        drafted(created_at=at + timedelta(milliseconds=1))


# domain.md §3.3, field by field


def test_an_upsert_of_nothing_changes_only_the_time() -> None:
    order = drafted(source_id="web-1001", status="PAID", items=[MUG], metadata={"a": 1})
    held = order.model_copy(update={"customer_id": "cust_1", "referrer_id": "cust_2"})

    assert changed(held) == held.model_copy(update={"updated_at": LATER})


def test_items_are_replaced_as_a_whole_and_the_amount_is_computed_again() -> None:
    order = drafted(items=[MUG, CUP])

    after = changed(order, items=[CUP])

    assert after.items == (order.items[1],)
    assert after.amount == 500


def test_no_items_leave_no_known_amount() -> None:
    after = changed(drafted(items=[MUG]), items=[])

    assert (after.items, after.amount) == ((), None)


def test_an_amount_replaces_the_amount_and_leaves_the_lines() -> None:
    order = drafted(items=[MUG])

    after = changed(order, amount=5_000)

    assert (after.amount, after.items) == (5_000, order.items)


def test_an_amount_sent_with_items_outranks_their_sum() -> None:
    assert changed(drafted(items=[MUG]), items=[CUP], amount=0).amount == 0


def test_an_explicit_amount_stays_until_an_amount_or_items_are_sent() -> None:
    order = drafted(amount=6_000, items=[MUG])

    assert changed(order, metadata={"a": 1}).amount == 6_000
    assert changed(order, items=[MUG]).amount == 1_800


def test_metadata_is_merged_key_by_key_and_null_is_kept_as_a_value() -> None:
    order = drafted(metadata={"a": {"x": 1}, "b": 2, "c": 3})

    after = changed(order, metadata={"a": {"y": 1}, "b": None, "d": 4})

    assert after.metadata == {"a": {"y": 1}, "b": None, "c": 3, "d": 4}


def test_people_are_linked_anew_when_named_and_kept_when_not() -> None:
    order = draft(a_payload(), ORDER_ID, request_ids(), ("cust_1", "cust_2"))

    after = upserted(order, a_payload(), request_ids(2), ("cust_3", None))

    assert (after.customer_id, after.referrer_id) == ("cust_3", "cust_2")
    again = upserted(after, a_payload(), request_ids(3), (None, "cust_4"))
    assert (again.customer_id, again.referrer_id) == ("cust_3", "cust_4")


def test_a_source_id_is_given_or_replaced_but_never_taken_away() -> None:
    order = drafted()

    named = changed(order, source_id="web-1")

    assert named.source_id == "web-1"
    assert changed(named, source_id="web-2").source_id == "web-2"
    assert changed(named, source_id=None).source_id == "web-1"


def test_created_at_and_the_id_are_the_first_ones_for_ever() -> None:
    order = drafted()

    after = changed(order, id="ord_other", created_at=NOW - timedelta(days=1))

    assert (after.id, after.created_at) == (order.id, order.created_at)


def test_a_repeated_upsert_changes_nothing_but_the_time() -> None:
    sent: dict[str, object] = {"source_id": "w", "items": [MUG, CUP], "metadata": {"a": None}}
    once = changed(drafted(), **sent)

    twice = upserted(once, a_payload(**sent), request_ids(3, LATER), NOBODY)

    assert twice == once


def test_the_sum_of_replaced_lines_has_a_limit() -> None:
    with pytest.raises(InvalidAmount):
        changed(drafted(), items=[{"amount": MAX_AMOUNT}, {"amount": 1}])


def test_updated_at_never_goes_back() -> None:
    order = an_order(updated_at=LATER)

    assert touched(order, NOW).updated_at == LATER
    assert touched(order, LATER + timedelta(seconds=1)).updated_at == LATER + timedelta(seconds=1)


def test_updated_at_is_not_before_created_at() -> None:
    order = an_order(created_at=LATER)

    assert touched(order, NOW).updated_at == LATER


# domain.md §1.6


def test_amounts_are_sums_of_what_redemptions_hold() -> None:
    order = an_order(
        amount=10_000,
        items=[a_line("a", 6_000), a_line("b", 4_000)],
        redemptions=[an_entry(1, 500), an_entry(2, 0, a=100, b=200), an_entry(3, 50, a=7)],
    )

    assert order.initial_amount == 10_000
    assert order.discount_amount == 550
    assert order.items_discount_amount == 307
    assert order.total_discount_amount == 857
    assert order.total_amount == 9_143
    assert order.line_discounts == {"a": 107, "b": 200}


def test_an_order_without_redemptions_has_no_discounts() -> None:
    order = an_order(amount=0)

    assert (order.discount_amount, order.total_discount_amount, order.total_amount) == (0, 0, 0)
    assert order.line_discounts == {}


def test_an_order_holds_one_redemption_more_after_those_it_has() -> None:
    order = an_order(redemptions=[an_entry(1)]).holding(an_entry(2))

    assert [entry.id for entry in order.redemptions] == [an_entry(1).id, an_entry(2).id]


# Clamping: domain.md §12-A, protocol.md §1.5


def test_what_an_order_can_bear_is_left_as_it_is() -> None:
    order = an_order(amount=1_000, items=[a_line("a", 300)], redemptions=[an_entry(1, 700, a=300)])

    assert clamp(order) == order.redemptions


def test_the_newest_redemption_loses_first() -> None:
    order = an_order(amount=1_000, redemptions=[an_entry(1, 600), an_entry(2, 600)])

    assert [entry.in_force.order for entry in clamp(order)] == [600, 400]


def test_the_oldest_redemption_loses_last() -> None:
    order = an_order(amount=500, redemptions=[an_entry(1, 600), an_entry(2, 600)])

    assert [entry.in_force.order for entry in clamp(order)] == [500, 0]


def test_a_line_bears_no_more_than_its_amount() -> None:
    order = an_order(
        amount=1_000,
        items=[a_line("a", 250), a_line("b", 750)],
        redemptions=[an_entry(1, 0, a=200, b=100), an_entry(2, 0, a=200, b=100)],
    )

    first, second = clamp(order)

    assert first.in_force == Allocation(lines={"a": 200, "b": 100})
    assert second.in_force == Allocation(lines={"a": 50, "b": 100})


def test_a_discount_goes_with_the_line_that_it_was_on() -> None:
    order = an_order(amount=1_000, items=[a_line("b", 1_000)], redemptions=[an_entry(1, 10, a=200)])

    (entry,) = clamp(order)

    assert entry.in_force == Allocation(order=10)


def test_every_discount_goes_with_the_line_that_it_was_on() -> None:
    order = an_order(redemptions=[an_entry(1, a=200), an_entry(2, a=200), an_entry(3, a=200)])

    assert [entry.in_force for entry in clamp(order)] == [NOTHING] * 3


def test_a_line_of_unknown_amount_bears_nothing() -> None:
    order = an_order(amount=1_000, items=[a_line("a", None)], redemptions=[an_entry(1, 0, a=200)])

    assert clamp(order)[0].in_force == NOTHING


def test_an_order_of_unknown_amount_bears_nothing() -> None:
    order = an_order(amount=None, items=[a_line("a", 500)], redemptions=[an_entry(1, 10, a=200)])

    assert clamp(order)[0].in_force == NOTHING


def test_line_discounts_bear_down_on_an_explicit_amount_below_their_sum() -> None:
    order = an_order(
        amount=250,
        items=[a_line("a", 200), a_line("b", 200)],
        redemptions=[an_entry(1, 100, a=200, b=200)],
    )

    assert clamp(order)[0].in_force == Allocation(order=0, lines={"a": 200, "b": 50})


def test_a_smaller_order_is_clamped_and_a_larger_one_does_not_get_back_what_it_lost() -> None:
    order = an_order(amount=1_000, redemptions=[an_entry(1, 800)])

    smaller = changed(order, amount=500)
    larger = changed(smaller, amount=2_000)

    assert (smaller.discount_amount, smaller.total_amount) == (500, 0)
    assert (larger.discount_amount, larger.total_amount) == (500, 1_500)


def test_a_discount_on_a_line_stays_when_the_line_is_sent_again() -> None:
    order = drafted(items=[MUG, CUP])
    mug = order.items[0].id
    held = order.holding(an_entry(1, 0, **{mug: 1_500}))

    smaller = changed(held, items=[{**MUG, "quantity": 1}])
    without = changed(held, items=[CUP])

    assert smaller.line_discounts == {mug: 900}
    assert (smaller.amount, smaller.total_amount) == (900, 0)
    assert without.line_discounts == {}
    assert (without.amount, without.total_amount) == (500, 500)


def test_an_explicit_amount_of_zero_pays_nothing_and_discounts_nothing() -> None:
    order = changed(an_order(redemptions=[an_entry(1, 800)]), amount=0)

    assert (order.discount_amount, order.total_amount) == (0, 0)


# Whose order a rollback may name: domain.md §7, row 10


@pytest.mark.parametrize(
    "payload",
    [
        None,
        a_payload(),
        a_payload(status="PAID"),
        a_payload(id=ORDER_ID),
        a_payload(source_id="web-1"),
        a_payload(id="web-1"),
        a_payload(id=ORDER_ID, source_id="web-1"),
    ],
)
def test_an_order_is_named_by_either_identifier_or_not_at_all(payload: OrderPayload | None) -> None:
    require_same_order(an_order(source_id="web-1"), payload)


@pytest.mark.parametrize(
    "payload",
    [
        a_payload(id="ord_other"),
        a_payload(source_id="web-2"),
        a_payload(source_id=ORDER_ID),
        a_payload(id=ORDER_ID, source_id="web-2"),
        a_payload(id="ord_other", source_id="web-1"),
    ],
)
def test_another_order_is_refused(payload: OrderPayload) -> None:
    with pytest.raises(InvalidOrder, match=r"^Order is not related with redemption\.$"):
        require_same_order(an_order(source_id="web-1"), payload)
