"""The rows of domain.md §7 that need no store, by their numbers."""

from datetime import UTC, datetime, timedelta

import pytest

from counterfoil.domain.allocations import NOTHING
from counterfoil.domain.errors import InvalidRedemption, InvalidRedemptionParent, NotFound
from counterfoil.domain.orders import OrderStatus, upserted
from counterfoil.domain.records import Record, RecordStatus, Result
from counterfoil.domain.redemptions import Redeemed, redeem, refuse
from counterfoil.domain.rollbacks import Target, refused_again, require_recent, target_of
from counterfoil.domain.stacking import evaluate
from counterfoil.domain.stacking_rules import StackingRules
from tests.builders import (
    APP_ID,
    CUSTOMER_ID,
    NOW,
    ORDER_ID,
    a_candidate,
    a_customer_snapshot,
    a_line,
    a_payload,
    a_rollback_payload,
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
LATER = NOW + timedelta(days=1)
TEN = amount_off(1_000, "TEN")
HALF = percent_off(50, "HALF")


def one() -> Redeemed:
    return redeemed(an_order(), [TEN])


def two() -> Redeemed:
    return redeemed(an_order(), [TEN, HALF])


def bought_by_ann() -> Redeemed:
    evaluation = evaluate([a_candidate(TEN)], an_order(), StackingRules(), an_occasion())
    facts = circumstances(
        customer=a_customer_snapshot(), tracking_id="track_ann", metadata={"till": "3"}
    )
    return redeem(an_order(), evaluation, OrderStatus.PAID, facts, stored=True)


def failures(count: int) -> tuple[Record, ...]:
    found = [a_candidate(TEN)] * (count - 1) + [an_unknown_candidate()]
    evaluation = evaluate(found, an_order(), StackingRules(), an_occasion())
    return refuse(evaluation, evaluation.inapplicable[0], circumstances()).records


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# Row 1


@pytest.mark.parametrize(
    ("redeemed_at", "too_late_at"),
    [
        ("2026-01-15T10:00:00", "2026-04-15T10:00:00"),
        ("2026-03-31T23:59:59", "2026-07-01T23:59:59"),
        ("2026-01-31T10:00:00", "2026-05-01T10:00:00"),
        ("2026-08-31T10:00:00", "2026-12-01T10:00:00"),
        ("2026-10-31T10:00:00", "2027-01-31T10:00:00"),
        ("2026-11-28T10:00:00", "2027-02-28T10:00:00"),
        ("2026-11-29T10:00:00", "2027-03-01T10:00:00"),
        ("2026-11-30T10:00:00", "2027-03-01T10:00:00"),
        ("2027-11-29T10:00:00", "2028-02-29T10:00:00"),
        ("2027-11-30T10:00:00", "2028-03-01T10:00:00"),
        ("2026-12-31T10:00:00", "2027-03-31T10:00:00"),
        ("2026-09-30T10:00:00", "2026-12-30T10:00:00"),
    ],
)
def test_row_1_a_redemption_can_be_rolled_back_for_three_calendar_months(
    redeemed_at: str, too_late_at: str
) -> None:
    record = one().records[0].model_copy(update={"date": at(redeemed_at)})

    require_recent(record, at(too_late_at) - timedelta(milliseconds=1))
    with pytest.raises(InvalidRedemption) as refused:
        require_recent(record, at(too_late_at))
    assert refused.value.details == ("Redemption is older than 3 months and cannot be rolled back.")


# Row 2


@pytest.mark.parametrize("records", [(), one().records])
def test_row_2_an_unknown_redemption_is_not_found(records: tuple[Record, ...]) -> None:
    with pytest.raises(NotFound, match="Cannot find redemption with id r_unknown"):
        target_of("r_unknown", records, stacks=True)


def test_a_rollback_cannot_be_rolled_back() -> None:
    result = one()
    undone = rolled_back(result.order, result.records)
    everything = (*result.records, *undone.records)

    with pytest.raises(NotFound):
        target_of(undone.records[0].id, everything, stacks=True)


# Row 3


def test_row_3_a_second_rollback_is_recorded_as_a_failed_one() -> None:
    first = bought_by_ann().records[0]

    failed = refused_again(Target(first, (first,)), request_ids(5, LATER), APP_ID)

    assert failed.model_dump(exclude={"customer"}, exclude_defaults=True) == {
        "id": f"rrf_{request_ids(5, LATER).root}00",
        "object": "redemption_rollback",
        "date": LATER,
        "result": Result.FAILURE,
        "status": RecordStatus.FAILED,
        "redemption_id": first.id,
        "tracking_id": "track_ann",
        "related_object_id": TEN.id,
        "order_id": ORDER_ID,
        "channel_id": APP_ID,
        "failure_code": "already_rolled_back",
        "failure_message": "Redemption has been already rolled back.",
    }
    assert failed.customer_id == CUSTOMER_ID


def test_row_3_a_second_rollback_of_a_stack_is_about_the_stack() -> None:
    parent, *children = two().records

    failed = refused_again(Target(parent, tuple(children)), request_ids(5), APP_ID)

    assert (failed.redemption_id, failed.related_object_id) == (parent.id, parent.id)
    assert failed.related_object_type == "redemption"


# Rows 4, 5, 6


@pytest.mark.parametrize("stacks", [True, False])
def test_row_4_a_child_is_refused_on_either_endpoint(*, stacks: bool) -> None:
    records = two().records

    with pytest.raises(InvalidRedemptionParent) as refused:
        target_of(records[1].id, records, stacks=stacks)

    assert refused.value.details == (
        "You can rollback only a redemption that does not have parent redemption."
    )


def test_row_5_a_parent_is_refused_on_the_single_endpoint() -> None:
    records = two().records

    with pytest.raises(InvalidRedemption) as refused:
        target_of(records[0].id, records, stacks=False)

    assert refused.value.details == (
        "You can rollback only a single redemption. Use different endpoint for stacked redemption."
    )


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("stacks", [True, False])
def test_row_6_a_failed_redemption_has_nothing_to_roll_back(count: int, *, stacks: bool) -> None:
    records = failures(count)

    with pytest.raises(InvalidRedemption, match=f"Redemption {records[0].id} failed"):
        target_of(records[0].id, records, stacks=stacks)


@pytest.mark.parametrize("stacks", [True, False])
def test_a_single_redemption_can_be_named_on_either_endpoint(*, stacks: bool) -> None:
    records = one().records

    assert target_of(records[0].id, records, stacks=stacks) == Target(records[0], records)


def test_a_stack_is_undone_through_its_parent() -> None:
    records = two().records

    assert target_of(records[0].id, records, stacks=True) == Target(records[0], records[1:])


def test_a_stack_that_was_undone_before_does_not_count_its_rollbacks_among_its_children() -> None:
    result = two()
    everything = (*result.records, *rolled_back(result.order, result.records).records)

    assert target_of(result.records[0].id, everything, stacks=True).undone == result.records[1:]


# Rows 8 and 11


def test_rows_8_and_11_what_the_body_says_is_kept_on_the_rollback() -> None:
    result = bought_by_ann()
    payload = a_rollback_payload(reason="return", tracking_id="track_till", metadata={"till": "4"})

    (record,) = rolled_back(result.order, result.records, payload).records

    assert (record.reason, record.tracking_id) == ("return", "track_till")
    assert record.metadata == {"till": "4"}


def test_an_empty_body_keeps_the_redemptions_tracking_id_and_no_metadata() -> None:
    result = bought_by_ann()

    (record,) = rolled_back(result.order, result.records).records

    assert (record.reason, record.tracking_id, record.metadata) == (None, "track_ann", None)


# Row 10: which order may be named is in test_orders.py


def test_row_10_the_body_may_carry_the_orders_status_and_metadata() -> None:
    result = redeemed(an_order(metadata={"channel": "web", "gift": True}), [TEN])
    payload = a_rollback_payload(
        order={"id": ORDER_ID, "status": "FULFILLED", "metadata": {"gift": None}}
    )

    order = rolled_back(result.order, result.records, payload).order

    assert order.status is OrderStatus.FULFILLED
    assert order.metadata == {"channel": "web", "gift": None}


def test_row_10_the_body_changes_nothing_else_of_the_order() -> None:
    result = redeemed(an_order(source_id="web-1", amount=10_000), [TEN])
    payload = a_rollback_payload(order={"amount": 1, "items": [{"amount": 5}], "source_id": "x"})

    order = rolled_back(result.order, result.records, payload).order

    assert (order.source_id, order.amount, order.items) == ("web-1", 10_000, ())


# Rows 12 to 15


def test_row_12_the_whole_redemption_is_undone() -> None:
    result = one()

    order = rolled_back(result.order, result.records).order

    assert (order.discount_amount, order.total_amount) == (0, 10_000)
    assert order.redemptions[0].in_force == NOTHING


def test_the_order_remembers_when_and_by_what_a_redemption_was_undone() -> None:
    result = one()

    order = rolled_back(result.order, result.records, ids=request_ids(5, LATER)).order

    (before,) = result.order.redemptions
    assert order.redemptions == (
        before.model_copy(
            update={
                "in_force": NOTHING,
                "rollback_id": f"rr_{ROOT}00",
                "rollback_date": LATER,
            }
        ),
    )


def test_the_order_remembers_every_rollback_of_a_stack_in_the_order_of_its_children() -> None:
    result = two()

    (entry,) = rolled_back(result.order, result.records).order.redemptions

    assert entry.stacked == (f"r_{ROOT}01", f"r_{ROOT}02")
    assert entry.rollback_stacked == (f"rr_{ROOT}01", f"rr_{ROOT}02")
    assert entry.rollback_id == f"rr_{ROOT}00"


def test_row_13_a_rollback_gives_back_the_use_that_it_undoes() -> None:
    result = one()

    (record,) = rolled_back(result.order, result.records).records

    (redemption,) = result.records
    assert redemption.use is not None
    assert record.use == redemption.use.model_copy(update={"used": None})
    assert record.allocation == redemption.allocation


def test_row_14_the_redemptions_own_record_stays_a_success() -> None:
    result = one()
    before = result.records[0].model_dump()

    undone = rolled_back(result.order, result.records)

    assert undone.target.first.model_dump() == before
    assert undone.target.first.result is Result.SUCCESS


def test_row_15_only_what_the_redemption_took_is_given_back() -> None:
    first = redeemed(an_order(amount=10_000), [TEN], request_ids(1))
    second = redeemed(first.order, [HALF], request_ids(2))
    assert second.order.discount_amount == 5_500

    order = rolled_back(second.order, first.records).order

    assert order.discount_amount == 4_500  # half of 9,000: not computed again
    assert [entry.in_force.order for entry in order.redemptions] == [0, 4_500]
    assert order.status is OrderStatus.CANCELED
    assert rolled_back(order, second.records).order.total_amount == 10_000


def test_row_15_only_what_is_still_in_force_is_given_back() -> None:
    result = redeemed(an_order(amount=10_000), [amount_off(8_000)])
    smaller = upserted(result.order, a_payload(amount=5_000), request_ids(2), (None, None))
    assert smaller.discount_amount == 5_000

    undone = rolled_back(smaller, result.records)

    assert (undone.order.discount_amount, undone.order.total_amount) == (0, 5_000)
    assert undone.records[0].allocation.order == 8_000


def test_row_15_discounts_on_lines_are_given_back_too() -> None:
    order = an_order(
        items=[a_line("a", 4_000)], redemptions=[an_entry(1, 100, a=300), an_entry(2, 0, a=50)]
    )
    record = one().records[0].model_copy(update={"id": an_entry(1).id})

    after = rolled_back(order, [record]).order

    assert after.line_discounts == {"a": 50}
    assert after.total_amount == 9_950


def test_row_15_the_order_was_updated_at_the_time_of_the_rollback() -> None:
    result = one()

    undone = rolled_back(result.order, result.records, ids=request_ids(5, LATER))

    assert undone.order.updated_at == LATER
    assert undone.records[0].date == LATER


def test_a_rollback_shows_the_order_as_it_left_it() -> None:
    result = one()

    (record,) = rolled_back(result.order, result.records).records

    assert record.order is not None
    assert record.order.status is OrderStatus.CANCELED
    assert (record.order.amount, record.order.discount_amount) == (10_000, 0)
    assert record.order.applied_discount_amount == 0


# Row 17


def test_row_17_a_redemption_without_customer_can_be_rolled_back() -> None:
    result = one()

    (record,) = rolled_back(result.order, result.records).records

    assert (record.customer, record.customer_id, record.tracking_id) == (None, None, None)


# Records


def test_a_single_rollback_is_the_mirror_of_its_redemption() -> None:
    result = bought_by_ann()

    undone = rolled_back(result.order, result.records)

    assert undone.parent is None
    assert undone.records == undone.rollbacks
    (record,) = undone.records
    assert record.id == f"rr_{ROOT}00"
    assert record.is_rollback
    assert record.redemption_id == f"r_{ROOT}00"
    assert (record.result, record.status) == (Result.SUCCESS, RecordStatus.SUCCEEDED)
    assert (record.related_object_type, record.related_object_id) == ("voucher", TEN.id)
    assert (record.order_id, record.channel_id) == (ORDER_ID, APP_ID)
    assert record.customer_id == CUSTOMER_ID


def test_a_stack_has_one_rollback_per_child_under_a_parent() -> None:
    result = two()

    undone = rolled_back(result.order, result.records)

    parent, *children = undone.records
    assert undone.parent is parent
    assert undone.target == Target(result.records[0], result.records[1:])
    assert undone.rollbacks == tuple(children)
    assert [record.id for record in undone.records] == [
        *(f"rr_{ROOT}00", f"rr_{ROOT}01", f"rr_{ROOT}02")
    ]
    assert [record.redemption_id for record in undone.records] == [
        *(f"r_{ROOT}00", f"r_{ROOT}01", f"r_{ROOT}02")
    ]
    assert [record.parent_id for record in undone.records] == [None, parent.id, parent.id]
    assert (parent.related_object_type, parent.related_object_id) == ("redemption", parent.id)
    assert parent.stacked == (f"rr_{ROOT}01", f"rr_{ROOT}02")
    assert parent.use is None
