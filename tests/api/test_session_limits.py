"""Live validation sessions count in limits, and are free to whoever has their key (§6.2, §8.5)."""

import time
from typing import Any, Final

import boto3
import pytest

from counterfoil.storage.holds import base36
from tests.api.client import Api, Reply

ORDER: Final = {"amount": 10_000}
ANN: Final = {"source_id": "ann"}
VIOLATED: Final = "redemption_rules_violated"
# What an order of 100.00 adds to each budget of a thing that has no campaign.
BUDGETS: Final = [
    ("campaign.orders.amount", 10_000),
    ("campaign.orders.amount_discounted", 1_000),
    ("redemption.gift.amount", 10_000),
]


def limited(api: Api, name: str, most: int, codes: int = 3) -> list[str]:
    """The codes of a campaign that has a counting rule."""
    entry = {"name": name, "conditions": {"$less_than_or_equal": [most]}}
    rule = str(api.rule("most", rules={"1": entry})["id"])
    api.campaign(validation_rules=[rule])
    names = [f"CODE-{number}" for number in range(codes)]
    for code in names:
        assert api.post(f"/v1/campaigns/Spring/vouchers/{code}", {}).status == 200
    return names


def body(api: Api, code: str, key: str | None = None, **more: object) -> dict[str, Any]:
    session = {} if key is None else {"session": {"type": "LOCK", "key": key, "ttl": 1}}
    return {**api.redeeming(code), "order": ORDER, "customer": ANN, **session, **more}


def held(api: Api, code: str, key: str, **more: object) -> bool:
    return bool(api.post("/v1/validations", body(api, code, key, **more)).json["valid"])


def lapsing(key: str) -> dict[str, object]:
    """A session that is over before anything else can be asked."""
    return {"session": {"type": "LOCK", "key": key, "ttl": 1, "ttl_unit": "MILLISECONDS"}}


def budgeted(api: Api, name: str, most: int) -> str:
    """The code of a voucher, or card, without a campaign that has a rule of its own."""
    entry = {"name": name, "conditions": {"$less_than_or_equal": [most]}}
    rule = str(api.rule("budget", rules={"1": entry})["id"])
    if "gift" in name:
        api.gift_card("ALONE", 100_000, validation_rules=[rule])
    else:
        api.voucher("ALONE", validation_rules=[rule])
    return "ALONE"


def redeemed(api: Api, code: str, key: str | None = None) -> Reply:
    return api.post("/v1/redemptions", body(api, code, key))


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("campaign.redemptions.count", 1),
        ("campaign.redemptions.count.daily", 1),
        ("campaign.redemptions.customers_count", 1),
        ("campaign.redemptions.customers_count.monthly", 1),
        ("campaign.orders.amount", 15_000),
        ("campaign.orders.amount_discounted", 1_500),
    ],
)
def test_what_a_session_holds_counts_for_others_and_is_free_to_its_key(
    api: Api, name: str, most: int
) -> None:
    first, second, _ = limited(api, name, most)

    assert held(api, first, "till-1")
    assert not held(api, second, "till-2")
    assert redeemed(api, second).json["key"] == VIOLATED
    assert redeemed(api, first, "till-1").status == 200
    assert redeemed(api, second).json["key"] == VIOLATED


@pytest.mark.parametrize("name", ["campaign.redemptions.count", "campaign.orders.amount"])
def test_a_released_session_holds_nothing_any_more(api: Api, name: str) -> None:
    most = 1 if name.endswith("count") else 10_000
    first, second, _ = limited(api, name, most)
    assert held(api, first, "till-1")

    assert api.delete(f"/v1/vouchers/{first}/sessions/till-1").status == 204

    assert redeemed(api, second).status == 200


def test_a_session_that_lapsed_holds_nothing_any_more(api: Api) -> None:
    first, second, _ = limited(api, "campaign.redemptions.count", 1)
    assert held(api, first, "k", **lapsing("k"))

    assert redeemed(api, second).status == 200


def test_a_session_that_is_renewed_holds_once(api: Api) -> None:
    first, second, _ = limited(api, "campaign.redemptions.count", 2)

    assert held(api, first, "till-1")
    assert held(api, first, "till-1")

    assert redeemed(api, second).status == 200
    assert redeemed(api, second).json["key"] == VIOLATED


def test_a_daily_limit_of_a_voucher_counts_sessions(api: Api) -> None:
    entry = {"name": "redemption.count.daily", "conditions": {"$less_than": [2]}}
    rule = str(api.rule("daily", rules={"1": entry})["id"])
    api.voucher("ONCE", validation_rules=[rule])

    assert held(api, "ONCE", "till-1")

    assert redeemed(api, "ONCE").json["key"] == VIOLATED
    assert redeemed(api, "ONCE", "till-1").status == 200
    assert redeemed(api, "ONCE").json["key"] == VIOLATED


