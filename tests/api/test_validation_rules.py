"""Validation rules: their life, their lists of products, and what is refused."""

import pytest

from tests.api.client import Api

RULES = "/v1/validation-rules"
MUG = {"object": "product", "source_id": "mug"}
MUGS = {"name": "mugs"}
AMOUNT = {"name": "order.amount", "conditions": {"$more_than": [1]}}


def names(api: Api, query: str = "") -> list[str]:
    return [each["name"] for each in api.get(f"{RULES}{query}").json["data"]]


def test_a_rule_is_shown_with_its_defaults(api: Api) -> None:
    rule = api.rule(applicable_to={"included": [MUG]})

    assert rule.pop("id").startswith("val_")
    assert rule.pop("created_at").endswith("Z")
    assert rule == {
        "name": "mugs",
        "rules": {"logic": ""},
        "applicable_to": {
            "included": [{**MUG, "strict": False, "effect": "APPLY_TO_EVERY"}],
            "excluded": [],
            "included_all": False,
        },
        "type": "expression",
        "context_type": "global",
        "assignments_count": 0,
        "updated_at": None,
        "object": "validation_rules",
    }


def test_an_entry_comes_back_as_it_was_sent(api: Api) -> None:
    entry = {
        "object": "sku",
        "id": "sku_1",
        "source_id": "mug-blue",
        "product_id": "prod_1",
        "product_source_id": "mug",
        "strict": True,
        "effect": "APPLY_FROM_CHEAPEST",
        "target": "UNIT",
        "skip_initially": 1,
        "repeat": 2,
        "quantity_limit": 3,
        "aggregated_quantity_limit": 4,
        "amount_limit": 500,
        "aggregated_amount_limit": 600,
        "price": 700,
        "price_formula": "PRODUCT_PRICE * 0.5",
    }
    rule = api.rule(applicable_to={"excluded": [entry], "included_all": True})

    found = api.get(f"{RULES}/{rule['id']}").json

    assert found == rule
    assert found["applicable_to"]["excluded"] == [entry]
    assert found["applicable_to"]["included_all"] is True


def test_whole_numbers_may_be_written_with_a_point_and_a_formula_may_be_one(api: Api) -> None:
    entry = {**MUG, "price": 1000.0, "price_formula": 900}
    rule = api.rule(applicable_to={"included": [entry]})

    (found,) = rule["applicable_to"]["included"]
    assert (found["price"], found["price_formula"]) == (1000, 900)


def test_a_rule_without_conditions_may_say_so(api: Api) -> None:
    rule = api.rule(
        rules={"logic": ""},
        bundle_rules={},
        error={"message": "Mugs only"},
        type="advanced",
        context_type="voucher.discount_voucher.discount.apply_to_items",
    )

    assert rule["error"] == {"message": "Mugs only"}
    assert rule["type"] == "advanced"
    assert rule["context_type"] == "voucher.discount_voucher.discount.apply_to_items"


def test_a_change_replaces_what_it_names_and_nothing_else(api: Api) -> None:
    rule = api.rule(applicable_to={"included": [MUG]}, error={"message": "no"})
    path = f"{RULES}/{rule['id']}"

    changed = api.put(path, {"name": "bowls", "error": None, "applicable_to": None}).json

    assert changed.pop("updated_at") is not None
    assert changed == {
        **{name: rule[name] for name in rule if name not in {"error", "updated_at"}},
        "name": "bowls",
    }
    assert api.get(path).json["name"] == "bowls"


def test_a_change_that_changes_nothing_leaves_the_time_of_the_last_one(api: Api) -> None:
    rule = api.rule()

    assert api.put(f"{RULES}/{rule['id']}", {"name": "mugs"}).json == rule


def test_lists_are_replaced_as_a_whole(api: Api) -> None:
    rule = api.rule(applicable_to={"included": [MUG], "included_all": True})

    changed = api.put(f"{RULES}/{rule['id']}", {"applicable_to": {"excluded": [MUG]}}).json

    assert changed["applicable_to"]["included"] == []
    assert changed["applicable_to"]["included_all"] is False
    assert len(changed["applicable_to"]["excluded"]) == 1


