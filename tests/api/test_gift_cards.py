"""Gift cards through the handlers (domain.md §2.6, §4.7)."""

import re
from typing import Any

import pytest
from voucherify.models.vouchers_balance_update_response_body import (
    VouchersBalanceUpdateResponseBody,
)
from voucherify.models.vouchers_create_response_body import VouchersCreateResponseBody
from voucherify.models.vouchers_transactions_list_response_body import (
    VouchersTransactionsListResponseBody,
)

from tests.api.client import Api, Reply

MAX = 999_999_999_999_999


def spend(api: Api, amount: int, asked: int | None = None, **fields: object) -> Reply:
    gift = {} if asked is None else {"gift": {"credits": asked}}
    card = {"object": "voucher", "id": "GIFT", **gift}
    body = {"redeemables": [card], "order": {"amount": amount}, **fields}
    return api.post("/v1/redemptions", body)


def credit(api: Api, amount: object, code: str = "GIFT", **fields: object) -> Reply:
    return api.post(f"/v1/vouchers/{code}/balance", {"amount": amount, **fields})


def transactions(api: Api, query: str = "") -> Any:  # noqa: ANN401  # as `Reply.json`
    return api.get(f"/v1/vouchers/GIFT/transactions{query}").json


def refused(reply: Reply) -> tuple[int, str]:
    return reply.status, reply.json["key"]


def test_a_card_cannot_become_a_discount(api: Api) -> None:
    api.gift_card("GIFT", 100)

    reply = api.put("/v1/vouchers/GIFT", {"discount": {"type": "AMOUNT", "amount_off": 5}})

    assert refused(reply) == (400, "invalid_voucher")
    assert reply.json["details"] == "Voucher GIFT has no discount and cannot get one"


def test_a_created_card_shows_its_money_and_no_discount(api: Api) -> None:
    card = api.gift_card("GIFT", 10_000)

    assert card["gift"] == {
        "amount": 10_000,
        "balance": 10_000,
        "subtracted_amount": 0,
        "effect": "APPLY_TO_ORDER",
    }
    assert (card["type"], card["discount"]) == ("GIFT_VOUCHER", None)
    assert card["redemption"]["quantity"] is None
    assert (card["redemption"]["redeemed_quantity"], card["redemption"]["redeemed_amount"]) == (
        0,
        0,
    )
    assert api.get("/v1/vouchers/GIFT").json == card
    assert api.get("/v1/vouchers").json["vouchers"] == [card]
    assert VouchersCreateResponseBody.from_dict(card) is not None


def test_a_redemption_takes_its_credits_off_the_card_and_a_rollback_gives_them_back(
    api: Api,
) -> None:
    api.gift_card("GIFT", 2_000)

    redeemed = spend(api, 6_000, customer={"source_id": "ann"}).json
    record = redeemed["redemptions"][0]

    assert (record["amount"], record["gift"]) == (2_000, {"amount": 2_000})
    assert record["voucher"]["gift"]["balance"] == 0
    assert record["voucher"]["redemption"]["redeemed_amount"] == 2_000
    assert (redeemed["order"]["discount_amount"], redeemed["order"]["total_amount"]) == (
        2_000,
        4_000,
    )
    assert api.get(f"/v1/redemptions/{record['id']}").json["amount"] == 2_000
    card = api.get("/v1/vouchers/GIFT").json
    assert (card["gift"]["balance"], card["redemption"]["redeemed_amount"]) == (0, 2_000)
    assert redeemed_amount(api, "ann") == 2_000

    undone = api.post(f"/v1/redemptions/{record['id']}/rollback", {}).json
    assert (undone["amount"], undone["gift"]) == (-2_000, {"amount": -2_000})
    assert undone["voucher"]["gift"] == {"effect": "APPLY_TO_ORDER"}
    assert "redeemed_amount" not in undone["voucher"]["redemption"]
    card = api.get("/v1/vouchers/GIFT").json
    assert (card["gift"]["balance"], card["redemption"]["redeemed_amount"]) == (2_000, 0)
    assert card["redemption"]["redeemed_quantity"] == 0
    assert redeemed_amount(api, "ann") == 0


