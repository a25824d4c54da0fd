from datetime import timedelta

import pytest

from counterfoil.domain.allocations import NOTHING, Allocation
from counterfoil.domain.candidates import Candidate
from counterfoil.domain.orders import OrderStatus, RedemptionEntry
from counterfoil.domain.records import Record, RecordStatus, Result
from counterfoil.domain.redemptions import (
    Circumstances,
    Redeemed,
    Refused,
    redeem,
    refusal_stopping,
    refuse,
)
from counterfoil.domain.stacking import evaluate
from counterfoil.domain.stacking_rules import StackingRules
from tests.builders import (
    APP_ID,
    CUSTOMER_ID,
    NOW,
    ORDER_ID,
    a_candidate,
    a_customer_snapshot,
    amount_off,
    an_entry,
    an_occasion,
    an_order,
    an_unknown_candidate,
    circumstances,
    percent_off,
    redeemed,
    request_ids,
    rolled_back,
)

ROOT = request_ids().root
TEN = amount_off(1_000, "TEN")
HALF = percent_off(50, "HALF")
OFF = amount_off(1_000, "OFF", active=False)


def ann_at_till_3() -> Circumstances:
    return circumstances(
        customer=a_customer_snapshot(), tracking_id="track_1", metadata={"till": "3"}
    )


def refused(*candidates: Candidate) -> Refused:
    evaluation = evaluate(candidates, an_order(), StackingRules(), an_occasion())
    stopping = refusal_stopping(evaluation)
    assert stopping is not None
    return refuse(evaluation, stopping, ann_at_till_3())


def names(records: tuple[Record, ...]) -> list[str]:
    return [record.id for record in records]


# One redeemable


def test_one_redeemable_is_redeemed_without_a_parent() -> None:
    result = redeemed(an_order(), [TEN])

    assert result.parent is None
    assert result.records == result.redemptions
    assert names(result.redemptions) == [f"r_{ROOT}00"]


def test_the_order_remembers_a_single_redemption_by_its_voucher() -> None:
    order = redeemed(an_order(), [TEN]).order

    assert order.redemptions == (
        RedemptionEntry(
            id=f"r_{ROOT}00",
            date=NOW,
            related_object_type="voucher",
            related_object_id=TEN.id,
            in_force=Allocation(order=1_000),
        ),
    )
    assert (order.discount_amount, order.total_amount) == (1_000, 9_000)


def test_the_record_of_a_redemption_says_all_there_is_to_say() -> None:
    evaluation = evaluate([a_candidate(TEN, used=2)], an_order(), StackingRules(), an_occasion())

    (record,) = redeem(
        an_order(), evaluation, OrderStatus.PAID, ann_at_till_3(), stored=False
    ).records

    assert record.model_dump(exclude={"order", "use"}, exclude_defaults=True) == {
        "id": f"r_{ROOT}00",
        "date": NOW,
        "customer": {
            "id": CUSTOMER_ID,
            "source_id": "ann@shop.test",
            "metadata": {},
        },
        "tracking_id": "track_1",
        "metadata": {"till": "3"},
        "related_object_id": TEN.id,
        "order_id": ORDER_ID,
        "allocation": {"order": 1_000},
        "channel_id": APP_ID,
    }
    assert (record.result, record.status) == (Result.SUCCESS, RecordStatus.SUCCEEDED)
    assert record.related_object_type == "voucher"


def test_a_redemption_shows_the_order_as_it_left_it() -> None:
    (record,) = redeemed(an_order(redemptions=[an_entry(9, 500)]), [TEN]).records

    shown = record.order
    assert shown is not None
    assert shown.status is OrderStatus.PAID
    assert (shown.amount, shown.discount_amount) == (10_000, 1_500)
    assert shown.applied_discount_amount == 1_000