def test_one_name_is_one_rule_until_it_is_renamed_or_deleted(api: Api) -> None:
    first = api.rule()
    other = api.rule("bowls")

    for reply in (api.post(RULES, {"name": "mugs"}), api.put(f"{RULES}/{other['id']}", MUGS)):
        assert (reply.status, reply.json["key"]) == (409, "duplicate_found")
        assert reply.json["resource_id"] == "mugs"
        assert reply.json["resource_type"] == "validation_rules"

    assert api.put(f"{RULES}/{first['id']}", {"name": "cups"}).status == 200
    assert api.put(f"{RULES}/{other['id']}", MUGS).status == 200
    assert api.delete(f"{RULES}/{other['id']}").status == 204
    api.rule()


def test_a_deleted_rule_is_unknown(api: Api) -> None:
    path = f"{RULES}/{api.rule()['id']}"

    assert api.delete(path).status == 204

    for reply in (api.get(path), api.put(path, MUGS), api.delete(path)):
        assert (reply.status, reply.json["key"]) == (404, "not_found")
        assert reply.json["resource_type"] == "validation_rules"
    assert names(api) == []


def test_a_creation_repeated_with_its_key_is_one_rule(api: Api) -> None:
    key = {"Idempotency-Key": "once"}
    first = api.post(RULES, MUGS, key)
    again = api.post(RULES, MUGS, key)

    assert again.json == first.json
    assert names(api) == ["mugs"]


def test_a_change_repeated_with_its_key_has_the_same_answer(api: Api) -> None:
    path, key = f"{RULES}/{api.rule()['id']}", {"Idempotency-Key": "once"}
    first = api.put(path, {"name": "cups"}, key)
    api.put(path, {"name": "bowls"})

    again = api.put(path, {"name": "cups"}, key)

    assert again.json == first.json
    assert names(api) == ["bowls"]


def test_rules_are_listed_by_time_or_name(api: Api) -> None:
    for name in ("b", "c", "a"):
        api.rule(name)

    assert names(api) == ["a", "c", "b"]
    assert names(api, "?order=name") == ["a", "b", "c"]
    assert names(api, "?order=-name&limit=1&page=2") == ["b"]
    page = api.get(f"{RULES}?limit=2").json
    assert (page["object"], page["data_ref"], page["total"]) == ("list", "data", 3)


@pytest.mark.parametrize("order", ["created_at", "-name"])
def test_rules_are_listed_between_dates(api: Api, order: str) -> None:
    api.rule()

    assert names(api, f"?order={order}&start_date=2020-01-01") == ["mugs"]
    assert names(api, f"?order={order}&end_date=2020-01-01") == []


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"rules": {"1": {**AMOUNT, "name": "order.colour"}}}, ".rules['1'].name"),
        ({"rules": {"1": {**AMOUNT, "conditions": {}}}}, ".rules['1'].conditions"),
        (
            {"rules": {"1": {**AMOUNT, "conditions": {"$starts_with": ["1"]}}}},
            ".rules['1'].conditions['$starts_with']",
        ),
        ({"rules": {"odd": 7}}, ".rules['odd'] must be an object"),
        ({"rules": {"1": AMOUNT, "logic": "1 and 2"}}, ".rules.logic"),
        ({"rules": {"logic": "1 and 2"}}, ".rules.logic"),
        ({"bundle_rules": {"limit": 2}}, ".bundle_rules['limit']"),
        (
            {"applicable_to": {"included": [MUG, {"object": "products_collection", "id": "pc_1"}]}},
            "names the collection pc_1, which does not exist",
        ),
        ({"applicable_to": {"excluded": [{"object": "sku"}]}}, ".applicable_to.excluded[0]"),
        (
            {"applicable_to": {"included": [{**MUG, "product_campaign_quantity_limit": 3}]}},
            ".applicable_to.included[0].product_campaign_quantity_limit",
        ),
    ],
)
def test_what_nobody_would_keep_is_refused_with_its_path(
    api: Api, fields: dict[str, object], path: str
) -> None:
    rule = api.rule("other")
    for reply in (
        api.post(RULES, {**MUGS, **fields}),
        api.put(f"{RULES}/{rule['id']}", fields),
    ):
        assert (reply.status, reply.json["key"]) == (400, "invalid_validation_rules")
        assert path in reply.json["details"]
    assert names(api) == ["other"]


