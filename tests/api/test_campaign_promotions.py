"""A campaign's tiers and stacks as they come with it and go with it (domain.md §2.7, §2.8)."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from counterfoil.domain.errors import InvalidCampaign, InvalidPayload
from counterfoil.domain.ids import RequestIds
from counterfoil.domain.promotion_payloads import TierPayload
from counterfoil.operations import campaign_promotions
from counterfoil.operations.call import Call
from counterfoil.storage.plans import Plan
from counterfoil.storage.store import Patience, Store
from tests.api.client import Api
from tests.api.promotions import FIVE_OFF, Promotions


@pytest.fixture
def shop(api: Api, store: Store) -> Promotions:
    patient = Patience(left=lambda: 9.0, pause=lambda _: None)
    return Promotions(api, replace(store, patience=patient))


def call(shop: Promotions, number: int = 0) -> Call:
    drawn = RequestIds(number.to_bytes(32, "big"), datetime(2026, 3, 1, tzinfo=UTC))
    return Call(shop.store, shop.api.project, "till", drawn, UTC, lease_seconds=12)


def payload(**fields: object) -> TierPayload:
    return TierPayload.model_validate({"action": {"discount": FIVE_OFF}, **fields})


def commit(shop: Promotions, name: str, *plans: object) -> None:
    plan = Plan()
    for actions in plans:
        plan.add(*actions)  # type: ignore[misc]  # whatever yields actions
    shop.store.commit(plan, name)


def found(shop: Promotions, campaign: str, *payloads: TierPayload) -> None:
    request = call(shop)
    tiers = campaign_promotions.first_tiers(request, campaign, payloads)
    commit(shop, "found", campaign_promotions.opening(request, campaign, tiers, "by"))


def take_away(shop: Promotions, campaign: str) -> int:
    """How many transactions took all of a campaign's promotions away."""
    request, count = call(shop), 0
    while actions := campaign_promotions.removals(request, campaign):
        count += 1
        commit(shop, f"away {count}", actions)
    return count


def tiers(shop: Promotions, campaign: str) -> list[tuple[str, int]]:
    listed = shop.api.get(f"/v1/promotions/{campaign}/tiers").json["tiers"]
    return [(each["name"], each["hierarchy"]) for each in listed]


def test_a_campaign_comes_with_tiers(shop: Promotions) -> None:
    campaign = shop.campaign()

    found(shop, campaign, payload(name="a"), payload(name="b", hierarchy=6), payload(name="c"))
    shop.tier(campaign, name="d")

    assert tiers(shop, campaign) == [("a", 1), ("b", 6), ("c", 7), ("d", 8)]


def test_a_campaign_comes_with_no_more_tiers_than_one_transaction_holds(shop: Promotions) -> None:
    with pytest.raises(InvalidCampaign, match="at most 4 tiers"):
        campaign_promotions.first_tiers(call(shop), "camp_1", [payload()] * 5)
    with pytest.raises(InvalidCampaign, match="assign the rule"):
        campaign_promotions.first_tiers(call(shop), "camp_1", [payload(validation_rules=["val_1"])])
    with pytest.raises(InvalidPayload):
        campaign_promotions.first_tiers(call(shop), "camp_1", [TierPayload()])


def test_nothing_comes_to_a_campaign_that_is_closed(shop: Promotions) -> None:
    campaign = shop.campaign()
    tier = shop.tier(campaign)["id"]

    commit(shop, "close", [campaign_promotions.closing(call(shop), campaign)])

    body = {"action": {"discount": FIVE_OFF}}
    stack = {"name": "S", "tiers": {"ids": [tier]}}
    assert shop.api.post(f"/v1/promotions/{campaign}/tiers", body).status == 404
    assert shop.api.post(f"/v1/promotions/{campaign}/stacks", stack).status == 404


def test_stacks_and_tiers_go_with_their_campaign(shop: Promotions) -> None:
    campaign = shop.campaign()
    rule = shop.api.rule()
    made = [shop.tier(campaign, validation_rules=[rule["id"]])["id"] for _ in range(6)]
    for _ in range(3):
        shop.stack(campaign, *made[:3])
    commit(shop, "close", [campaign_promotions.closing(call(shop), campaign)])

    assert take_away(shop, campaign) == 4

    assert tiers(shop, campaign) == []
    assert shop.api.get("/v1/promotions/stacks").json["data"] == []
    assert shop.api.get(f"/v1/validation-rules/{rule['id']}").json["assignments_count"] == 0


def test_a_later_campaign_of_the_name_begins_anew(shop: Promotions) -> None:
    campaign = shop.campaign()
    shop.tier(campaign, name="old", hierarchy=5)
    commit(shop, "close", [campaign_promotions.closing(call(shop), campaign)])
    take_away(shop, campaign)

    found(shop, campaign)

    assert shop.tier(campaign, name="new")["hierarchy"] == 1
    assert tiers(shop, campaign) == [("new", 1)]
