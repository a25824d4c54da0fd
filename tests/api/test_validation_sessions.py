"""Validation sessions through the handlers (domain.md §6.2, §12.1).

A session of one millisecond is over when the next request comes: it takes longer to answer one.
"""

import pytest

from tests.api.client import Api, Reply

HOUR = {"type": "LOCK", "ttl": 1, "ttl_unit": "HOURS"}


def locking(api: Api, *codes: str, order: int = 10_000, **session: object) -> Reply:
    body = {**api.redeeming(*codes), "order": {"amount": order}}
    return api.post("/v1/validations", {**body, "session": {**HOUR, **session}})


def redeeming(api: Api, *codes: str, key: str | None = None, order: int = 10_000) -> Reply:
    session = {} if key is None else {"session": {"type": "LOCK", "key": key}}
    body = {**api.redeeming(*codes), "order": {"amount": order}, **session}
    return api.post("/v1/redemptions", body)


def refusal(reply: Reply) -> str:
    (entry,) = reply.json["inapplicable_redeemables"]
    return str(entry["result"]["error"]["key"])


def test_a_session_holds_a_use_until_it_is_redeemed_with_its_key(api: Api) -> None:
    api.voucher("ONE", redemption={"quantity": 1})

    held = locking(api, "ONE", key="A")

    assert held.json["session"] == {"key": "A", "type": "LOCK", "ttl": 1, "ttl_unit": "HOURS"}
    assert refusal(locking(api, "ONE", key="B")) == "quantity_exceeded"
    assert redeeming(api, "ONE").json["key"] == "quantity_exceeded"
    assert redeeming(api, "ONE", key="B").json["key"] == "quantity_exceeded"
    redeemed = redeeming(api, "ONE", key="A")
    assert redeemed.status == 200
    assert redeemed.json["redemptions"][0]["session"] == {"key": "A"}
    assert api.used("ONE") == 1
    assert api.delete("/v1/vouchers/ONE/sessions/A").status == 404


def test_a_rollback_after_a_session_gives_the_use_back_to_all(api: Api) -> None:
    api.voucher("ONE", redemption={"quantity": 1})
    locking(api, "ONE", key="A")
    redemption = redeeming(api, "ONE", key="A").redemption_id

    assert api.post(f"/v1/redemptions/{redemption}/rollback", {}).status == 200

    assert locking(api, "ONE", key="B").json["valid"] is True


def test_a_session_without_key_is_given_one(api: Api) -> None:
    api.voucher("ONE", redemption={"quantity": 1})

    key = locking(api, "ONE").json["session"]["key"]

    assert key.startswith("ssn_")
    assert len(key) == len("ssn_") + 32
    assert redeeming(api, "ONE", key=key).status == 200


def test_a_session_that_is_over_holds_nothing(api: Api) -> None:
    api.voucher("ONE", redemption={"quantity": 1})
    locking(api, "ONE", key="A", ttl=1, ttl_unit="MILLISECONDS")

    assert locking(api, "ONE", key="B").json["valid"] is True
    assert redeeming(api, "ONE", key="A").json["key"] == "quantity_exceeded"
    assert redeeming(api, "ONE", key="B").status == 200


def test_what_lapsed_is_free_to_a_redemption_too(api: Api) -> None:
    api.voucher("TWO", redemption={"quantity": 2})
    for key in ("A", "B"):
        locking(api, "TWO", key=key, ttl=1, ttl_unit="MILLISECONDS")

    assert [redeeming(api, "TWO").status for _ in range(3)] == [200, 200, 400]


@pytest.mark.parametrize("unit", ["NANOSECONDS", "MICROSECONDS"])
def test_a_session_of_less_than_a_millisecond_holds_nothing(api: Api, unit: str) -> None:
    api.voucher("ONE", redemption={"quantity": 1})

    reply = locking(api, "ONE", key="A", ttl=1, ttl_unit=unit)

    assert reply.json["session"] == {"key": "A", "type": "LOCK", "ttl": 1, "ttl_unit": unit}
    assert api.delete("/v1/vouchers/ONE/sessions/A").status == 404
    assert redeeming(api, "ONE").status == 200


def test_a_known_key_takes_the_place_of_its_earlier_session(api: Api) -> None:
    api.voucher("ONE", redemption={"quantity": 1})
    api.voucher("OTHER", redemption={"quantity": 1})
    locking(api, "ONE", key="A")

    assert locking(api, "ONE", key="A").json["valid"] is True
    assert locking(api, "OTHER", key="A").json["valid"] is True

    assert redeeming(api, "ONE").status == 200
    assert redeeming(api, "OTHER").json["key"] == "quantity_exceeded"


