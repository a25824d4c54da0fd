"""Limits under races of real processes: what was granted is what the ledger holds."""

from collections import Counter

import pytest

from tests.concurrency.crew import Crew
from tests.concurrency.engines import EVERY_ENGINE
from tests.concurrency.shop import Shop, key_of, statuses

pytestmark = [pytest.mark.engine, EVERY_ENGINE]


def test_a_voucher_for_one_is_redeemed_once_by_sixty_four_at_once(shop: Shop, crew: Crew) -> None:
    codes = [shop.voucher(f"ONE-{n}", quantity=1) for n in range(shop.engine.rounds(50, 2))]

    granted = []
    for code in codes:
        outcomes = crew.visits([shop.redeeming(code, order={"amount": 1000})] * 64)
        granted.append(statuses(outcomes).count(200))
        assert {key_of(it) for it in outcomes if it.status != 200} == {"quantity_exceeded"}

    assert granted == [1] * len(codes)
    ledger = shop.require_sound()
    assert {ledger.counter(code).used for code in codes} == {1}
    assert {ledger.granted(code) for code in codes} == {1}
    assert len(ledger.orders()) == len(codes)


def test_a_voucher_for_ten_is_redeemed_ten_times_by_fifty_at_once(shop: Shop, crew: Crew) -> None:
    codes = [shop.voucher(f"TEN-{n}", quantity=10) for n in range(shop.engine.rounds(5, 1))]

    for code in codes:
        outcomes = crew.visits([shop.redeeming(code, order={"amount": 1000})] * 50)
        assert statuses(outcomes).count(200) == 10, Counter(map(key_of, outcomes))

    ledger = shop.require_sound()
    assert {ledger.counter(code).used for code in codes} == {10}