def redeemed_amount(api: Api, customer: str) -> object:
    summary = api.get(f"/v1/customers/{customer}").json["summary"]["redemptions"]
    return summary["gift"]["redeemed_amount"]


@pytest.mark.parametrize(
    ("asked", "amount", "taken"),
    [(500, 6_000, 500), (2_000, 700, 700), (None, 700, 700), (0, 700, 0), (2_000, 0, 0)],
)
def test_only_what_is_applied_leaves_the_card(
    api: Api, asked: int | None, amount: int, taken: int
) -> None:
    api.gift_card("GIFT", 2_000)

    record = spend(api, amount, asked).json["redemptions"][0]

    assert (record["amount"], api.balance("GIFT")) == (taken, 2_000 - taken)


def test_more_credits_than_there_are_are_refused_and_the_refusal_is_recorded(api: Api) -> None:
    api.gift_card("GIFT", 500)

    refusal = spend(api, 6_000, 501)

    assert refused(refusal) == (400, "gift_amount_exceeded")
    assert refusal.json["details"] == "GIFT"
    failed = api.get(f"/v1/redemptions/{refusal.json['resource_id']}").json
    assert failed["failure_code"] == "gift_amount_exceeded"
    assert "amount" not in failed
    assert failed["voucher"]["gift"]["balance"] == 500
    assert api.balance("GIFT") == 500


def test_an_empty_card_pays_nothing_more(api: Api) -> None:
    api.gift_card("GIFT", 0)

    assert refused(spend(api, 100)) == (400, "gift_amount_exceeded")
    assert spend(api, 0).status == 200


def test_a_card_needs_amounts_to_pay_of(api: Api) -> None:
    api.gift_card("GIFT", 500)
    api.gift_card("ITEMS", 500, "APPLY_TO_ITEMS")

    assert refused(api.redeem("GIFT", order={})) == (400, "missing_amount")
    assert refused(api.redeem("ITEMS", order={"amount": 100})) == (
        400,
        "missing_order_items_amount",
    )


def test_a_validation_tells_balance_and_credits_and_takes_nothing(api: Api) -> None:
    api.gift_card("GIFT", 2_000)
    card = {"object": "voucher", "id": "GIFT", "gift": {"credits": 300}}

    valid = api.post("/v1/validations", {"redeemables": [card], "order": {"amount": 1_000}}).json

    assert valid["redeemables"][0]["result"] == {"gift": {"balance": 2_000, "credits": 300}}
    assert valid["order"]["total_amount"] == 700
    assert api.balance("GIFT") == 2_000


def test_a_card_is_redeemed_in_a_stack_and_rolled_back_with_it(api: Api) -> None:
    api.voucher("TEN")
    api.gift_card("GIFT", 10_000)
    cards = [{"object": "voucher", "id": "TEN"}, {"object": "voucher", "id": "GIFT"}]

    stacked = api.post("/v1/redemptions", {"redeemables": cards, "order": {"amount": 8_000}}).json

    assert stacked["order"]["total_amount"] == 0
    assert "amount" not in stacked["redemptions"][0]
    assert stacked["redemptions"][1]["gift"] == {"amount": 7_200}
    assert "gift" not in stacked["parent_redemption"]
    undone = api.post(f"/v1/redemptions/{stacked['parent_redemption']['id']}/rollbacks", {}).json
    assert [each.get("amount") for each in undone["rollbacks"]] == [None, -7_200]
    assert api.balance("GIFT") == 10_000


