"""Rules that ask for more than items by key are judged alike by every route that judges any.

Each function is held to its own policy (tests/conftest.py): one that may not ask fails.
"""

from typing import Any, Final

import pytest

from tests.api.client import Api

CUSTOMER: Final = {"source_id": "ann"}
# Each with the routes' own way to name the voucher, the customer and 1.00.
IN_QUERY: Final = "code=H&amount=100&customer%5Bsource_id%5D=ann"
ROUTES: Final = (
    "POST /v1/validations",
    "POST /v1/vouchers/H/validate",
    "POST /v1/qualifications",
    "POST /v1/redemptions",
    "POST /v1/vouchers/H/redemption",
    "POST /v1/promotions/validation",
    "POST /v1/promotions/tiers/{tier}/validation",
    "POST /v1/promotions/tiers/{tier}/redemption",
    "POST /client/v1/validations",
    "POST /client/v1/qualifications",
    "POST /client/v1/redemptions",
    "POST /client/v1/redeem?code=H",
    f"GET /client/v1/validate?{IN_QUERY}",
    "GET /client/v1/promotions/validation?amount=100&customer%5Bsource_id%5D=ann",
)


def within_hours(_: Api) -> dict[str, object]:
    return {
        "name": "customer.orders.count",
        "property": "PT6H",
        "conditions": {"$more_than_or_equal": [1]},
    }


def by_newest_order(api: Api) -> dict[str, object]:
    wanted = {"summary.orders.last_order_amount": {"conditions": {"$more_than": [1]}}}
    segment = api.post(
        "/v1/segments",
        {"name": "lately", "type": "auto-update", "filter": {"junction": "and", **wanted}},
    ).json["id"]
    return {"name": "customer.segment", "conditions": {"$is": [segment]}}


def given(api: Api, rule: dict[str, object]) -> str:
    """A voucher H and a tier with the rule, which Ann meets by an order; the tier's id."""
    assigned = {"validation_rules": [api.rule(rules={"1": rule})["id"]]}
    api.voucher("H", **assigned)
    order = {
        "amount": 100,
        "status": "PAID",
        "customer": {**CUSTOMER, "metadata": {"tier": "gold"}},
    }
    assert api.post("/v1/orders", {"source_id": "before", **order}).status == 200
    api.post("/v1/campaigns", {"name": "P", "campaign_type": "PROMOTION"})
    discount = {"discount": {"type": "AMOUNT", "amount_off": 5}}
    tier = api.post("/v1/promotions/P/tiers", {"name": "T", "action": discount, **assigned}).json
    return str(tier["id"])


def grants(answer: Any) -> bool:  # noqa: ANN401  # as `Reply.json`
    """Whether an answer of any of the routes lets the voucher or the tier be used."""
    if "valid" in answer:
        return bool(answer["valid"])
    if "promotions" in answer:
        return bool(answer["promotions"])
    if "redeemables" in answer:
        return bool(answer["redeemables"]["data"])
    return answer.get("result") == "SUCCESS" or bool(answer.get("redemptions"))


@pytest.mark.parametrize("rule", [within_hours, by_newest_order])
@pytest.mark.parametrize("route", ROUTES)
def test_a_rule_that_asks_the_store_is_judged(api: Api, route: str, rule: Any) -> None:  # noqa: ANN401
    tier = given(api, rule(api))
    method, _, path = route.format(tier=tier).partition(" ")
    body = {**api.redeeming("H"), "order": {"amount": 100}, "customer": CUSTOMER}

    reply = api.call(method, path, None if method == "GET" else body)

    assert reply.status == 200, reply.body
    assert grants(reply.json), reply.body


@pytest.mark.parametrize("named", ["id", "source_id"])
@pytest.mark.parametrize("path", ["validations", "qualifications", "redemptions"])
def test_the_customer_of_a_stored_order_is_looked_at(api: Api, path: str, named: str) -> None:
    gold: dict[str, object] = {
        "name": "customer.metadata",
        "property": "tier",
        "conditions": {"$is": ["gold"]},
    }
    given(api, gold)
    order = api.get("/v1/orders/before").json

    reply = api.post(f"/v1/{path}", {**api.redeeming("H"), "order": {named: order[named]}})

    assert reply.status == 200, reply.body
    assert grants(reply.json), reply.body
