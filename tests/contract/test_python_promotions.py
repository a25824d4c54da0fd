"""Campaigns, promotions and gift cards together, through the vendor's own Python client."""

import pytest
import voucherify

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def campaigns(client: voucherify.ApiClient) -> voucherify.CampaignsApi:
    return voucherify.CampaignsApi(client)


@pytest.fixture(scope="module")
def promotions(client: voucherify.ApiClient) -> voucherify.PromotionsApi:
    return voucherify.PromotionsApi(client)


def a_campaign(
    campaigns: voucherify.CampaignsApi, name: str, count: int
) -> voucherify.CampaignsCreateResponseBody:
    body = voucherify.CampaignsCreateRequestBody.from_dict(
        {
            "name": name,
            "campaign_type": "DISCOUNT_COUPONS",
            "type": "STATIC",
            "vouchers_count": count,
            "voucher": {
                "type": "DISCOUNT_VOUCHER",
                "discount": {"type": "PERCENT", "percent_off": 10.0},
                "redemption": {"quantity": 1},
                "code_config": {"length": 8, "prefix": "PY-"},
            },
        }
    )
    return campaigns.create_campaign(body)


def a_tier(
    campaigns: voucherify.CampaignsApi, promotions: voucherify.PromotionsApi, name: str
) -> str:
    body = {"name": name, "campaign_type": "PROMOTION", "type": "AUTO_UPDATE"}
    campaign = campaigns.create_campaign(voucherify.CampaignsCreateRequestBody.from_dict(body))
    tier = voucherify.PromotionsTiersCreateRequestBody.from_dict(
        {
            "name": "Five off",
            "banner": "5.00 off",
            "action": {"discount": {"type": "AMOUNT", "amount_off": 500}},
        }
    )
    return str(promotions.add_promotion_tier_to_campaign(campaign.id, tier).id)


def test_a_campaign_makes_codes_binds_them_and_changes(
    campaigns: voucherify.CampaignsApi, vouchers: voucherify.VouchersApi
) -> None:
    made = a_campaign(campaigns, "Py Spring", 3)
    drawn = campaigns.add_vouchers_to_campaign("Py Spring")
    given = campaigns.add_voucher_with_specific_code_to_campaign("Py Spring", "PY-CERTAIN")
    campaigns.disable_campaign(made.id)
    off = campaigns.get_campaign("Py Spring")
    campaigns.enable_campaign(made.id)
    changed = campaigns.update_campaign(
        made.id, voucherify.CampaignsUpdateRequestBody(description="Codes for spring")
    )

    assert made.vouchers_count == 3
    assert drawn.code.startswith("PY-")
    assert (given.code, given.campaign_id) == ("PY-CERTAIN", made.id)
    assert (off.active, off.vouchers_count) == (False, 5)
    assert (changed.active, changed.description) == (True, "Codes for spring")
    assert made.id in [each.id for each in campaigns.list_campaigns(limit=100).campaigns]
    assert vouchers.get_voucher("PY-CERTAIN").campaign == "Py Spring"
    campaigns.delete_campaign(made.id)


def test_a_code_a_tier_and_a_gift_card_are_redeemed_in_one_call_and_taken_back(
    client: voucherify.ApiClient,
    campaigns: voucherify.CampaignsApi,
    promotions: voucherify.PromotionsApi,
    vouchers: voucherify.VouchersApi,
    redemptions: voucherify.RedemptionsApi,
) -> None:
    a_campaign(campaigns, "Py Codes", 1)
    code = campaigns.add_vouchers_to_campaign("Py Codes").code
    tier = a_tier(campaigns, promotions, "Py Promotion")
    card = voucherify.VouchersCreateWithSpecificCodeRequestBody.from_dict(
        {"type": "GIFT_VOUCHER", "gift": {"amount": 5000, "effect": "APPLY_TO_ORDER"}}
    )
    vouchers.create_voucher("PY-CARD", card)
    two = [{"object": "voucher", "id": code}, {"object": "promotion_tier", "id": tier}]
    three = [*two, {"object": "voucher", "id": "PY-CARD", "gift": {"credits": 2000}}]
    order = {"source_id": "py-three-kinds", "amount": 10000}

    valid = voucherify.ValidationsApi(client).validate_stacked_discounts(
        voucherify.ValidationsValidateRequestBody.from_dict({"redeemables": two, "order": order})
    )
    redeemed = redemptions.redeem_stacked_discounts(
        voucherify.RedemptionsRedeemRequestBody.from_dict({"redeemables": three, "order": order})
    )
    spent = vouchers.get_voucher("PY-CARD").gift.balance
    undone = redemptions.rollback_stacked_redemptions(redeemed.parent_redemption.id)

    assert (valid.valid, valid.order.total_amount) == (True, 8500)
    assert redeemed.order.total_amount == 6500
    kinds = sorted(each.related_object_type for each in redeemed.redemptions)
    assert kinds == ["promotion_tier", "voucher", "voucher"]
    assert spent == 3000
    assert len(undone.rollbacks) == 3
    assert undone.order.status == "CANCELED"
    assert vouchers.get_voucher("PY-CARD").gift.balance == 5000


def test_a_cart_is_told_what_it_qualifies_for(
    client: voucherify.ApiClient,
    campaigns: voucherify.CampaignsApi,
    promotions: voucherify.PromotionsApi,
) -> None:
    tier = a_tier(campaigns, promotions, "Py Qualified")
    asked = {
        "scenario": "ALL",
        "order": {"amount": 10000},
        "options": {"limit": 50, "expand": ["redeemable"], "sorting_rule": "DEFAULT"},
    }
    on_the_server = voucherify.QualificationsApi(client).check_eligibility(
        voucherify.QualificationsCheckEligibilityRequestBody.from_dict(asked)
    )
    in_a_page = voucherify.ClientSideApi(client).check_eligibility_client_side(
        voucherify.ClientQualificationsCheckEligibilityRequestBody.from_dict(asked),
        _headers={"Origin": "https://shop.example"},  # its signature forgets that one
    )

    for qualified in (on_the_server, in_a_page):
        found = {each.id: each for each in qualified.redeemables.data}
        assert found[tier].object == "promotion_tier"
        assert found[tier].order.total_amount == 9500


def test_tiers_are_listed_changed_combined_and_deleted(
    campaigns: voucherify.CampaignsApi, promotions: voucherify.PromotionsApi
) -> None:
    tier = a_tier(campaigns, promotions, "Py Tiers")
    campaign = campaigns.get_campaign("Py Tiers").id
    changed = promotions.update_promotion_tier(
        tier, voucherify.PromotionsTiersUpdateRequestBody(banner="Five")
    )
    body = voucherify.PromotionsStacksCreateRequestBody.from_dict(
        {"name": "Both", "tiers": {"ids": [tier], "hierarchy_mode": "MANUAL"}}
    )
    stack = promotions.create_promotion_stack(campaign, body)
    stacks = promotions.list_promotion_stacks_in_campaign(campaign)

    assert (changed.id, changed.banner) == (tier, "Five")
    assert promotions.get_promotion_tier(tier).campaign_id == campaign
    assert tier in [each.id for each in promotions.list_promotion_tiers(limit=100).tiers]
    assert [each.id for each in stacks.data] == [stack.id]
    promotions.delete_promotion_stack(campaign, stack.id)
    promotions.delete_promotion_tier(tier)
