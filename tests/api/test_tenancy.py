"""Two projects never meet: on every route of the template, the other's things are unknown."""

import pytest

from counterfoil.storage.store import Store
from local.template import load
from tests.api.client import Api
from tests.api.promotions import Promotions

ROUTES = sorted(
    route.key
    for route in load().routes
    if "{" in route.path and route.method not in ("OPTIONS", "ANY")
)
NEEDS_A_BODY = {
    "POST /management/v1/projects/{projectId}/webhooks",
    "POST /v1/promotions/{campaignId}/stacks",
    "POST /v1/validation-rules/{validationRuleId}/assignments",
}


@pytest.fixture
def names(api: Api, store: Store) -> dict[str, str]:
    """What project one has, by the path parameter that names it."""
    api.voucher("TEN")
    rules = f"/management/v1/projects/{api.project}/stacking-rules"
    rule = api.rule()
    assignment = api.assign(rule["id"], "TEN").json
    reply = api.redeem("TEN", order={"source_id": "s", "amount": 100}, customer={"source_id": "c"})
    api.post("/v1/products", {"source_id": "p"})
    sku = api.post("/v1/products/p/skus", {"source_id": "k"}).json
    promotions = Promotions(api, store)
    campaign = promotions.campaign()
    tier = promotions.tier(campaign)["id"]
    api.campaign("Spring")
    action = api.delete("/v1/campaigns/Spring").json
    return {
        "campaignId": campaign,
        "tierId": tier,
        "stackId": promotions.stack(campaign, tier)["id"],
        "validationRuleId": rule["id"],
        "asyncActionId": action["async_action_id"],
        "productId": sku["product_id"],
        "skuId": sku["id"],
        "assignmentId": assignment["id"],
        "orderId": reply.json["order"]["id"],
        "customerId": reply.json["order"]["customer_id"],
        "code": reply.json["redemptions"][0]["voucher"]["id"],
        "redemptionId": reply.redemption_id,
        "collectionId": api.post("/v1/product-collections", {"name": "All", "type": "STATIC"}).json[
            "id"
        ],
        "segmentId": api.post(
            "/v1/segments", {"name": "All", "type": "static", "customers": ["c"]}
        ).json["id"],
        "categoryId": api.post("/v1/categories", {"name": "Seasonal"}).json["id"],
        "projectId": api.project,
        "stackingRulesId": api.post(rules, {}).json["id"],
        "webhookId": api.post(
            f"{api.management}/webhooks", {"target_url": "https://shop.example/"}
        ).json["id"],
        "deliveryId": "whd_" + "0" * 24,
    }


@pytest.mark.parametrize("route", ROUTES)
def test_what_another_project_has_is_unknown_by_id(
    api: Api, other_project_api: Api, names: dict[str, str], route: str
) -> None:
    method, path = route.split()
    for name, value in names.items():
        path = path.replace(f"{{{name}}}", value).replace(f"{{{name}+}}", value)

    theirs = other_project_api.call(method, path, {} if method in {"POST", "PUT"} else None)

    if route == "POST /v1/vouchers/{code+}":
        assert theirs.status in {200, 400}
    elif route in NEEDS_A_BODY:
        assert theirs.status == 400
    elif route == "GET /v1/validation-rules/{validationRuleId}/assignments":
        assert (theirs.status, theirs.json["data"]) == (200, [])
    elif path.endswith("/download"):  # by its token alone, which tells nothing
        assert theirs.status == 401
    elif path.endswith("/balance"):
        assert theirs.status == 400
    elif path.endswith(("/validate", "/validation")):
        assert (theirs.status, theirs.json["error"]["code"]) == (200, 404)
    else:
        assert theirs.status == 404
        assert theirs.json["key"] == "not_found"
    assert api.get("/v1/orders/s").json["status"] == "PAID"
    assert api.used("TEN") == 1


def test_lists_and_totals_hold_only_the_projects_own(
    api: Api, other_project_api: Api, names: dict[str, str]
) -> None:
    for path, key in (
        ("/v1/orders", "orders"),
        ("/v1/customers", "customers"),
        ("/v1/categories", "data"),
        ("/v1/segments", "data"),
        ("/v1/vouchers", "vouchers"),
        ("/v1/products", "products"),
        ("/v1/product-collections", "data"),
        ("/v1/promotions/tiers", "tiers"),
        ("/v1/promotions/stacks", "data"),
        ("/v1/redemptions", "redemptions"),
        ("/v1/validation-rules", "data"),
        ("/v1/validation-rules-assignments", "data"),
        (f"/v1/validation-rules/{names['validationRuleId']}/assignments", "data"),
        (f"/v1/redemptions?customer={names['customerId']}", "redemptions"),
    ):
        assert len(api.get(path).json[key]) == 1
        assert other_project_api.get(path).json[key] == []
        assert other_project_api.get(path).json["total"] == 0


def test_one_source_id_and_one_code_mean_two_things_in_two_projects(
    api: Api, other_project_api: Api, names: dict[str, str]
) -> None:
    other_project_api.voucher("TEN")

    reply = other_project_api.redeem("TEN", order={"source_id": "s", "amount": 7})

    assert reply.status == 200
    assert reply.json["order"]["id"] != names["orderId"]
    assert (api.get("/v1/orders/s").json["amount"], api.used("TEN")) == (100, 1)


@pytest.mark.parametrize("body", ["order", "customer", "redeemable"])
def test_ids_in_bodies_do_not_reach_across(
    api: Api, other_project_api: Api, names: dict[str, str], body: str
) -> None:
    other_project_api.voucher("TEN")
    code = names["code"] if body == "redeemable" else "TEN"
    order = {"id": names["orderId"]} if body == "order" else {"amount": 1}
    customer = {"id": names["customerId"]} if body == "customer" else None

    reply = other_project_api.redeem(code, order=order, customer=customer)

    assert (reply.status, reply.json["key"]) == (404, "not_found")
    assert api.used("TEN") == 1


def test_a_rule_cannot_be_assigned_across(other_project_api: Api, names: dict[str, str]) -> None:
    other_project_api.voucher("THEIRS")
    own = other_project_api.rule()

    for rule, code in ((names["validationRuleId"], "THEIRS"), (own["id"], names["code"])):
        reply = other_project_api.assign(rule, code)
        assert (reply.status, reply.json["key"]) == (404, "not_found")


def test_an_idempotency_key_of_another_project_is_unknown(api: Api, other_project_api: Api) -> None:
    key = {"Idempotency-Key": "same"}
    first = api.post("/v1/orders", {"amount": 1}, headers=key)
    second = other_project_api.post("/v1/orders", {"amount": 1}, headers=key)

    assert (first.status, second.status) == (200, 200)
    assert first.json["id"] != second.json["id"]
