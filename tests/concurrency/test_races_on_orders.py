"""One order, one session: whoever gets in does so alone, the others are told so at once."""

import re
from collections.abc import Sequence

import pytest

from tests.concurrency.crew import Crew
from tests.concurrency.engines import EVERY_ENGINE
from tests.concurrency.shop import ANN, Shop, key_of, redemption_of, statuses
from tests.concurrency.worker import Outcome

pytestmark = [pytest.mark.engine, EVERY_ENGINE]

BUSY = "multiple_requests"


def fences(outcomes: Sequence[Outcome]) -> list[int]:
    """The fences of the sessions that were had."""
    headers = [it.headers["x-order-session"] for it in outcomes if it.status == 200]
    return sorted(int(re.findall(r"fence=(\d+);", header)[0]) for header in headers)


def winners(outcomes: Sequence[Outcome]) -> list[int]:
    """The positions of those who were answered 200; all others were told that it is busy."""
    assert {key_of(it) for it in outcomes} <= {None, BUSY}
    return [number for number, it in enumerate(outcomes) if it.status == 200]


def test_no_two_of_thirty_two_requests_overlap_on_one_order(shop: Shop, crew: Crew) -> None:
    code = shop.voucher("TEN", amount_off=10)
    for _ in range(shop.engine.rounds(5, 1)):
        order_id = shop.order(amount=100_000, customer=ANN)
        redeeming = shop.redeeming(code, order={"id": order_id})
        changing = [shop.changing(order_id, metadata={f"n{n}": n}) for n in range(16)]

        outcomes = crew.visits([redeeming, *[redeeming] * 15, *changing])

        won = winners(outcomes)
        assert won
        assert fences(outcomes) == list(range(1, len(won) + 1))
        stored = shop.require_sound().orders[order_id]
        assert stored.version == 1 + len(won)
        assert stored.order.total_discount_amount == 10 * sum(number < 16 for number in won)
        assert {f"n{n - 16}" for n in won if n >= 16} == set(stored.order.metadata)


def test_the_one_that_is_turned_away_learns_which_order_is_busy(shop: Shop, crew: Crew) -> None:
    order_id = shop.order()

    outcomes = crew.visits([shop.changing(order_id, metadata={"a": 1})] * 32)

    turned_away = [it for it in outcomes if it.status != 200]
    assert {it.status for it in turned_away} <= {400}
    assert all(order_id in str(it.body["details"]) for it in turned_away)
    assert {it.headers["retry-after"] for it in turned_away} <= {"1"}


def test_thirty_two_creations_of_one_source_id_are_one_order(shop: Shop, crew: Crew) -> None:
    for number in range(shop.engine.rounds(4, 1)):
        source = f"web-{number}"
        bodies = [{"customer": ANN} if n % 2 else {} for n in range(32)]

        outcomes = crew.visits(
            [
                shop.ordering(source_id=source, metadata={f"n{n}": n}, **body)
                for n, body in enumerate(bodies)
            ]
        )

        won = winners(outcomes)
        (stored,) = (it for it in shop.ledger().orders.values() if it.order.source_id == source)
        assert {it.body["id"] for it in outcomes if it.status == 200} == {stored.order.id}
        assert set(stored.order.metadata) == {f"n{n}" for n in won}
        assert shop.order(source_id=source) == stored.order.id
    assert len(shop.require_sound().orders) == shop.engine.rounds(4, 1)


def test_redemptions_with_one_new_source_id_are_on_one_order(shop: Shop, crew: Crew) -> None:
    code = shop.voucher("TEN", amount_off=10)
    order = {"source_id": "web-1", "amount": 10_000}

    outcomes = crew.visits([shop.redeeming(code, order=order, customer=ANN)] * 32)

    won = winners(outcomes)
    ledger = shop.require_sound()
    (stored,) = ledger.orders.values()
    assert stored.order.total_discount_amount == 10 * len(won)
    assert ledger.counter(code).used == len(won)