def test_credits_go_back_whatever_the_card_has_become_but_not_to_another_life_of_it(
    api: Api,
) -> None:
    api.gift_card("GIFT", 1_000)
    first, second = (spend(api, 400).redemption_id for _ in range(2))
    api.put("/v1/vouchers/GIFT", {"active": False, "gift": {"effect": "APPLY_TO_ITEMS"}})

    assert api.post(f"/v1/redemptions/{first}/rollback", {}).status == 200
    assert api.balance("GIFT") == 600

    api.delete("/v1/vouchers/GIFT?force=true")
    api.gift_card("GIFT", 50)
    assert api.post(f"/v1/redemptions/{second}/rollback", {}).status == 200
    assert api.balance("GIFT") == 50
    assert transactions(api)["data"] == []


def test_an_update_leaves_the_money_alone(api: Api) -> None:
    card = api.gift_card("GIFT", 1_000)
    spend(api, 400)

    sent_back = api.put("/v1/vouchers/GIFT", {"gift": card["gift"], "metadata": {"a": 1}})
    assert (sent_back.status, sent_back.json["gift"]["balance"]) == (200, 600)
    more = api.put("/v1/vouchers/GIFT", {"gift": {"amount": 2_000}})
    assert refused(more) == (400, "invalid_gift")
    assert api.balance("GIFT") == 600


def test_credits_are_added_and_taken_off_by_hand(api: Api) -> None:
    card = api.gift_card("GIFT", 10_000)

    removed = credit(api, -2_000, reason="correction").json
    assert removed == {
        "amount": -2_000,
        "total": 10_000,
        "balance": 8_000,
        "type": "gift_voucher",
        "operation_type": "MANUAL",
        "object": "balance",
        "related_object": {"type": "voucher", "id": card["id"]},
    }
    added = credit(api, 500.0).json
    assert (added["total"], added["balance"]) == (10_500, 8_500)
    assert VouchersBalanceUpdateResponseBody.from_dict(added) is not None
    gift = api.get("/v1/vouchers/GIFT").json["gift"]
    assert (gift["amount"], gift["balance"], gift["subtracted_amount"]) == (10_500, 8_500, 2_000)


@pytest.mark.parametrize("amount", [0, -501, MAX])
def test_what_cannot_be_added_or_taken_off_is_refused(api: Api, amount: int) -> None:
    api.gift_card("GIFT", 500)

    assert refused(credit(api, amount)) == (400, "invalid_add_balance_params")
    assert api.balance("GIFT") == 500
    assert transactions(api)["data"] == []


@pytest.mark.parametrize("body", [{}, {"amount": None}, {"amount": 1.5}, {"amount": "x"}, [], 1])
def test_a_balance_needs_a_whole_amount(api: Api, body: object) -> None:
    api.gift_card("GIFT", 500)

    assert refused(api.post("/v1/vouchers/GIFT/balance", body)) == (400, "invalid_payload")


def test_only_gift_cards_have_a_balance(api: Api) -> None:
    api.voucher("TEN")

    assert refused(credit(api, 100, "TEN")) == (400, "invalid_add_balance_params")
    assert refused(credit(api, 100, "NOPE")) == (404, "not_found")
    assert api.get("/v1/vouchers/TEN/transactions").json["data"] == []
    assert api.get("/v1/vouchers/NOPE/transactions").status == 404


def test_what_a_session_holds_cannot_be_taken_off_nor_spent_by_others(api: Api) -> None:
    api.gift_card("GIFT", 500)
    card = {"object": "voucher", "id": "GIFT", "gift": {"credits": 300}}
    session = {"type": "LOCK", "key": "till"}
    body = {"redeemables": [card], "order": {"amount": 300}, "session": session}
    assert api.post("/v1/validations", body).json["valid"] is True

    assert refused(credit(api, -201)) == (400, "invalid_add_balance_params")
    assert refused(spend(api, 300, 201)) == (400, "gift_amount_exceeded")
    assert credit(api, -200).json["balance"] == 300
    assert api.post("/v1/redemptions", body).status == 200
    assert api.balance("GIFT") == 0


def test_a_repeated_key_adds_once(api: Api) -> None:
    api.gift_card("GIFT", 0)
    key = {"Idempotency-Key": "k"}

    first = api.post("/v1/vouchers/GIFT/balance", {"amount": 100}, key)
    again = api.post("/v1/vouchers/GIFT/balance", {"amount": 100}, key)

    assert again.json == first.json
    assert api.balance("GIFT") == 100
    assert len(transactions(api)["data"]) == 1


