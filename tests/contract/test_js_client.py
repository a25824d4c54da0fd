"""The vendor's own JavaScript client, unchanged but for its address, does what shops do with it.

Each script in `js/` is one life of a thing, told by the client's answers; what they must be is
said here. The client is pinned in `js/package.json` and installed by `make test` where npm is.
"""

import pytest

from tests.contract.scripts import INSTALLED, told

pytestmark = [pytest.mark.engine, INSTALLED]


def test_an_order_lives_from_creation_to_fulfilment(host: str) -> None:
    answers = told("order_life.mjs", host)

    made, changed = answers["made"], answers["changed"]
    assert (made["amount"], made["total_amount"], made["status"]) == (4800, 4800, "CREATED")
    assert [line["amount"] for line in made["items"]] == [1800, 3000]
    assert (changed["id"], changed["status"]) == (made["id"], "FULFILLED")
    assert answers["found"] == changed
    assert answers["listed"]["total"] == len(answers["listed"]["orders"])
    assert made["id"] in [order["id"] for order in answers["listed"]["orders"]]
    assert answers["customer"]["summary"]["orders"]["total_amount"] == 4800
    assert answers["unknown"] == {
        "code": 404,
        "key": "not_found",
        "message": "Resource not found",
        "details": "Cannot find order with id nobody has it",
        "resource_type": "order",
    }


def test_a_voucher_is_made_switched_changed_listed_and_deleted(host: str) -> None:
    answers = told("voucher_life.mjs", host)

    assert (answers["made"]["code"], answers["made"]["active"]) == ("JS LIFE/1", True)
    assert answers["made"]["redemption"]["quantity"] == 3
    assert (answers["again"]["code"], answers["again"]["key"]) == (409, "duplicate_found")
    assert answers["disabled"]["active"] is False
    assert answers["enabled"]["active"] is True
    assert answers["changed"]["expiration_date"] == "2030-01-01T00:00:00.000Z"
    assert answers["changed"]["metadata"] == {"a": 1}
    assert "JS LIFE/1" in [each["code"] for each in answers["listed"]["vouchers"]]
    assert (answers["gone"]["code"], answers["gone"]["key"]) == (404, "not_found")


def test_two_vouchers_are_validated_redeemed_and_rolled_back(host: str) -> None:
    answers = told("redemption_life.mjs", host)

    valid, redeemed, undone = answers["valid"], answers["redeemed"], answers["undone"]
    assert valid["valid"] is True
    assert "inapplicable_redeemables" not in valid
    assert valid["order"]["total_amount"] == redeemed["order"]["total_amount"] == 3820
    assert answers["of_one"]["order"]["total_discount_amount"] == 480
    assert (answers["of_none"]["valid"], answers["of_none"]["error"]["code"]) == (False, 404)
    parent = redeemed["parent_redemption"]["id"]
    assert [each["redemption"] for each in redeemed["redemptions"]] == [parent] * 2
    assert (undone["order"]["status"], undone["order"]["total_amount"]) == ("PAID", 4800)
    assert answers["twice"]["key"] == "already_rolled_back"
    assert answers["left"]["status"] == "PAID"


def test_a_single_redemption_is_read_and_rolled_back_with_a_reason(host: str) -> None:
    answers = told("single_redemption.mjs", host)

    assert answers["single"]["order"]["total_amount"] == 900
    assert answers["found"]["id"] == answers["single"]["id"]
    assert answers["rollback"]["reason"] == "return"
    assert answers["rollback"]["order"]["status"] == "CANCELED"


def test_lists_take_the_filters_that_the_client_writes(host: str) -> None:
    answers = told("redemption_lists.mjs", host)

    wanted = [answers["redeemed"]["id"]]
    assert [each["id"] for each in answers["filtered"]["redemptions"]] == wanted
    assert [each["id"] for each in answers["of_customer"]["redemptions"]] == wanted
    assert answers["before"]["redemptions"] == []
    assert [each["id"] for each in answers["of_voucher"]["redemption_entries"]] == wanted


def test_a_bearer_token_works_in_place_of_the_key_until_it_is_revoked(host: str) -> None:
    answers = told("bearer_token.mjs", host)

    assert (answers["token"]["client_id"], answers["token"]["scope"]) == ("local-app", "vouchers")
    assert answers["seen"] == answers["made"]
    assert answers["outside"]["key"] == "missing_required_permission"
    assert answers["revoked"] == 204
    assert (answers["after"]["code"], answers["after"]["key"]) == (401, "unauthorized")


