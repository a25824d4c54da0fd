"""Assignments of validation rules: their life, and what they do to what has them."""

from typing import Any

import pytest

from tests.api.client import Api, Reply

RULES = "/v1/validation-rules"
ALL = "/v1/validation-rules-assignments"
MUG = {"object": "product", "source_id": "mug"}
TEA = {"object": "product", "source_id": "tea"}
TEN = {
    "type": "DISCOUNT_VOUCHER",
    "discount": {"type": "PERCENT", "percent_off": 10, "effect": "APPLY_TO_ITEMS"},
}
CART = {
    "items": [
        {"source_id": "mug", "related_object": "product", "price": 1000, "quantity": 1},
        {"source_id": "tea", "related_object": "product", "price": 2000, "quantity": 1},
    ]
}


def only(product: dict[str, str]) -> dict[str, Any]:
    return {"applicable_to": {"included": [product]}}


def items_voucher(api: Api, code: str = "TEN", **fields: object) -> dict[str, Any]:
    voucher: dict[str, Any] = api.voucher(code, discount=TEN["discount"], **fields)
    return voucher


def taken(api: Api, code: str = "TEN") -> int:
    """What a voucher takes off the cart: 100 is of the mug, 200 of the tea, 300 of both."""
    reply = api.post("/v1/validations", {**api.redeeming(code), "order": CART})
    return int(reply.json["order"].get("items_discount_amount", 0))


def assignments_of(api: Api, code: str = "TEN") -> list[dict[str, str]]:
    found: list[dict[str, str]] = api.get(f"/v1/vouchers/{code}").json[
        "validation_rules_assignments"
    ]["data"]
    return found


def refused(reply: Reply, status: int, key: str, kind: str) -> None:
    assert (reply.status, reply.json["key"]) == (status, key)
    assert reply.json["resource_type"] == kind


def test_an_assigned_rule_limits_a_voucher_to_its_products(api: Api) -> None:
    voucher = items_voucher(api)
    rule = api.rule(**only(MUG))
    assert taken(api) == 300

    made = api.assign(rule["id"], voucher["id"]).json

    assert made.pop("id").startswith("asgm_")
    assert made.pop("created_at").endswith("Z")
    assert made == {
        "rule_id": rule["id"],
        "related_object_id": voucher["id"],
        "related_object_type": "voucher",
        "object": "validation_rules_assignment",
    }
    assert taken(api) == 100
    order = api.redeem("TEN", order=CART).json["order"]
    assert [each.get("discount_amount", 0) for each in order["items"]] == [100, 0]


@pytest.mark.parametrize(
    "body",
    [
        {"related_object_type": "voucher", "related_object_id": "TEN"},
        {"related_object_id": "TEN"},
        {"voucher": "TEN"},
    ],
)
def test_a_voucher_named_by_its_code_is_echoed_by_its_id(api: Api, body: dict[str, str]) -> None:
    voucher = items_voucher(api)
    rule = api.rule()

    made = api.post(f"{RULES}/{rule['id']}/assignments", body).json

    assert (made["related_object_type"], made["related_object_id"]) == ("voucher", voucher["id"])
    assert assignments_of(api) == [made]
    assert api.get(f"{RULES}/{rule['id']}").json["assignments_count"] == 1


def test_a_voucher_can_be_created_with_a_rule(api: Api) -> None:
    rule = api.rule(**only(TEA))

    voucher = items_voucher(api, validation_rules=[rule["id"], rule["id"]])
    drawn = api.post("/v1/vouchers", {**TEN, "validation_rules": [rule["id"]]}).json

    (made,) = voucher["validation_rules_assignments"]["data"]
    assert voucher["validation_rules_assignments"]["total"] == 1
    assert (made["rule_id"], made["related_object_id"]) == (rule["id"], voucher["id"])
    assert taken(api) == taken(api, drawn["code"]) == 200
    assert api.get(f"{RULES}/{rule['id']}").json["assignments_count"] == 2