def test_transactions_tell_all_that_moved_the_money_newest_first(api: Api) -> None:
    card = api.gift_card("GIFT", 1_000)
    credit(api, 500, source_id="erp-1", reason="birthday")
    redeemed = spend(api, 600).json["redemptions"][0]
    spend(api, 5_000, 5_000)
    undone = api.post(f"/v1/redemptions/{redeemed['id']}/rollback?reason=return", {}).json
    credit(api, -100)

    found = transactions(api)

    removal, refund, redemption, addition = found["data"]
    assert (found["object"], found["data_ref"], found["has_more"]) == ("list", "data", False)
    assert [each["details"]["balance"]["amount"] for each in found["data"]] == [
        -100,
        600,
        -600,
        500,
    ]
    assert [each["type"] for each in found["data"]] == [
        "CREDITS_REMOVAL",
        "CREDITS_REFUND",
        "CREDITS_REDEMPTION",
        "CREDITS_ADDITION",
    ]
    assert (addition["source_id"], addition["source"], addition["reason"]) == (
        "erp-1",
        "API",
        "birthday",
    )
    assert (removal["details"]["balance"]["balance"], removal["source_id"]) == (1_400, None)
    assert redemption["details"]["redemption"] == {"id": redeemed["id"]}
    assert redemption["details"]["order"]["id"] == redeemed["order"]["id"]
    assert redemption["details"]["balance"]["balance"] == 900
    assert refund["details"]["rollback"] == {"id": undone["id"]}
    assert refund["related_transaction_id"] == redemption["id"]
    assert refund["reason"] == "return"
    assert "balance" not in refund["details"]["balance"]
    assert {each["voucher_id"] for each in found["data"]} == {card["id"]}
    assert all(re.fullmatch(r"vtx_[0-9a-f]{18}", each["id"]) for each in found["data"])
    assert len({each["id"] for each in found["data"]}) == 4
    assert VouchersTransactionsListResponseBody.from_dict(found) is not None


@pytest.mark.parametrize("order", ["id", "-id"])
def test_transactions_are_paged_without_gap_or_repetition(api: Api, order: str) -> None:
    api.gift_card("GIFT", 1_000)
    for amount in (1, 2, 3):
        credit(api, amount)
        root = spend(api, amount).redemption_id
        api.post(f"/v1/redemptions/{root}/rollback", {})
    whole = [each["id"] for each in transactions(api, f"?order={order}&limit=100")["data"]]

    walked: list[str] = []
    after = ""
    more = True
    while more:
        page = transactions(api, f"?order={order}&limit=2{after}")
        walked += [each["id"] for each in page["data"]]
        more = page["has_more"]
        after = f"&starting_after_id={page.get('more_starting_after')}"

    assert len(whole) == 9
    assert walked == whole


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=101",
        "order=created_at",
        "starting_after_id=x",
        "starting_after_id=vtx_0123456789abcdef00",
        "starting_after_id=vtx_0123456789abcdef80",
        "starting_after_id=vtx_0123456789abcdefff",
    ],
)
def test_a_page_of_transactions_that_cannot_be_is_refused(api: Api, query: str) -> None:
    api.gift_card("GIFT", 1_000)
    credit(api, 1)

    reply = api.get(f"/v1/vouchers/GIFT/transactions?{query}")

    assert refused(reply) == (400, "invalid_query_params")


def test_another_cards_transaction_is_no_place_to_start_after(api: Api) -> None:
    api.gift_card("GIFT", 1_000)
    api.gift_card("OTHER", 1_000)
    spend(api, 100)
    place = transactions(api)["data"][0]["id"]

    reply = api.get(f"/v1/vouchers/OTHER/transactions?starting_after_id={place}")

    assert refused(reply) == (400, "invalid_query_params")