@pytest.mark.parametrize(
    "name",
    ["campaign.redemptions.count", "redemption.count.per_customer", "campaign.orders.amount"],
)
def test_a_session_that_lapsed_is_renewed_or_redeemed_with_as_if_it_were_new(
    api: Api, name: str
) -> None:
    first, second, _ = limited(api, name, 1 if "count" in name else 10_000)
    assert held(api, first, "k", **lapsing("k"))

    assert held(api, first, "k", **lapsing("k"))
    assert held(api, first, "k")
    if "campaign" in name:
        assert not held(api, second, "other")
    assert held(api, first, "k", **lapsing("k"))
    assert redeemed(api, first, "k").status == 200
    assert redeemed(api, first).json["key"] == VIOLATED


def test_a_session_of_two_that_lapsed_is_renewed_for_one(api: Api) -> None:
    first, second, _ = limited(api, "campaign.redemptions.count", 2)
    both = {**body(api, first, "k", **lapsing("k")), **api.redeeming(first, second)}
    assert api.post("/v1/validations", both).json["valid"]

    assert held(api, first, "k")

    assert redeemed(api, second).status == 200
    assert redeemed(api, second).json["key"] == VIOLATED


@pytest.mark.parametrize(("name", "each"), BUDGETS)
def test_a_budget_of_what_has_no_campaign_counts_sessions(api: Api, name: str, each: int) -> None:
    code = budgeted(api, name, 2 * each)

    assert held(api, code, "till-1")
    assert held(api, code, "till-1")
    assert held(api, code, "till-2")
    assert not held(api, code, "till-3")
    assert redeemed(api, code).json["key"] == VIOLATED
    assert redeemed(api, code, "till-1").status == 200
    assert redeemed(api, code).json["key"] == VIOLATED
    assert redeemed(api, code, "till-2").status == 200
    assert redeemed(api, code).json["key"] == VIOLATED


@pytest.mark.parametrize(("name", "each"), BUDGETS)
def test_a_budget_of_what_has_no_campaign_is_whole_again_after_a_release(
    api: Api, name: str, each: int
) -> None:
    code = budgeted(api, name, each)
    assert held(api, code, "till-1")

    assert api.delete(f"/v1/vouchers/{code}/sessions/till-1").status == 204

    assert redeemed(api, code).status == 200
    assert redeemed(api, code).json["key"] == VIOLATED


@pytest.mark.parametrize(("name", "each"), BUDGETS)
def test_a_budget_of_what_has_no_campaign_is_whole_again_when_a_session_lapsed(
    api: Api, name: str, each: int
) -> None:
    code = budgeted(api, name, each)
    assert held(api, code, "k", **lapsing("k"))

    assert held(api, code, "k", **lapsing("k"))
    assert held(api, code, "other", **lapsing("other"))
    assert redeemed(api, code).status == 200
    assert redeemed(api, code).json["key"] == VIOLATED


def test_a_rollback_gives_a_budget_back_that_a_session_had_held(api: Api) -> None:
    code = budgeted(api, "campaign.orders.amount", 10_000)
    assert held(api, code, "till-1")
    done = redeemed(api, code, "till-1")

    assert api.post(f"/v1/redemptions/{done.redemption_id}/rollback", {}).status == 200

    assert held(api, code, "till-2")
    assert redeemed(api, code).json["key"] == VIOLATED


@pytest.mark.parametrize("of_campaign", [True, False])
def test_any_number_of_lapsed_sessions_is_shed_a_few_at_a_time(
    api: Api, table: str, *, of_campaign: bool
) -> None:
    name = "campaign.orders.amount"
    code = limited(api, name, 20_000)[0] if of_campaign else budgeted(api, name, 20_000)
    assert held(api, code, "till-1")
    stored = boto3.resource("dynamodb").Table(table)
    (counter,) = (each for each in stored.scan()["Items"] if "ha" in {name[:2] for name in each})
    over = [base36(int(time.time() * 1000) - number) for number in range(1, 301)]
    lapsed = {f"{kind}_{end}": 1 for kind in ("h", "ha", "hd") for end in over}
    taken = int(str(counter["taken"])) + (0 if of_campaign else len(over))
    stored.put_item(Item={**counter, **lapsed, "taken": taken})

    assert redeemed(api, code, "till-1").status == 200
    assert held(api, code, "till-2")
    assert redeemed(api, code).json["key"] == VIOLATED
    after = stored.get_item(Key={each: counter[each] for each in ("pk", "sk")})["Item"]
    assert 0 < sum(name in after for name in lapsed) < len(lapsed)
    # The second came to an item of many holds, where those of a day end every two hours.
    ends = [int(name[3:], 36) for name in after if name.startswith("ha_")]
    assert max(ends) % 7_200_000 == 0