def test_a_voucher_with_a_rule_that_is_unknown_or_with_two_is_not_created(api: Api) -> None:
    reply = api.post("/v1/vouchers/TEN", {**TEN, "validation_rules": ["val_none"]})
    refused(reply, 404, "not_found", "validation_rules")
    first, second = (api.rule(name)["id"] for name in ("first", "second"))

    for path in ("/v1/vouchers/TEN", "/v1/vouchers"):
        reply = api.post(path, {**TEN, "validation_rules": [first, second]})
        assert (reply.status, reply.json["key"]) == (400, "invalid_validation_rules")

    assert api.get("/v1/vouchers").json["total"] == 0


def test_a_code_that_is_taken_assigns_nothing(api: Api) -> None:
    items_voucher(api)
    rule = api.rule()

    reply = api.post("/v1/vouchers/TEN", {**TEN, "validation_rules": [rule["id"]]})

    refused(reply, 409, "duplicate_found", "voucher")
    assert api.get(ALL).json["data"] == []
    assert api.get(f"{RULES}/{rule['id']}").json["assignments_count"] == 0


@pytest.mark.parametrize("same", [True, False])
def test_a_thing_has_one_rule_unless_forced(api: Api, same: bool) -> None:  # noqa: FBT001  # a case
    items_voucher(api)
    first = api.rule(**only(MUG))
    second = first if same else api.rule("tea", **only(TEA))
    made = api.assign(first["id"], "TEN").json

    reply = api.assign(second["id"], "TEN")

    refused(reply, 409, "duplicate_found", "validation_rules_assignment")
    assert reply.json["resource_id"] == made["id"]
    assert assignments_of(api) == [made]

    forced = api.assign(second["id"], "TEN", query="?force=true").json
    assert forced["id"] != made["id"]
    assert assignments_of(api) == [forced]
    assert [each["id"] for each in api.get(ALL).json["data"]] == [forced["id"]]
    counts = [
        api.get(f"{RULES}/{each['id']}").json["assignments_count"] for each in (first, second)
    ]
    assert counts == ([1, 1] if same else [0, 1])
    assert taken(api) == (100 if same else 200)


def test_an_assignment_taken_away_leaves_no_limit(api: Api) -> None:
    items_voucher(api)
    rule = api.rule(**only(MUG))
    path = f"{RULES}/{rule['id']}/assignments/{api.assign(rule['id'], 'TEN').json['id']}"

    assert api.delete(path).status == 204

    assert taken(api) == 300
    assert assignments_of(api) == []
    assert api.get(f"{RULES}/{rule['id']}").json["assignments_count"] == 0
    refused(api.delete(path), 404, "not_found", "validation_rules_assignment")


def test_a_changed_rule_reaches_what_has_it(api: Api) -> None:
    rule = api.rule(**only(MUG))
    for code in ("TEN", "OTHER"):
        items_voucher(api, code, validation_rules=[rule["id"]])

    changed = api.put(f"{RULES}/{rule['id']}", only(TEA)).json

    assert (taken(api), taken(api, "OTHER")) == (200, 200)
    assert changed["assignments_count"] == 2
    api.put(f"{RULES}/{rule['id']}", {"name": "renamed"})
    assert taken(api) == 200


def test_a_change_repeated_with_its_key_is_answered_alike_and_made_once(api: Api) -> None:
    rule = api.rule(**only(MUG))
    items_voucher(api, validation_rules=[rule["id"]])
    path, key = f"{RULES}/{rule['id']}", {"Idempotency-Key": "once"}
    first = api.put(path, only(TEA), key)
    api.put(path, only(MUG))

    again = api.put(path, only(TEA), key)

    assert again.json == first.json
    assert taken(api) == 100


def test_a_deleted_rule_limits_nothing_any_more(api: Api) -> None:
    rule = api.rule(**only(MUG))
    for code in ("TEN", "OTHER"):
        items_voucher(api, code, validation_rules=[rule["id"]])

    assert api.delete(f"{RULES}/{rule['id']}").status == 204

    assert (taken(api), taken(api, "OTHER")) == (300, 300)
    assert assignments_of(api) == []
    assert api.get(ALL).json["total"] == 0
    refused(api.assign(rule["id"], "TEN"), 404, "not_found", "validation_rules")


