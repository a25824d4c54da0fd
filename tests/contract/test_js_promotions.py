"""Campaigns, promotions and gift cards together, through the vendor's own JavaScript client."""

import pytest

from tests.contract.scripts import INSTALLED, told

pytestmark = [pytest.mark.engine, INSTALLED]


def test_a_campaign_makes_codes_binds_them_and_changes(host: str) -> None:
    answers = told("campaign_life.mjs", host)

    made, counted = answers["made"], answers["counted"]
    assert (made["object"], made["vouchers_count"]) == ("campaign", 3)
    assert answers["by_name"]["id"] == answers["by_id"]["id"] == made["id"]
    assert made["id"] in [each["id"] for each in answers["listed"]["campaigns"]]
    assert answers["drawn"]["code"].startswith("JS-")
    assert (answers["given"]["code"], answers["given"]["campaign"]) == ("JS-CERTAIN", "JS Spring")
    assert counted["vouchers_count"] == 5
    assert answers["switched_off"]["valid"] is False
    assert answers["valid"]["order"]["total_amount"] == 900
    assert answers["valid"]["campaign"] == "JS Spring"
    assert answers["changed"]["description"] == "Codes for spring"
    assert answers["twice"]["code"] == 409
    assert (answers["action"]["status"], answers["action"]["operation_status"]) == (
        "DONE",
        "SUCCESS",
    )
    assert answers["gone"]["code"] == 404


def test_a_code_a_tier_and_a_gift_card_are_redeemed_in_one_call_and_taken_back(host: str) -> None:
    answers = told("three_kinds.mjs", host)

    redeemed, undone = answers["redeemed"], answers["undone"]
    assert [each["id"] for each in answers["tiers"]["tiers"]] == [answers["tier"]["id"]]
    assert answers["valid"]["order"]["total_amount"] == 8500
    assert answers["tier"]["id"] in [each["id"] for each in answers["of_tier"]["promotions"]]
    for qualified in (answers["qualified"], answers["page"]):
        found = {each["id"]: each for each in qualified["redeemables"]["data"]}
        assert found[answers["tier"]["id"]]["order"]["total_amount"] == 9500
    assert redeemed["order"]["total_amount"] == 6500
    assert len(redeemed["redemptions"]) == len(undone["rollbacks"]) == 3
    kinds = [each["related_object_type"] for each in redeemed["redemptions"]]
    assert sorted(kinds) == ["promotion_tier", "voucher", "voucher"]
    assert answers["spent"]["gift"]["balance"] == 3000
    assert answers["back"]["gift"]["balance"] == 5000
    assert undone["order"]["status"] == "CANCELED"
    assert answers["alone"]["order"]["total_amount"] == 500