def test_sessions_and_uses_share_the_quantity(api: Api) -> None:
    api.voucher("FIVE", redemption={"quantity": 5})

    held = [locking(api, "FIVE", key=f"K{n}").json["valid"] for n in range(3)]
    used = [redeeming(api, "FIVE").status for _ in range(3)]

    assert held == [True] * 3
    assert used == [200, 200, 400]
    assert [redeeming(api, "FIVE", key=f"K{n}").status for n in range(3)] == [200] * 3
    assert api.used("FIVE") == 5


def test_an_unlimited_voucher_has_as_many_sessions_as_are_asked_for(api: Api) -> None:
    api.voucher("ANY")

    assert [locking(api, "ANY", key=f"K{n}").json["valid"] for n in range(4)] == [True] * 4
    assert api.delete("/v1/vouchers/ANY/sessions/K0").status == 204
    assert redeeming(api, "ANY", key="K1").status == 200


def test_an_invalid_validation_holds_nothing(api: Api) -> None:
    api.voucher("ONE", redemption={"quantity": 1})
    api.voucher("OFF", active=False)

    reply = locking(api, "ONE", "OFF", key="A")

    assert reply.json["valid"] is False
    assert "session" not in reply.json
    assert redeeming(api, "ONE").status == 200


def test_a_session_of_several_is_used_up_one_by_one(api: Api) -> None:
    for code in ("ONE", "TWO"):
        api.voucher(code, redemption={"quantity": 1})
    locking(api, "ONE", "TWO", key="A")

    assert redeeming(api, "ONE", key="A").status == 200

    assert redeeming(api, "TWO").json["key"] == "quantity_exceeded"
    assert redeeming(api, "TWO", key="A").status == 200


def test_a_failed_redemption_leaves_its_session(api: Api) -> None:
    api.voucher("ONE", redemption={"quantity": 1})
    locking(api, "ONE", key="A")

    assert redeeming(api, "ONE", "NOPE", key="A").status == 404

    assert redeeming(api, "ONE").json["key"] == "quantity_exceeded"
    assert redeeming(api, "ONE", key="A").status == 200


def test_a_released_session_is_gone(api: Api) -> None:
    voucher = api.voucher("ONE", redemption={"quantity": 1})
    locking(api, "ONE", key="A")

    assert api.delete(f"/v1/vouchers/{voucher['id']}/sessions/A").status == 204

    assert api.delete("/v1/vouchers/ONE/sessions/A").status == 404
    assert redeeming(api, "ONE").status == 200


@pytest.mark.parametrize(
    ("target", "kind"),
    [("/v1/vouchers/NOPE/sessions/A", "voucher"), ("/v1/vouchers/ONE/sessions/B", "session")],
)
def test_a_release_of_what_is_not_there_is_404(api: Api, target: str, kind: str) -> None:
    api.voucher("ONE", redemption={"quantity": 1})
    locking(api, "ONE", key="A")

    reply = api.delete(target)

    assert (reply.status, reply.json["resource_type"]) == (404, kind)


def test_the_session_of_another_voucher_is_left_alone(api: Api) -> None:
    for code in ("ONE", "TWO"):
        api.voucher(code, redemption={"quantity": 1})
    locking(api, "ONE", "TWO", key="A")

    assert api.delete("/v1/vouchers/ONE/sessions/A").status == 204

    assert redeeming(api, "ONE").status == 200
    assert redeeming(api, "TWO").json["key"] == "quantity_exceeded"


def test_sessions_of_a_code_end_with_its_life(api: Api) -> None:
    api.voucher("ONE", redemption={"quantity": 1})
    locking(api, "ONE", key="A")
    api.delete("/v1/vouchers/ONE?force=true")
    api.voucher("ONE", redemption={"quantity": 1})

    assert redeeming(api, "ONE", key="A").status == 200
    api.voucher("NEXT", redemption={"quantity": 1})
    assert locking(api, "NEXT", key="A").json["valid"] is True


def test_other_methods_on_a_session_are_told_which_are_allowed(api: Api) -> None:
    reply = api.post("/v1/vouchers/ONE/sessions/A", {})

    assert reply.status == 405


def test_an_idempotency_key_replays_the_session_that_it_made(api: Api) -> None:
    api.voucher("ONE", redemption={"quantity": 1})
    body = {**api.redeeming("ONE"), "order": {"amount": 1_000}, "session": {"type": "LOCK"}}

    first = api.post("/v1/validations", body, {"Idempotency-Key": "again"})
    second = api.post("/v1/validations", body, {"Idempotency-Key": "again"})

    assert first.json["session"]["key"].startswith("ssn_")
    assert second.body == first.body


