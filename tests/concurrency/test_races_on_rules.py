"""Counting rules and rules on the purchase history under races (protocol.md §5, §6)."""

from typing import Final

import pytest

from tests.concurrency.crew import Crew, Visit, Worker
from tests.concurrency.engines import EVERY_ENGINE
from tests.concurrency.faults import Fault, Kind
from tests.concurrency.shop import ANN, Shop, key_of, redemption_of, statuses
from tests.concurrency.stalls import Stalled

pytestmark = [pytest.mark.engine, EVERY_ENGINE]

VIOLATED: Final = "redemption_rules_violated"
NAMES: Final = {None, VIOLATED, "customer_rules_violated", "multiple_requests"}
ORDER: Final = {"amount": 5000}
OFF: Final = {"discount": {"type": "AMOUNT", "amount_off": 1000}}


def rule(shop: Shop, name: str, operator: str, number: int, window: str | None = None) -> str:
    entry = {"name": name, "property": window, "conditions": {operator: [number]}}
    body = {"name": name, "rules": {"1": entry}}
    return str(shop.done(shop.request("POST", "/v1/validation-rules", body)).body["id"])


def ruled_voucher(shop: Shop, code: str, made: str) -> str:
    body = {"type": "DISCOUNT_VOUCHER", **OFF, "validation_rules": [made]}
    shop.done(shop.request("POST", f"/v1/vouchers/{code}", body))
    return code


def live(shop: Shop) -> int:
    """The redemptions that count."""
    return sum(1 for _ in shop.require_sound().uses())


def test_one_redemption_per_customer_is_one_among_32_orders_at_once(shop: Shop, crew: Crew) -> None:
    made = rule(shop, "redemption.count.per_customer", "$less_than_or_equal", 1)
    code = ruled_voucher(shop, "ONCE", made)
    shop.done(shop.request("POST", "/v1/customers", ANN))

    outcomes = crew.visits([shop.redeeming(code, customer=ANN) for _ in range(32)])

    assert {key_of(it) for it in outcomes} <= NAMES
    assert statuses(outcomes).count(200) == 1
    assert live(shop) == 1
    assert key_of(shop.ask(shop.redeeming(code, customer=ANN))) == VIOLATED
    bob = {"source_id": "bob"}
    shop.done(shop.redeeming(code, customer=bob))


def test_a_rollback_gives_a_customer_the_use_back(shop: Shop) -> None:
    made = rule(shop, "redemption.count.per_customer.monthly", "$less_than", 2)
    code = ruled_voucher(shop, "ONCE", made)
    first = shop.done(shop.redeeming(code, customer=ANN))
    assert key_of(shop.ask(shop.redeeming(code, customer=ANN))) == VIOLATED

    shop.done(shop.undoing(redemption_of(first.body)))

    shop.done(shop.redeeming(code, customer=ANN))
    shop.require_sound()


def test_a_campaigns_budget_in_money_holds_among_50_at_once(shop: Shop, crew: Crew) -> None:
    made = rule(shop, "campaign.orders.amount_discounted", "$less_than_or_equal", 20_000)
    campaign = {"name": "C", "voucher": OFF, "validation_rules": [made]}
    shop.done(shop.request("POST", "/v1/campaigns", campaign))
    codes = [f"CODE-{number}" for number in range(10)]
    for code in codes:
        shop.done(shop.request("POST", f"/v1/campaigns/C/vouchers/{code}", {}))

    outcomes = crew.visits([shop.redeeming(codes[place % 10], order=ORDER) for place in range(50)])

    assert {key_of(it) for it in outcomes} <= NAMES
    granted = statuses(outcomes).count(200)
    assert granted <= 20
    assert live(shop) == granted
    for code in codes * 2:
        shop.ask(shop.redeeming(code, order=ORDER))
    assert live(shop) == 20


def test_fewer_than_three_orders_lets_three_of_ten_through(shop: Shop, crew: Crew) -> None:
    """Each of the ten is an order of one customer: a fourth would have been their fourth order."""
    made = rule(shop, "customer.orders.count", "$less_than", 3, "P30D")
    code = ruled_voucher(shop, "EARLY", made)
    shop.done(shop.request("POST", "/v1/customers", ANN))

    outcomes = crew.visits([shop.redeeming(code, customer=ANN) for _ in range(10)])

    assert {key_of(it) for it in outcomes} <= NAMES
    assert statuses(outcomes).count(200) <= 3
    for _ in range(4):
        shop.ask(shop.redeeming(code, customer=ANN))
    assert live(shop) == 3


def test_days_that_were_read_before_what_a_lifetime_tells_of_are_read_again(
    shop: Shop, worker: Worker
) -> None:
    """A batch is not atomic: an order came between the days and the version of the history."""
    made = rule(shop, "customer.orders.count", "$less_than", 3, "P30D")
    code = ruled_voucher(shop, "EARLY", made)
    redeeming = shop.redeeming(code, customer=ANN)
    for _ in range(2):  # from now on the worker reads both in its first batch
        assert worker.visit(redeeming).status == 200

    slow = Stalled(worker, Visit(redeeming, (Fault(Kind.TORN_MONTHS, 1),)))
    shop.done(redeeming)

    assert key_of(slow.goes_on()) == "customer_rules_violated"
    assert live(shop) == 3


def test_a_tier_is_redeemed_so_often_a_day_and_no_more(shop: Shop, crew: Crew) -> None:
    """Its counter has sixteen buckets, of which one counts as soon as the rule is there."""
    made = rule(shop, "redemption.count.daily", "$less_than_or_equal", 5)
    shop.done(shop.request("POST", "/v1/campaigns", {"name": "P", "campaign_type": "PROMOTION"}))
    tier = {"action": OFF, "name": "T"}
    name = str(shop.done(shop.request("POST", "/v1/promotions/P/tiers", tier)).body["id"])
    body = {"redeemables": [{"object": "promotion_tier", "id": name}], "order": {"amount": 5000}}
    redeeming = shop.request("POST", "/v1/redemptions", body)
    for _ in range(2):
        shop.done(redeeming)
    target = {"related_object_type": "promotion_tier", "related_object_id": name}
    shop.done(shop.request("POST", f"/v1/validation-rules/{made}/assignments", target))

    outcomes = crew.visits([redeeming] * 16)

    assert {key_of(it) for it in outcomes} <= NAMES
    assert statuses(outcomes).count(200) <= 3
    for _ in range(3):
        shop.ask(redeeming)
    assert live(shop) == 5