def test_a_redemption_shows_its_voucher_with_itself_counted_in() -> None:
    evaluation = evaluate([a_candidate(TEN, used=2)], an_order(), StackingRules(), an_occasion())

    result = redeem(an_order(), evaluation, OrderStatus.PAID, circumstances(), stored=True)

    (record,) = result.records
    assert record.use is not None
    assert record.use.used == 3


def test_a_redemption_needs_no_customer() -> None:
    (record,) = redeemed(an_order(), [TEN]).records

    assert (record.customer, record.customer_id, record.tracking_id) == (None, None, None)


def test_redeeming_changes_a_stored_order_and_makes_a_new_one_as_it_is() -> None:
    evaluation = evaluate([a_candidate(TEN)], an_order(), StackingRules(), an_occasion())
    facts = circumstances(request_ids(now=NOW + timedelta(minutes=1)))

    stored = redeem(an_order(), evaluation, OrderStatus.PAID, facts, stored=True)
    new = redeem(an_order(), evaluation, OrderStatus.PAID, facts, stored=False)

    assert stored.order.updated_at == NOW + timedelta(minutes=1)
    assert new.order.updated_at is None


def test_separate_calls_on_one_order_accumulate_and_stop_at_zero() -> None:
    order = an_order(amount=10_000)
    taken = []
    for number in range(1, 5):
        result = redeemed(order, [amount_off(3_000)], request_ids(number))
        taken.append(result.records[0].allocation.order)
        order = result.order

    assert taken == [3_000, 3_000, 3_000, 1_000]
    assert (order.discount_amount, order.total_amount) == (10_000, 0)
    assert len(order.redemptions) == 4


# A stack


def two() -> Redeemed:
    return redeemed(an_order(), [TEN, HALF])


def test_several_redeemables_have_a_parent_and_follow_it_in_their_order() -> None:
    result = two()

    assert names(result.records) == [f"r_{ROOT}00", f"r_{ROOT}01", f"r_{ROOT}02"]
    assert result.parent is result.records[0]
    assert [record.parent_id for record in result.records] == [None, f"r_{ROOT}00", f"r_{ROOT}00"]
    assert [record.index for record in result.records] == [0, 1, 2]


def test_a_parent_stands_for_itself_and_names_its_children() -> None:
    found = [a_candidate(TEN), a_candidate(HALF)]
    evaluation = evaluate(found, an_order(), StackingRules(), an_occasion())

    result = redeem(an_order(), evaluation, OrderStatus.PAID, ann_at_till_3(), stored=False)

    assert result.evaluation is evaluation
    assert result.parent is not None
    assert result.parent.model_dump(exclude={"order"}, exclude_defaults=True) == {
        "id": f"r_{ROOT}00",
        "date": NOW,
        "customer": {"id": CUSTOMER_ID, "source_id": "ann@shop.test", "metadata": {}},
        "tracking_id": "track_1",
        "metadata": {"till": "3"},
        "related_object_type": "redemption",
        "related_object_id": f"r_{ROOT}00",
        "stacked": (f"r_{ROOT}01", f"r_{ROOT}02"),
        "order_id": ORDER_ID,
        "allocation": {"order": 5_500},
        "channel_id": APP_ID,
    }


def test_the_order_remembers_a_stack_by_its_parent() -> None:
    (entry,) = two().order.redemptions

    assert entry.model_dump(exclude_defaults=True) == {
        "id": f"r_{ROOT}00",
        "date": NOW,
        "related_object_type": "redemption",
        "related_object_id": f"r_{ROOT}00",
        "stacked": (f"r_{ROOT}01", f"r_{ROOT}02"),
        "in_force": {"order": 5_500},
    }


def test_a_child_shows_the_order_after_its_own_turn_and_the_status_of_the_end() -> None:
    parent, first, second = (record.order for record in two().records)

    assert parent is not None
    assert first is not None
    assert second is not None
    assert [each.discount_amount for each in (first, second, parent)] == [1_000, 5_500, 5_500]
    assert [each.applied_discount_amount for each in (first, second, parent)] == [
        *(1_000, 4_500, 5_500)
    ]
    assert {each.status for each in (first, second, parent)} == {OrderStatus.PAID}
    assert {each.updated_at for each in (first, second, parent)} == {NOW}


