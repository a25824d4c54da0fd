"""The invariants themselves: a sum that is wrong by one is noticed, wherever it stands."""

from dataclasses import replace

import pytest

from tests.concurrency import mixed_stacks
from tests.concurrency.engines import BEST_ENGINE
from tests.concurrency.invariants import violations
from tests.concurrency.shop import ANN, LINES, Shop

pytestmark = [pytest.mark.engine, BEST_ENGINE]

RULES = "/v1/validation-rules"
COUNTED = (
    "redemption.count.per_customer",
    "redemption.count.per_api_key",
    "campaign.redemptions.customers_count.weekly",
    "campaign.orders.amount",
)


def counting(shop: Shop, code: str) -> None:
    """Gives the voucher a rule that has it counted wherever that is possible."""
    rules = {
        str(place): {"name": name, "conditions": {"$less_than": [10**9]}}
        for place, name in enumerate(COUNTED)
    }
    made = shop.done(shop.request("POST", RULES, {"name": code, "rules": rules})).body["id"]
    target = f"{RULES}/{made}/assignments"
    shop.done(shop.request("POST", target, {"related_object_id": code}))


def reserving(shop: Shop, *codes: str) -> None:
    redeemables = [{"object": "voucher", "id": code} for code in codes]
    body = {"redeemables": redeemables, "order": {"items": LINES}, "customer": ANN}
    request = shop.request("POST", "/v1/validations", {**body, "session": {"key": "cart"}})
    assert shop.done(request).body["valid"]


def test_a_number_on_a_counter_that_is_wrong_by_one_is_noticed(shop: Shop) -> None:
    stack = mixed_stacks.stocked(shop, "x")
    for code in (stack.member, stack.limited):
        counting(shop, code)
    order = {"items": LINES}
    for _ in range(2):
        shop.done(stack.redeeming(shop, order=order, customer=ANN))
    reserving(shop, stack.member, stack.limited)
    ledger = shop.require_sound()

    numbers = [
        (key, name, value)
        for key, item in ledger.items.items()
        if key.sk.startswith(("N#", "U#", "D#", "L"))
        for name, value in item.items()
        if isinstance(value, int) and not name.endswith("hv")
    ]

    assert {name[0] for _, name, _ in numbers} >= set("dwmoukhn")
    for key, name, value in numbers:
        for wrong in (value + 1, value - 1):
            changed = {**ledger.items, key: {**ledger.items[key], name: wrong}}
            assert violations(replace(ledger, items=changed)), f"{key}: {name} may be {wrong}"