def carding(api: Api, wanted: int | None = None, key: str = "A", order: int = 10_000) -> Reply:
    gift = {} if wanted is None else {"gift": {"credits": wanted}}
    redeemable = {"object": "voucher", "id": "CARD", **gift}
    session = {**HOUR, "key": key}
    body = {"redeemables": [redeemable], "order": {"amount": order}, "session": session}
    return api.post("/v1/validations", body)


def spending(api: Api, wanted: int | None = None, key: str | None = None) -> Reply:
    gift = {} if wanted is None else {"gift": {"credits": wanted}}
    session = {} if key is None else {"session": {"type": "LOCK", "key": key}}
    redeemable = {"object": "voucher", "id": "CARD", **gift}
    order = {"amount": 10_000}
    return api.post("/v1/redemptions", {"redeemables": [redeemable], "order": order, **session})


def a_card(api: Api, amount: int = 1_000) -> None:
    body = {"type": "GIFT_VOUCHER", "gift": {"amount": amount}}
    assert api.post("/v1/vouchers/CARD", body).status == 200


def balance(api: Api) -> int:
    return int(api.get("/v1/vouchers/CARD").json["gift"]["balance"])


def test_credits_in_a_session_are_not_there_for_others(api: Api) -> None:
    a_card(api)

    assert carding(api, 700, "A").json["valid"] is True

    assert refusal(carding(api, 400, "B")) == "gift_amount_exceeded"
    assert spending(api, 400).json["key"] == "gift_amount_exceeded"
    assert carding(api, 300, "B").json["valid"] is True
    assert balance(api) == 1_000
    assert spending(api, 700, "A").json["redemptions"][0]["amount"] == 700
    assert spending(api, 300, "B").status == 200
    assert balance(api) == 0


def test_a_session_without_credits_holds_what_the_order_needs(api: Api) -> None:
    a_card(api)

    assert carding(api, None, "A", order=600).json["valid"] is True

    assert refusal(carding(api, 401, "B")) == "gift_amount_exceeded"
    assert carding(api, 400, "B").json["valid"] is True


def test_more_than_was_held_can_be_spent_while_it_is_there(api: Api) -> None:
    a_card(api)
    carding(api, 300, "A")

    assert spending(api, 900, "A").json["redemptions"][0]["amount"] == 900

    assert balance(api) == 100
    assert spending(api).json["redemptions"][0]["amount"] == 100


def test_less_than_was_held_gives_the_rest_back(api: Api) -> None:
    a_card(api)
    carding(api, 900, "A")

    assert spending(api, 100, "A").status == 200

    assert spending(api, 900).status == 200
    assert balance(api) == 0


def test_credits_of_a_session_that_is_over_or_let_go_are_there_again(api: Api) -> None:
    a_card(api)
    body = {
        "redeemables": [{"object": "voucher", "id": "CARD", "gift": {"credits": 600}}],
        "order": {"amount": 10_000},
    }
    brief = {"type": "LOCK", "key": "A", "ttl": 1, "ttl_unit": "MILLISECONDS"}
    assert api.post("/v1/validations", {**body, "session": brief}).json["valid"] is True
    assert carding(api, 1_000, "B").json["valid"] is True
    assert spending(api).json["key"] == "gift_amount_exceeded"

    assert api.delete("/v1/vouchers/CARD/sessions/B").status == 204

    assert spending(api, 1_000).status == 200


def test_a_key_that_is_used_again_holds_its_new_credits_only(api: Api) -> None:
    a_card(api)
    carding(api, 900, "A")

    assert carding(api, 1_000, "A").json["valid"] is True
    assert carding(api, 200, "A").json["valid"] is True

    assert spending(api, 801).json["key"] == "gift_amount_exceeded"
    assert spending(api, 800).status == 200


def test_a_correction_leaves_what_a_session_holds(api: Api) -> None:
    a_card(api)
    carding(api, 900, "A")

    refused = api.post("/v1/vouchers/CARD/balance", {"amount": -101})
    taken = api.post("/v1/vouchers/CARD/balance", {"amount": -100})

    assert (refused.status, taken.status) == (400, 200)
    assert spending(api, 900, "A").status == 200
    assert balance(api) == 0


def test_a_key_that_is_longer_than_any_is_nobodys(api: Api) -> None:
    api.voucher("TEN")

    reply = api.delete(f"/v1/vouchers/TEN/sessions/{'k' * 513}")

    assert (reply.status, reply.json["resource_type"]) == (404, "session")
