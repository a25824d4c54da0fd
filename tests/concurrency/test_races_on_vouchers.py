"""Limits under races of real processes: what was granted is what the ledger holds."""

from collections import Counter

import pytest

from tests.concurrency.crew import Crew
from tests.concurrency.engines import EVERY_ENGINE
from tests.concurrency.shop import Shop, key_of, statuses

pytestmark = [pytest.mark.engine, EVERY_ENGINE]


def test_a_voucher_for_one_is_redeemed_once_by_sixty_four_at_once(shop: Shop, crew: Crew) -> None:
    codes = [shop.voucher(f"ONE-{n}", quantity=1) for n in range(shop.engine.rounds(50, 1))]

    granted = []
    for code in codes:
        outcomes = crew.visits([shop.redeeming(code, order={"amount": 1000})] * 64)
        granted.append(statuses(outcomes).count(200))
        assert {key_of(it) for it in outcomes if it.status != 200} == {"quantity_exceeded"}

    assert granted == [1] * len(codes)
    ledger = shop.require_sound()
    assert {ledger.counter(code).used for code in codes} == {1}
    assert {ledger.granted(code) for code in codes} == {1}
    assert len(ledger.orders) == len(codes)


def test_a_voucher_for_ten_is_redeemed_ten_times_by_fifty_at_once(shop: Shop, crew: Crew) -> None:
    codes = [shop.voucher(f"TEN-{n}", quantity=10) for n in range(shop.engine.rounds(3, 1))]

    for code in codes:
        outcomes = crew.visits([shop.redeeming(code, order={"amount": 1000})] * 50)
        assert statuses(outcomes).count(200) == 10, Counter(map(key_of, outcomes))

    ledger = shop.require_sound()
    assert {ledger.counter(code).used for code in codes} == {10}


def test_one_code_is_created_once_by_sixteen_at_once(shop: Shop, crew: Crew) -> None:
    discount = {"type": "AMOUNT", "amount_off": 100}
    for number in range(shop.engine.rounds(3, 1)):
        body = {"type": "DISCOUNT_VOUCHER", "discount": discount}

        outcomes = crew.visits([shop.request("POST", f"/v1/vouchers/C{number}", body)] * 16)

        assert statuses(outcomes).count(200) == 1
        assert {key_of(it) for it in outcomes} == {None, "duplicate_found"}
    assert len(shop.require_sound().vouchers) == shop.engine.rounds(3, 1)


def test_what_many_say_of_one_voucher_at_once_is_all_kept(shop: Shop, crew: Crew) -> None:
    code = shop.voucher("ANY")
    redeeming = shop.redeeming(code, order={"amount": 1000})
    for number in range(shop.engine.rounds(3, 1)):
        changes = [
            shop.request("PUT", f"/v1/vouchers/{code}", {"metadata": {f"n{number}-{n}": n}})
            for n in range(8)
        ]

        outcomes = crew.visits([*changes, *[redeeming] * 8])

        assert {key_of(it) for it in outcomes} <= {None, "multiple_requests"}
        stored = shop.require_sound().vouchers.values()
        (metadata,) = (it.voucher.metadata for it in stored)
        kept = {f"n{number}-{n}" for n, it in enumerate(outcomes[:8]) if it.status == 200}
        assert {name for name in metadata if name.startswith(f"n{number}-")} == kept