def test_each_child_holds_its_own_share() -> None:
    _, first, second = two().records

    assert [each.allocation.order for each in (first, second)] == [1_000, 4_500]
    assert [each.related_object_id for each in (first, second)] == [TEN.id, HALF.id]


def test_skipped_redeemables_have_no_record() -> None:
    vouchers = [amount_off(10, f"CODE-{number}") for number in range(7)]

    result = redeemed(an_order(), vouchers)

    assert len(result.redemptions) == 5
    assert names(result.redemptions)[-1] == f"r_{ROOT}05"
    assert result.order.redemptions[0].stacked == tuple(names(result.redemptions))


def test_a_call_of_several_has_a_parent_even_when_all_but_one_were_skipped() -> None:
    rules = StackingRules(applicable_redeemables_limit=1)
    evaluation = evaluate([a_candidate(TEN), a_candidate(HALF)], an_order(), rules, an_occasion())

    result = redeem(an_order(), evaluation, OrderStatus.PAID, circumstances(), stored=True)

    assert result.parent is not None
    assert names(result.records) == [f"r_{ROOT}00", f"r_{ROOT}01"]


def test_the_thirtieth_child_has_a_place_of_its_own() -> None:
    rules = StackingRules(applicable_redeemables_limit=30)
    found = [a_candidate(amount_off(1, f"CODE-{number}")) for number in range(30)]
    evaluation = evaluate(found, an_order(), rules, an_occasion())

    result = redeem(an_order(), evaluation, OrderStatus.PAID, circumstances(), stored=True)

    assert names(result.records)[-1] == f"r_{ROOT}1e"
    assert len(set(names(result.records))) == 31


def test_a_redemption_on_an_order_of_unknown_amount_takes_nothing() -> None:
    result = redeemed(an_order(amount=None), [TEN])

    assert result.records[0].allocation == NOTHING
    assert (result.order.status, result.order.total_amount) == (OrderStatus.PAID, None)


# Refusals: domain.md §12-M


def test_the_refusal_of_one_redeemable_is_one_failed_redemption() -> None:
    (record,) = refused(a_candidate(OFF)).records

    assert record.model_dump(exclude={"customer", "use"}, exclude_defaults=True) == {
        "id": f"rf_{ROOT}00",
        "date": NOW,
        "result": Result.FAILURE,
        "status": RecordStatus.FAILED,
        "tracking_id": "track_1",
        "metadata": {"till": "3"},
        "related_object_id": OFF.id,
        "channel_id": APP_ID,
        "failure_code": "voucher_disabled",
        "failure_message": "voucher is disabled",
    }
    assert record.customer_id == CUSTOMER_ID
    assert record.use is not None
    assert (record.use.voucher, record.use.used) == (OFF, 0)


def test_the_refusal_of_a_stack_is_one_failed_child_under_a_failed_parent() -> None:
    parent, child = refused(a_candidate(TEN), a_candidate(OFF), a_candidate(HALF)).records

    assert (parent.id, child.id) == (f"rf_{ROOT}00", f"rf_{ROOT}02")
    assert (parent.parent_id, child.parent_id) == (None, parent.id)
    assert (parent.related_object_type, parent.related_object_id) == ("redemption", parent.id)
    assert (child.related_object_type, child.related_object_id) == ("voucher", OFF.id)
    assert (parent.stacked, child.stacked) == ((child.id,), ())
    assert {parent.result, child.result} == {Result.FAILURE}
    assert {parent.status, child.status} == {RecordStatus.FAILED}
    assert parent.failure_code == child.failure_code == "voucher_disabled"
    assert (parent.order, child.order) == (None, None)
    assert (parent.use is None, child.use is None) == (True, False)


