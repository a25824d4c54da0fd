"""Gift cards under races of real processes: no credit is spent twice, and none is lost."""

import pytest

from tests.concurrency.crew import Crew
from tests.concurrency.engines import EVERY_ENGINE
from tests.concurrency.shop import Shop, key_of, redemption_of, statuses

pytestmark = [pytest.mark.engine, EVERY_ENGINE]


def test_a_card_of_ten_thousand_is_spent_by_forty_at_once(shop: Shop, crew: Crew) -> None:
    codes = [shop.gift_card(f"CARD-{n}", 10_000) for n in range(shop.engine.rounds(3, 1))]

    for code in codes:
        outcomes = crew.visits([shop.spending(code, 300, 1_000)] * 40)
        assert statuses(outcomes).count(200) == 33
        assert {key_of(it) for it in outcomes} == {None, "gift_amount_exceeded"}

    ledger = shop.require_sound()
    for code in codes:
        money = ledger.counter(code).gift
        assert money is not None
        assert (money.spent, money.balance, money.available) == (9_900, 100, 100)


def test_forty_who_take_what_they_need_empty_a_card_exactly(shop: Shop, crew: Crew) -> None:
    code = shop.gift_card("CARD", 10_000)

    outcomes = crew.visits([shop.spending(code, None, 300)] * 40)

    assert {key_of(it) for it in outcomes} == {None, "gift_amount_exceeded"}
    assert statuses(outcomes).count(200) == 34
    ledger = shop.require_sound()
    money = ledger.counter(code).gift
    assert money is not None
    assert (money.spent, money.balance) == (10_000, 0)


def test_what_is_taken_off_by_hand_at_once_is_never_more_than_there_is(
    shop: Shop, crew: Crew
) -> None:
    code = shop.gift_card("CARD", 1_000)

    outcomes = crew.visits([shop.crediting(code, -300)] * 16)

    assert statuses(outcomes).count(200) == 3
    assert {key_of(it) for it in outcomes} == {None, "invalid_add_balance_params"}
    money = shop.require_sound().counter(code).gift
    assert money is not None
    assert (money.subtracted, money.balance) == (900, 100)


def test_loads_removals_redemptions_and_rollbacks_at_once_add_up(shop: Shop, crew: Crew) -> None:
    code = shop.gift_card("CARD", 5_000)
    spent = [redemption_of(shop.done(shop.spending(code, 200, 500)).body) for _ in range(8)]

    outcomes = crew.visits(
        [
            *(shop.crediting(code, 500) for _ in range(8)),
            *(shop.crediting(code, -100) for _ in range(8)),
            *(shop.spending(code, 250, 500) for _ in range(8)),
            *(shop.undoing(each) for each in spent),
        ]
    )

    assert set(statuses(outcomes)) == {200}
    money = shop.require_sound().counter(code).gift
    assert money is not None
    assert (money.loaded, money.subtracted, money.spent) == (9_000, 800, 2_000)