def test_a_page_validates_and_redeems_from_a_whitelisted_origin(host: str) -> None:
    answers = told("client_side.mjs", host)

    assert answers["preflight"] == 204
    assert "X-Client-Token" in answers["allowed"]
    assert answers["valid"]["order"]["total_amount"] == 800
    assert answers["redeemed"]["order"]["status"] == "PAID"
    assert (answers["code"]["valid"], answers["code"]["order"]["total_amount"]) == (True, 800)
    assert answers["code"]["order"]["metadata"] == {"basket": "7"}
    assert answers["alone"]["code"] == "JS-PAGE"
    assert answers["redeemed_code"]["order"]["total_amount"] == 400
    assert answers["elsewhere"]["key"] == "forbidden"


def test_a_product_and_its_sku_live_and_price_an_order(host: str) -> None:
    answers = told("catalogue_life.mjs", host)

    made, sku = answers["made"], answers["sku"]
    assert (answers["changed"]["id"], answers["changed"]["metadata"]) == (made["id"], {"size": "L"})
    assert made["id"] in [each["id"] for each in answers["listed"]["products"]]
    assert answers["sku_changed"]["price"] == 1300
    assert answers["sku_found"]["product_id"] == made["id"]
    assert [each["id"] for each in answers["skus"]["skus"]] == [sku["id"]]
    assert [line["amount"] for line in answers["order"]["items"]] == [1800, 1300]
    collection, told_of = answers["collection"], answers["collections"]
    assert told_of["found"] == collection
    assert collection in told_of["listed"]["data"]
    assert answers["cheap"] in told_of["listed"]["data"]
    (red,) = told_of["skus"]["data"]
    assert (red["id"], red["product"]["id"]) == (sku["id"], made["id"])
    assert made["id"] in [each["id"] for each in told_of["products"]["data"]]
    assert [each["code"] for each in answers["gone"]] == [404, 404, 404]


def test_a_session_holds_a_use_until_it_is_released_or_redeemed(host: str) -> None:
    answers = told("session_life.mjs", host)

    valid = [answers[name]["valid"] for name in ("first", "second", "third")]
    assert valid == [True, False, True]
    assert answers["first"]["session"]["key"] == "js-a"
    error = answers["second"]["inapplicable_redeemables"][0]["result"]["error"]
    assert error["key"] == "quantity_exceeded"
    assert answers["redeemed"]["order"]["total_amount"] == 99


def test_a_rule_limits_a_voucher_to_a_product_and_categories_come_and_go(host: str) -> None:
    answers = told("rule_life.mjs", host)

    assert (answers["renamed"]["name"], answers["renamed"]["hierarchy"]) == ("JS second", 6)
    assert answers["category"]["id"] in [each["id"] for each in answers["categories"]["data"]]
    assert answers["no_category"]["code"] == 404
    assert [each["id"] for each in answers["assignments"]["data"]] == [answers["assignment"]["id"]]
    limited = answers["valid"]["applicable_to"]["data"]
    assert [each["id"] for each in limited] == [answers["mug"]["id"]]
    assert answers["valid"]["order"]["total_amount"] == 1500


def test_a_gift_card_is_spent_in_part_and_given_back(host: str) -> None:
    answers = told("gift_life.mjs", host)

    assert answers["made"]["gift"]["balance"] == 10000
    assert answers["valid"]["order"]["total_amount"] == 5000
    assert answers["valid"]["redeemables"][0]["result"]["gift"]["credits"] == 3000
    assert answers["of_one"]["gift"]["credits"] == 3000
    assert answers["redeemed"]["redemptions"][0]["gift"]["amount"] == 3000
    assert answers["after"]["gift"]["balance"] == 7000
    assert answers["too_much"]["key"] == "gift_amount_exceeded"
    assert answers["undone"]["amount"] == -3000
    assert answers["restored"]["gift"]["balance"] == 10000
    assert (answers["topped"]["amount"], answers["topped"]["balance"]) == (500, 10500)
    assert answers["full"]["gift"]["balance"] == 10500