@pytest.mark.parametrize(
    ("body", "details"),
    [
        ({}, "Property . should have required property 'name'"),
        ({"name": ""}, "Property .name must have at least 1 character"),
        ({"name": "n" * 256}, "Property .name must have at most 255 characters"),
        ({"name": "n", "context_type": "moon"}, "Property .context_type must be one of the"),
        (
            {"name": "n", "applicable_to": {"included": [{"id": "prod_1"}]}},
            "Property .applicable_to.included[0] should have required property 'object'",
        ),
        (
            {"name": "n", "applicable_to": {"included": [{**MUG, "repeat": 0}]}},
            "Property .applicable_to.included[0].repeat cannot be lower than 1",
        ),
        (
            {"name": "n", "applicable_to": {"included": [MUG] * 501}},
            "Property .applicable_to.included must have at most 500 elements",
        ),
    ],
)
def test_a_malformed_rule_is_refused(api: Api, body: dict[str, object], details: str) -> None:
    reply = api.post(RULES, body)

    assert (reply.status, reply.json["key"]) == (400, "invalid_payload")
    assert reply.json["details"].startswith(details)


def test_lists_are_bounded_in_bytes(api: Api) -> None:
    entries = [{"object": "product", "source_id": f"{place:0512}"} for place in range(200)]

    reply = api.post(RULES, {**MUGS, "applicable_to": {"included": entries}})

    assert (reply.status, reply.json["key"]) == (400, "invalid_validation_rules")
    assert "at most 65536 bytes" in reply.json["details"]


def test_an_explicit_null_of_a_budget_is_no_budget(api: Api) -> None:
    entry = {**MUG, "product_campaign_quantity_limit": None, "unknown": 1}

    assert api.rule(applicable_to={"included": [entry]})["assignments_count"] == 0


def test_entries_get_all_names_that_the_catalogue_knows(api: Api) -> None:
    product = api.post("/v1/products", {"source_id": "mug", "name": "Mug"}).json
    sku = api.post("/v1/products/mug/skus", {"source_id": "mug-blue"}).json
    included = [
        {"object": "product", "id": product["id"]},
        {"object": "sku", "id": "mug-blue"},
        {"object": "product", "source_id": "unknown"},
    ]

    rule = api.rule(applicable_to={"included": included, "excluded": [MUG]})
    bare = api.rule("bare")
    changed = api.put(f"{RULES}/{bare['id']}", {"applicable_to": rule["applicable_to"]}).json

    named = {"strict": False, "effect": "APPLY_TO_EVERY"}
    both = {"object": "product", "id": product["id"], "source_id": "mug", **named}
    assert rule["applicable_to"]["included"] == [
        both,
        {
            "object": "sku",
            "id": sku["id"],
            "source_id": "mug-blue",
            "product_id": product["id"],
            "product_source_id": "mug",
            **named,
        },
        {"object": "product", "source_id": "unknown", **named},
    ]
    assert rule["applicable_to"]["excluded"] == [both]
    assert changed["applicable_to"] == rule["applicable_to"]


@pytest.mark.parametrize("by_id", [True, False])
def test_an_entry_and_a_line_meet_whichever_name_they_use(api: Api, by_id: bool) -> None:  # noqa: FBT001  # a case
    product = api.post("/v1/products", {"source_id": "mug", "price": 1000}).json
    api.post("/v1/products", {"source_id": "tea", "price": 2000})
    entry = {"object": "product", **({"source_id": "mug"} if by_id else {"id": product["id"]})}
    rule = api.rule(applicable_to={"included": [entry]})
    api.voucher("TEN", validation_rules=[rule["id"]])
    line = {"product_id": product["id"] if by_id else "mug", "quantity": 1, "price": 1000}

    order = api.redeem("TEN", order={"items": [line, {"product_id": "tea"}]}).json["order"]

    assert [each.get("discount_amount", 0) for each in order["items"]] == [100, 0]
