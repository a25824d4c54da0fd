"""The status table of domain.md §3.4: a test per row that needs no store.

A failed redemption never reaches an order here: what it does to a linked one is an operation's.
"""

import pytest

from counterfoil.domain.orders import OrderStatus, draft, upserted
from counterfoil.domain.redemptions import refuse, status_after
from counterfoil.domain.stacking import evaluate
from counterfoil.domain.stacking_rules import StackingRules
from tests.builders import (
    ORDER_ID,
    a_candidate,
    a_payload,
    a_rollback_payload,
    amount_off,
    an_occasion,
    an_order,
    an_unknown_candidate,
    circumstances,
    redeemed,
    request_ids,
    rolled_back,
)

NOBODY = (None, None)
ANY = tuple(OrderStatus)
TEN = amount_off(1_000, "TEN")


def test_create_without_status_is_created() -> None:
    assert draft(a_payload(), ORDER_ID, request_ids(), NOBODY).status is OrderStatus.CREATED


@pytest.mark.parametrize("sent", ANY)
def test_create_with_status_has_that_status(sent: OrderStatus) -> None:
    assert draft(a_payload(status=sent), ORDER_ID, request_ids(), NOBODY).status is sent


@pytest.mark.parametrize("sent", ANY)
@pytest.mark.parametrize("before", ANY)
def test_update_with_status_has_that_status_whatever_it_had(
    before: OrderStatus, sent: OrderStatus
) -> None:
    order = an_order(status=before)

    assert upserted(order, a_payload(status=sent), request_ids(), NOBODY).status is sent


@pytest.mark.parametrize("before", ANY)
def test_update_without_status_keeps_the_one_it_had(before: OrderStatus) -> None:
    order = an_order(status=before)

    assert upserted(order, a_payload(amount=1), request_ids(), NOBODY).status is before


@pytest.mark.parametrize("before", ANY)
def test_redemption_succeeds_without_status_and_pays_the_order_whatever_it_was(
    before: OrderStatus,
) -> None:
    for sent in (None, a_payload(), a_payload(amount=1)):
        order = redeemed(an_order(status=before), [TEN], status=status_after(sent)).order

        assert order.status is OrderStatus.PAID


@pytest.mark.parametrize("sent", ANY)
def test_redemption_succeeds_with_status_and_the_payload_overrides(sent: OrderStatus) -> None:
    status = status_after(a_payload(status=sent))

    assert redeemed(an_order(), [TEN], status=status).order.status is sent


def test_redemption_fails_and_its_records_hold_no_order() -> None:
    evaluation = evaluate([an_unknown_candidate()], an_order(), StackingRules(), an_occasion())

    refused = refuse(evaluation, evaluation.inapplicable[0], circumstances())

    assert [(record.order, record.order_id) for record in refused.records] == [(None, None)]


@pytest.mark.parametrize("before", ANY)
def test_validation_shows_the_status_of_the_linked_order(before: OrderStatus) -> None:
    order = an_order(status=before)

    assert (
        evaluate([a_candidate(TEN)], order, StackingRules(), an_occasion()).order.status is before
    )


@pytest.mark.parametrize("before", ANY)
def test_rollback_succeeds_without_status_and_cancels_the_order(before: OrderStatus) -> None:
    paid = redeemed(an_order(), [TEN], status=before)

    for payload in (None, a_rollback_payload(order=None), a_rollback_payload(order={})):
        assert rolled_back(paid.order, paid.records, payload).order.status is OrderStatus.CANCELED


@pytest.mark.parametrize("sent", ANY)
def test_rollback_succeeds_with_status_and_the_payload_overrides(sent: OrderStatus) -> None:
    paid = redeemed(an_order(), [TEN])
    payload = a_rollback_payload(order={"status": sent})

    assert rolled_back(paid.order, paid.records, payload).order.status is sent