@pytest.mark.parametrize("query", ["", "?force=true"])
def test_a_deleted_voucher_has_no_rule_any_more(api: Api, query: str) -> None:
    rule = api.rule()
    items_voucher(api, validation_rules=[rule["id"]])

    assert api.delete(f"/v1/vouchers/TEN{query}").status == 204

    assert api.get(f"{RULES}/{rule['id']}").json["assignments_count"] == 0
    assert api.get(f"{RULES}/{rule['id']}/assignments").json["data"] == []
    assert api.delete("/v1/vouchers/TEN?force=true").status == (204 if query == "" else 404)


def test_a_voucher_keeps_its_rule_when_it_is_changed(api: Api) -> None:
    rule = api.rule(**only(MUG))
    items_voucher(api, validation_rules=[rule["id"]])

    changed = api.put("/v1/vouchers/TEN", {"metadata": {"a": 1}, "validation_rules": []}).json

    assert changed["validation_rules_assignments"]["total"] == 1
    assert taken(api) == 100


def test_a_redemption_tells_the_rule_but_not_its_products(api: Api) -> None:
    rule = api.rule(**only(MUG))
    items_voucher(api, validation_rules=[rule["id"]])
    redeemed = api.redeem("TEN", order=CART)
    api.put(f"{RULES}/{rule['id']}", only(TEA))

    record = api.get(f"/v1/redemptions/{redeemed.redemption_id}").json

    (told,) = record["voucher"]["validation_rules_assignments"]["data"]
    assert told["rule_id"] == rule["id"]
    undone = api.post(f"/v1/redemptions/{record['id']}/rollback", {})
    assert undone.json["order"]["total_amount"] == 3000


def listed(api: Api, target: str) -> list[str]:
    page = api.get(target).json
    assert (page["object"], page["data_ref"]) == ("list", "data")
    return [each["related_object_id"] for each in page["data"]]


def test_assignments_are_listed_by_rule_by_thing_and_in_all(api: Api) -> None:
    first, second = (api.rule(name)["id"] for name in ("first", "second"))
    one, two = (items_voucher(api, code, validation_rules=[first])["id"] for code in ("A", "B"))
    three = items_voucher(api, "C", validation_rules=[second])["id"]

    assert listed(api, f"{RULES}/{first}/assignments?order=created_at") == [one, two]
    assert listed(api, f"{RULES}/{first}/assignments") == [two, one]
    assert listed(api, f"{RULES}/{first}/assignments?limit=1&page=2") == [one]
    assert api.get(f"{RULES}/{first}/assignments?limit=1").json["total"] == 2
    assert listed(api, f"{RULES}/val_none/assignments") == []
    assert listed(api, ALL) == [three, two, one]
    assert listed(api, f"{ALL}?rule={second}") == [three]
    assert listed(api, f"{ALL}?related_object_id={two}") == [two]
    assert listed(api, f"{ALL}?related_object_id={two}&rule={second}") == []
    for nobody in ("nobody", "camp_none", "promo_none"):
        assert listed(api, f"{ALL}?related_object_id={nobody}") == []


@pytest.mark.parametrize("kind", ["voucher", "promotion_tier", "campaign"])
def test_a_rule_cannot_be_assigned_to_what_is_not_there(api: Api, kind: str) -> None:
    rule = api.rule()

    reply = api.assign(rule["id"], "nobody", kind)

    refused(reply, 404, "not_found", kind)
    assert reply.json["resource_id"] == "nobody"


def test_what_a_rule_cannot_be_assigned_to_yet_is_refused(api: Api) -> None:
    rule = api.rule()

    reply = api.assign(rule["id"], "ern_1", "earning_rule")
    assert (reply.status, reply.json["key"]) == (400, "invalid_validation_rules")
    reply = api.post(f"{RULES}/{rule['id']}/assignments", {})
    assert (reply.status, reply.json["key"]) == (400, "invalid_payload")
    reply = api.assign(rule["id"], "TEN", query="?force=maybe")
    assert (reply.status, reply.json["key"]) == (400, "invalid_query_params")
