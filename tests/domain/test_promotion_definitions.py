"""What payloads make of promotion tiers and stacks (domain.md §1.10, §2.8)."""

from datetime import timedelta

import pytest

from counterfoil.domain.campaigns import Campaign
from counterfoil.domain.errors import InvalidCampaign, InvalidPayload
from counterfoil.domain.promotion_definitions import (
    draft,
    draft_stack,
    require_members,
    require_promotion,
    switched,
    updated,
    updated_stack,
)
from counterfoil.domain.promotion_payloads import (
    PromotionStackPayload,
    PromotionStackUpdate,
    TierPayload,
    TierUpdate,
)
from counterfoil.domain.promotions import PromotionStack, PromotionTier
from tests.builders import NOW

LATER = NOW + timedelta(hours=1)
FIVE = {"type": "AMOUNT", "amount_off": 500}


def tier(**fields: object) -> PromotionTier:
    payload = TierPayload.model_validate({"action": {"discount": FIVE}, **fields})
    return draft(payload, "promo_1", "camp_1", 3, NOW)


def change(before: PromotionTier, **fields: object) -> PromotionTier:
    return updated(before, TierUpdate.model_validate(fields), LATER)


def stack(*tiers: str, **fields: object) -> PromotionStack:
    payload = PromotionStackPayload.model_validate({"name": "S", "tiers": {"ids": tiers}, **fields})
    return draft_stack(payload, "stack_1", "camp_1", NOW)


def test_a_tier_takes_the_place_that_is_next_unless_it_is_sent() -> None:
    assert tier().hierarchy == 3
    assert tier(hierarchy=None).hierarchy == 3
    assert tier(hierarchy=0).hierarchy == 0


def test_a_tier_is_active_unless_it_is_said_otherwise() -> None:
    assert tier().active
    assert tier(active=None).active
    assert not tier(active=False).active


@pytest.mark.parametrize(
    "fields",
    [
        {"action": None},
        {"action": {}},
        {"action": {"discount": {"type": "AMOUNT"}}},
        {"validity_timeframe": {"interval": "P1D", "duration": "PT1H"}},
    ],
)
def test_what_can_be_no_tier_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(InvalidPayload):
        tier(**fields)


def test_an_explicit_null_clears_what_can_be_without_a_value() -> None:
    before = tier(name="T", banner="B", category_id="cat_1", start_date="2026-01-01")

    after = change(before, name=None, banner=None, category_id=None, start_date=None)

    assert (after.name, after.banner, after.category_id, after.start_date) == (None,) * 4
    assert after.updated_at == LATER


def test_null_leaves_what_must_have_a_value() -> None:
    before = tier(metadata={"a": 1})

    assert change(before, hierarchy=None, active=None, metadata=None, action=None) is before
    assert change(before, action={"discount": None}) is before


def test_what_stays_the_same_is_no_change() -> None:
    before = tier(name="T", metadata={"a": 1})

    assert change(before, name="T", hierarchy=3, metadata={"a": 1}, action={"discount": FIVE}) is (
        before
    )
    assert switched(before, LATER, active=True) is before
    assert switched(before, LATER, active=False).updated_at == LATER


def test_a_discount_stays_of_its_type() -> None:
    with pytest.raises(
        InvalidPayload, match="Promotion tier promo_1 has a discount of type AMOUNT"
    ):
        change(tier(), action={"discount": {"type": "PERCENT", "percent_off": 1}})


def test_a_change_cannot_make_what_can_be_no_tier() -> None:
    with pytest.raises(InvalidPayload):
        change(tier(start_date="2026-01-02"), expiration_date="2026-01-01")


@pytest.mark.parametrize("kind", ["DISCOUNT_COUPONS", "GIFT_VOUCHERS", None])
def test_only_campaigns_of_promotions_have_tiers(kind: str | None) -> None:
    known = {} if kind is None else {"campaign_type": kind}
    campaign = Campaign.model_validate({"id": "camp_1", "name": "A", "created_at": NOW, **known})

    with pytest.raises(InvalidCampaign, match="not PROMOTION"):
        require_promotion(campaign)
    require_promotion(campaign.model_copy(update={"campaign_type": "PROMOTION"}))


def test_a_stack_keeps_the_order_of_its_tiers() -> None:
    before = stack("b", "a")

    after = updated_stack(
        before, PromotionStackUpdate.model_validate({"tiers": {"ids": ["a", "b"]}}), LATER
    )

    assert (before.tiers, after.tiers) == (("b", "a"), ("a", "b"))
    assert after.updated_at == LATER


def test_a_stack_names_no_tier_twice() -> None:
    with pytest.raises(InvalidPayload, match="more than once"):
        stack("a", "a")


def test_a_stack_has_tiers_of_its_campaign_only() -> None:
    require_members(stack("a", "b"), {"a", "b", "c"})
    with pytest.raises(InvalidPayload, match="has b, which is no tier of camp_1"):
        require_members(stack("a", "b"), {"a"})


def test_an_update_of_a_stack_that_names_nothing_new_is_no_change() -> None:
    before = stack("a", category_id="cat_1")

    same = PromotionStackUpdate.model_validate({"name": "S", "tiers": None, "category_id": "cat_1"})
    other = PromotionStackUpdate.model_validate({"category_id": None})

    assert updated_stack(before, same, LATER) is before
    assert updated_stack(before, other, LATER).category_id is None
