"""Rules of promotion tiers and campaigns, which are put into the store as they would be made."""

import pytest

from counterfoil.domain import ids
from counterfoil.domain.campaigns import Campaign
from counterfoil.domain.promotions import PromotionTier
from counterfoil.storage import campaigns, definitions, promotions
from counterfoil.storage.marshal import Attributes, deflate
from counterfoil.storage.plans import Plan
from counterfoil.storage.store import Store
from tests.api.client import Api
from tests.builders import NOW

RULES = "/v1/validation-rules"
NAME = "Autumn"
MUG = {"object": "product", "source_id": "mug"}
TEA = {"object": "product", "source_id": "tea"}
CART = {
    "items": [
        {"source_id": "mug", "related_object": "product", "price": 1000, "quantity": 1},
        {"source_id": "tea", "related_object": "product", "price": 2000, "quantity": 1},
    ]
}
TIER_ID = "promo_000000000000000000000001"


@pytest.fixture
def campaign_id(api: Api, store: Store) -> str:
    """A campaign with one tier."""
    campaign_id = ids.campaign_id(api.project, NAME)
    campaign = Campaign(id=campaign_id, name=NAME, campaign_type="PROMOTION", created_at=NOW)
    body = campaign.model_dump_json(exclude={"id", "created_at", "updated_at"}, exclude_none=True)
    item: Attributes = {"body": deflate(body.encode()), "ca": "2026-01-01T00:00:00.000Z"}
    tier = PromotionTier.model_validate(
        {
            "id": TIER_ID,
            "campaign_id": campaign_id,
            "discount": {"type": "PERCENT", "percent_off": 10},
            "created_at": NOW,
        }
    )
    plan = Plan()
    plan.add(*definitions.created(campaigns.place(api.project, campaign_id), item, "a" * 8, "x-0"))
    plan.add(*promotions.created(api.project, tier, "b" * 8, "x-0"))
    store.commit(plan, "once")
    return campaign_id


def taken(api: Api) -> int:
    """What the tier takes off the lines of the cart: 100 is of the mug, 200 of the tea."""
    tier = [{"object": "promotion_tier", "id": TIER_ID}]
    reply = api.post("/v1/validations", {"redeemables": tier, "order": CART}).json
    assert reply["valid"], reply
    return int(reply["order"].get("items_discount_amount", 0))


@pytest.mark.parametrize("kind", ["promotion_tier", "campaign"])
def test_a_rule_limits_a_tier_be_it_its_own_or_its_campaigns(
    api: Api, campaign_id: str, kind: str
) -> None:
    named = {"promotion_tier": TIER_ID, "campaign": campaign_id}[kind]
    rule = api.rule(applicable_to={"included": [MUG]})
    assert taken(api) == 0  # the discount is of the order then

    made = api.assign(rule["id"], named, kind).json

    assert (made["related_object_type"], made["related_object_id"]) == (kind, named)
    assert taken(api) == 100
    listed = api.get(f"/v1/validation-rules-assignments?related_object_id={named}").json
    assert listed["data"] == [made]

    api.put(f"{RULES}/{rule['id']}", {"applicable_to": {"included": [TEA]}})
    assert taken(api) == 200

    assert api.delete(f"{RULES}/{rule['id']}/assignments/{made['id']}").status == 204
    assert taken(api) == 0


def test_a_tiers_own_rule_outranks_its_campaigns(api: Api, campaign_id: str) -> None:
    mugs = api.rule(applicable_to={"included": [MUG]})
    teas = api.rule("teas", applicable_to={"included": [TEA]})
    api.assign(teas["id"], campaign_id, "campaign")
    assert taken(api) == 200

    api.assign(mugs["id"], TIER_ID, "promotion_tier")

    assert taken(api) == 100


def test_a_campaign_may_be_named_by_its_name(api: Api, campaign_id: str) -> None:
    rule = api.rule()

    made = api.assign(rule["id"], NAME, "campaign").json

    assert made["related_object_id"] == campaign_id
