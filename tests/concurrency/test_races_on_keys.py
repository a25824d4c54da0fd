"""Equal Idempotency-Keys at once: one effect, and nobody hears of another."""

import pytest

from tests.concurrency.crew import Crew
from tests.concurrency.engines import EVERY_ENGINE
from tests.concurrency.shop import ANN, Shop, key_of, keyed

pytestmark = [pytest.mark.engine, EVERY_ENGINE]


def test_equal_keys_at_once_create_one_order(shop: Shop, crew: Crew) -> None:
    for number in range(shop.engine.rounds(3, 1)):
        outcomes = crew.visits([keyed(f"k-{number}", shop.ordering(amount=1000))] * 16)

        assert {it.status for it in outcomes} == {200}
        assert len({it.raw for it in outcomes}) == 1
        assert len(shop.require_sound().orders) == number + 1


def test_equal_keys_at_once_redeem_once_on_a_new_order(shop: Shop, crew: Crew) -> None:
    code = shop.voucher("ANY")
    for number in range(shop.engine.rounds(3, 1)):
        request = keyed(f"k-{number}", shop.redeeming(code, order={"amount": 1000}, customer=ANN))

        outcomes = crew.visits([request] * 16)

        assert {key_of(it) for it in outcomes} <= {None, "multiple_requests"}
        assert len({it.raw for it in outcomes if it.status == 200}) == 1
        assert shop.require_sound().counter(code).used == number + 1


def test_equal_keys_at_once_redeem_once_on_a_stored_order(shop: Shop, crew: Crew) -> None:
    code = shop.voucher("ANY")
    order_id = shop.order(amount=100_000)
    for number in range(shop.engine.rounds(3, 1)):
        request = keyed(f"k-{number}", shop.redeeming(code, order={"id": order_id}))

        outcomes = crew.visits([request] * 16)

        assert {key_of(it) for it in outcomes} <= {None, "multiple_requests"}
        assert len({it.raw for it in outcomes if it.status == 200}) == 1
        assert shop.require_sound().counter(code).used == number + 1


def test_equal_keys_at_once_are_refused_alike(shop: Shop, crew: Crew) -> None:
    shop.voucher("NONE", quantity=1)
    shop.redeemed("NONE", order={"amount": 1})
    request = keyed("k", shop.redeeming("NONE", order={"amount": 1000}, customer=ANN))

    outcomes = crew.visits([request] * 16)

    assert {key_of(it) for it in outcomes} <= {"quantity_exceeded", "multiple_requests"}
    assert len({it.raw for it in outcomes if key_of(it) == "quantity_exceeded"}) == 1
    failures = [it for it in shop.require_sound().records if it.id.startswith("rf_")]
    assert len(failures) == 1
