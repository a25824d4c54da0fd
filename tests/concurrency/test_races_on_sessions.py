"""Validation sessions under races of real processes: capacity is held exactly (protocol.md §10)."""

from collections import Counter

import pytest

from local.http_messages import HttpRequest
from tests.concurrency.crew import Crew, Visit, Worker
from tests.concurrency.engines import EVERY_ENGINE
from tests.concurrency.shop import Shop, key_of, statuses
from tests.concurrency.stalls import stalled
from tests.concurrency.worker import Outcome

pytestmark = [pytest.mark.engine, EVERY_ENGINE]

ORDER = {"amount": 1000}
# The voucher is read, and then comes the commit.
LOCK_COMMITS = 2
BRIEF = {"ttl": 1, "ttl_unit": "MILLISECONDS"}


def held(outcomes: list[Outcome]) -> int:
    """How many validations have what they asked for."""
    assert set(statuses(outcomes)) <= {200}, Counter(map(key_of, outcomes))
    return sum(outcome.body["valid"] is True for outcome in outcomes)


def redeeming(shop: Shop, key: str, code: str) -> HttpRequest:
    return shop.redeeming(code, order=ORDER, session={"type": "LOCK", "key": key})


def test_five_sessions_of_forty_hold_a_voucher_for_five(shop: Shop, crew: Crew) -> None:
    for number in range(shop.engine.rounds(5, 1)):
        code = shop.voucher(f"FIVE-{number}", quantity=5)
        keys = [f"{code}-{n}" for n in range(40)]

        outcomes = crew.visits([shop.locking(key, code) for key in keys])

        assert held(outcomes) == 5
        counter = shop.require_sound().counter(code)
        assert (counter.used, counter.taken) == (0, 5)
        redeemed = crew.visits([redeeming(shop, key, code) for key in keys])
        assert [it.status == 200 for it in redeemed] == [it.body["valid"] for it in outcomes]
        counter = shop.require_sound().counter(code)
        assert (counter.used, counter.taken) == (5, 5)
        # Of sessions that end in one millisecond, the attribute stays until the next write.
        assert all(each.is_empty for each in counter.holds)


def test_sessions_and_redemptions_at_once_never_exceed_the_quantity(shop: Shop, crew: Crew) -> None:
    for number in range(shop.engine.rounds(5, 1)):
        code = shop.voucher(f"MIX-{number}", quantity=5)
        locks = [shop.locking(f"{code}-{n}", code) for n in range(16)]

        outcomes = crew.visits([*locks, *[shop.redeeming(code, order=ORDER)] * 16])

        assert held(outcomes[:16]) + statuses(outcomes[16:]).count(200) == 5
        assert shop.require_sound().counter(code).taken == 5


def test_what_lapsed_is_taken_off_once_by_all_who_come_for_it(shop: Shop, crew: Crew) -> None:
    for number in range(shop.engine.rounds(5, 1)):
        code = shop.voucher(f"OVER-{number}", quantity=5)
        for n in range(5):
            shop.done(shop.locking(f"{code}-{n}", code, **BRIEF))

        outcomes = crew.visits([shop.redeeming(code, order=ORDER)] * 32)

        assert statuses(outcomes).count(200) == 5
        counter = shop.require_sound().counter(code)
        assert (counter.used, counter.taken) == (5, 5)


def test_one_key_holds_once_however_many_ask_with_it(shop: Shop, crew: Crew) -> None:
    for number in range(shop.engine.rounds(5, 1)):
        code = shop.voucher(f"SAME-{number}", quantity=5)

        outcomes = crew.visits([shop.locking(code, code)] * 16)

        assert {key_of(it) for it in outcomes} <= {None, "multiple_requests"}
        counter = shop.require_sound().counter(code)
        assert (counter.used, counter.taken) == (0, 1)
        crew.visits([shop.releasing(code, code)] * 8)
        assert shop.require_sound().counter(code).taken == 0


def test_a_session_is_used_up_once_by_all_who_have_its_key(shop: Shop, crew: Crew) -> None:
    for number in range(shop.engine.rounds(5, 1)):
        code = shop.voucher(f"USED-{number}", quantity=1)
        shop.done(shop.locking(code, code))

        outcomes = crew.visits([redeeming(shop, code, code)] * 16)

        assert statuses(outcomes).count(200) == 1
        counter = shop.require_sound().counter(code)
        assert (counter.used, counter.taken, counter.holds) == (1, 1, ())


def test_sessions_and_redemptions_at_once_never_exceed_a_card(shop: Shop, crew: Crew) -> None:
    for number in range(shop.engine.rounds(5, 1)):
        code = f"CARD-{number}"
        card = {"type": "GIFT_VOUCHER", "gift": {"amount": 1000}}
        shop.done(shop.request("POST", f"/v1/vouchers/{code}", card))
        redeemable = {"object": "voucher", "id": code, "gift": {"credits": 200}}
        body = {"redeemables": [redeemable], "order": ORDER}
        locks = [
            shop.request("POST", "/v1/validations", {**body, "session": {"key": f"{code}-{n}"}})
            for n in range(16)
        ]
        spending = shop.request("POST", "/v1/redemptions", body)

        outcomes = crew.visits([*locks, *[spending] * 16])

        assert held(outcomes[:16]) + statuses(outcomes[16:]).count(200) == 5
        counter = shop.require_sound().counter(code)
        assert counter.gift is not None
        assert counter.gift.available == 0
        assert counter.gift.balance == 200 * held(outcomes[:16])


def test_a_session_never_holds_by_a_definition_that_has_changed(shop: Shop, worker: Worker) -> None:
    code = shop.voucher("FIVE", quantity=5)
    slow = stalled(worker, Visit(shop.locking("K", code)), LOCK_COMMITS)

    shop.done(shop.request("POST", f"/v1/vouchers/{code}/disable"))

    assert held([slow.goes_on()]) == 0
    assert shop.require_sound().counter(code).taken == 0


def test_a_session_that_was_used_meanwhile_is_not_let_go_too(shop: Shop, worker: Worker) -> None:
    code = shop.voucher("FIVE", quantity=5)
    shop.done(shop.locking("K", code))
    slow = stalled(worker, Visit(shop.releasing("K", code)), LOCK_COMMITS)

    shop.done(redeeming(shop, "K", code))
    outcome = slow.goes_on()

    assert outcome.status == 204
    counter = shop.require_sound().counter(code)
    assert (counter.used, counter.taken) == (1, 1)
