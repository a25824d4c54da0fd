"""Live validation sessions count in limits, and are free to whoever has their key (§6.2, §8.5)."""

from typing import Any, Final

import pytest

from tests.api.client import Api, Reply

ORDER: Final = {"amount": 10_000}
ANN: Final = {"source_id": "ann"}
VIOLATED: Final = "redemption_rules_violated"


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
    short = {"session": {"type": "LOCK", "key": "k", "ttl": 1, "ttl_unit": "MILLISECONDS"}}
    assert held(api, first, "k", **short)

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