def test_the_failure_of_an_unknown_code_names_the_code() -> None:
    (record,) = refused(an_unknown_candidate("NOPE")).records

    assert (record.related_object_id, record.failure_code) == ("NOPE", "not_found")
    assert record.use is None
    assert record.failure_message == "Resource not found"


@pytest.mark.parametrize("kind", ["promotion_tier", "promotion_stack"])
def test_the_failure_of_an_unknown_promotion_is_recorded_as_a_tier_s(kind: str) -> None:
    (record,) = refused(Candidate(kind, "promo_x")).records

    assert (record.related_object_type, record.related_object_id) == ("promotion_tier", "promo_x")


def test_the_failure_of_a_voucher_without_counter_shows_no_use_of_it() -> None:
    (record,) = refused(Candidate("voucher", "TEN", TEN)).records

    assert (record.related_object_id, record.use) == (TEN.id, None)


def test_a_refusal_is_told_with_the_redeemable_and_the_failed_redemption() -> None:
    refusal = refused(a_candidate(TEN), a_candidate(OFF))

    error = refusal.error
    assert (error.object_type, error.identifier) == ("voucher", "OFF")
    assert error.record_id == refusal.records[-1].id == f"rf_{ROOT}02"
    assert error.refusal.code == "voucher_disabled"
    assert error.details == "OFF"


def test_the_refusal_of_one_redeemable_is_told_in_the_same_way() -> None:
    error = refused(a_candidate(OFF)).error

    assert (error.object_type, error.identifier) == ("voucher", "OFF")
    assert error.record_id == f"rf_{ROOT}00"


def test_nothing_stops_a_call_in_which_everything_applies() -> None:
    evaluation = evaluate([a_candidate(TEN)], an_order(), StackingRules(), an_occasion())

    assert refusal_stopping(evaluation) is None


def test_nothing_stops_a_call_in_which_the_rest_was_skipped() -> None:
    rules = StackingRules(applicable_redeemables_limit=1)
    evaluation = evaluate([a_candidate(TEN), a_candidate(OFF)], an_order(), rules, an_occasion())

    assert refusal_stopping(evaluation) is None


@pytest.mark.parametrize("applies_first", [True, False])
def test_the_first_inapplicable_redeemable_stops_the_call(*, applies_first: bool) -> None:
    found = [a_candidate(OFF), an_unknown_candidate()]
    candidates = [a_candidate(TEN), *found] if applies_first else found

    stopping = refusal_stopping(evaluate(candidates, an_order(), StackingRules(), an_occasion()))

    assert stopping is not None
    assert stopping.candidate == a_candidate(OFF)


def test_nobody_is_to_blame_when_nothing_was_asked_for() -> None:
    assert refusal_stopping(evaluate([], an_order(), StackingRules(), an_occasion())) is None


# Metadata of order and customer


def test_only_the_parent_of_a_stack_repeats_the_metadata_of_order_and_customer() -> None:
    order = an_order(metadata={"a": 1})
    evaluation = evaluate(
        [a_candidate(TEN), a_candidate(HALF)], order, StackingRules(), an_occasion()
    )

    result = redeem(order, evaluation, OrderStatus.PAID, whose_metadata_counts(), stored=True)
    undone = rolled_back(result.order, result.records)

    for records in (result.records, undone.records):
        assert [each.order and each.order.metadata for each in records] == [{"a": 1}, None, None]
        assert [each.customer and each.customer.metadata for each in records] == [
            {"b": 1},
            None,
            None,
        ]


def test_the_failed_child_of_a_stack_leaves_the_customer_s_metadata_to_its_parent() -> None:
    evaluation = evaluate(
        [a_candidate(TEN), a_candidate(OFF)], an_order(), StackingRules(), an_occasion()
    )

    records = refuse(evaluation, evaluation.inapplicable[0], whose_metadata_counts()).records

    assert [each.customer and each.customer.metadata for each in records] == [{"b": 1}, None]


def whose_metadata_counts() -> Circumstances:
    return circumstances(customer=a_customer_snapshot(metadata={"b": 1}))