def test_counters_equal_records_after_redeeming_and_rolling_back_at_once(
    shop: Shop, crew: Crew
) -> None:
    codes = [shop.voucher("FIVE", quantity=5), shop.voucher("ANY")]
    orders = [shop.order(customer=ANN) for _ in range(8)]
    done = [shop.redeemed(codes[n % 2], order={"id": orders[n]}) for n in range(8)]

    for _ in range(shop.engine.rounds(5, 1)):
        undoing = [shop.undoing(each) for each in done for _ in range(2)]
        redeeming = [
            shop.redeeming(*codes, order={"id": order_id}) for order_id in orders for _ in range(2)
        ]
        outcomes = crew.visits([*undoing, *redeeming])

        assert {it.status for it in outcomes} <= {200, 400}
        undone = statuses(outcomes[:16])
        assert all(sum(pair) != 400 for pair in zip(undone[::2], undone[1::2], strict=True))
        shop.require_sound()
        done = [redemption_of(it.body) for it in outcomes[16:] if it.status == 200] or done
        done = (done * 8)[:8]


def test_a_redemption_is_rolled_back_once_by_sixteen_at_once(shop: Shop, crew: Crew) -> None:
    code = shop.voucher("ANY")
    for _ in range(shop.engine.rounds(4, 1)):
        order_id = shop.order()
        shop.redeemed(code, order={"id": order_id})
        wanted = shop.redeemed(code, order={"id": order_id})

        outcomes = crew.visits([shop.undoing(wanted)] * 16)

        assert statuses(outcomes).count(200) == 1
        assert {key_of(it) for it in outcomes} <= {None, BUSY, "already_rolled_back"}
        stored = shop.require_sound().orders[order_id]
        assert stored.order.total_discount_amount == 100


def test_two_orders_that_claim_one_source_id_at_once_do_not_both_get_it(
    shop: Shop, crew: Crew
) -> None:
    for number in range(shop.engine.rounds(5, 1)):
        rivals = [shop.order(source_id=f"mine-{number}-{n}") for n in range(8)]

        outcomes = crew.visits(
            [shop.changing(order_id, source_id=f"wanted-{number}") for order_id in rivals]
        )

        assert sorted(statuses(outcomes)) == [200] + [409] * 7
        assert {key_of(it) for it in outcomes} == {None, "duplicate_found"}
        shop.require_sound()


def test_a_source_id_that_is_claimed_while_it_is_created_has_one_order(
    shop: Shop, crew: Crew
) -> None:
    for number in range(shop.engine.rounds(5, 1)):
        source = f"wanted-{number}"
        rivals = [shop.order() for _ in range(4)]
        claims = [shop.changing(order_id, source_id=source) for order_id in rivals]
        creations = [shop.ordering(source_id=source, metadata={f"n{n}": n}) for n in range(4)]

        outcomes = crew.visits([*claims, *creations])

        assert {key_of(it) for it in outcomes} <= {None, BUSY, "duplicate_found"}
        named = [it.body["id"] for it in outcomes if it.status == 200]
        assert len(set(named)) == 1
        shop.require_sound()


def test_what_many_orders_say_of_one_customer_at_once_is_all_kept(shop: Shop, crew: Crew) -> None:
    for number in range(shop.engine.rounds(5, 1)):
        name = f"ann-{number}"

        outcomes = crew.visits(
            [
                shop.ordering(
                    amount=10,
                    status="PAID",
                    customer={"source_id": name, "metadata": {f"n{n}": n}},
                )
                for n in range(16)
            ]
        )

        won = winners(outcomes)
        assert won
        (customer_id,) = {str(outcomes[n].body["customer_id"]) for n in won}
        profile = shop.done(shop.request("GET", f"/v1/customers/{customer_id}")).body
        assert profile["metadata"] == {f"n{n}": n for n in won}
        shop.require_sound()
