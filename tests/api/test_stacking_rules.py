"""The project's stacking rules by the management API."""

from typing import Final

import pytest

from tests.api.client import Api
from tests.builders import DEFAULT_STACKING_RULES

MANAGEMENT_ONLY: Final = {
    "discount_calculation_mode",
    "initial_amount_mode_categories",
    "discounted_amount_mode_categories",
}


def category(api: Api, name: str = "Seasonal") -> str:
    return str(api.post("/v1/categories", {"name": name}).json["id"])


def refusal(api: Api, **settings: object) -> str:
    reply = api.post(f"{api.management}/stacking-rules", settings)
    assert (reply.status, reply.json["key"]) == (400, "invalid_payload"), reply.body
    return str(reply.json["details"])


def test_rules_without_settings_are_the_defaults(api: Api) -> None:
    rules = api.stacking()

    assert rules.pop("id").startswith("stk_")
    assert rules.pop("created_at").endswith("Z")
    assert rules == {**DEFAULT_STACKING_RULES, "updated_at": None, "object": "stacking_rules"}


def test_every_setting_is_answered_as_it_was_chosen(api: Api) -> None:
    names = [category(api, name) for name in "ABCDEF"]
    settings = {
        "redeemables_limit": 20,
        "applicable_redeemables_limit": 15,
        "applicable_redeemables_per_category_limit": 10,
        "applicable_redeemables_category_limits": {names[0]: 3, names[1]: 30},
        "applicable_exclusive_redeemables_limit": 5,
        "applicable_exclusive_redeemables_per_category_limit": 4,
        "exclusive_categories": [names[0]],
        "joint_categories": [names[1]],
        "redeemables_application_mode": "PARTIAL",
        "redeemables_sorting_rule": "CATEGORY_HIERARCHY",
        "redeemables_products_application_mode": "ONCE",
        "redeemables_no_effect_rule": "SKIP",
        "no_effect_skip_categories": [names[2]],
        "no_effect_redeem_anyway_categories": [names[3]],
        "redeemables_rollback_order_mode": "WITHOUT_ORDER",
        "grouped_redeemables_sorting_rule": "JOINT_ALWAYS_LAST",
        "discount_calculation_mode": "INITIAL_AMOUNT",
        "initial_amount_mode_categories": [names[4]],
        "discounted_amount_mode_categories": [names[5]],
    }

    rules = api.stacking(**settings)

    assert {name: rules[name] for name in settings} == settings
    assert api.get(f"{api.management}/stacking-rules/{rules['id']}").json == rules


def test_rules_are_in_a_list_of_one(api: Api) -> None:
    nothing = api.get(f"{api.management}/stacking-rules").json
    rules = api.stacking()

    assert nothing == {"object": "list", "data_ref": "data", "data": [], "total": 0}
    assert api.get(f"{api.management}/stacking-rules").json == {
        "object": "list",
        "data_ref": "data",
        "data": [rules],
        "total": 1,
    }


def test_a_project_has_one_set_of_rules(api: Api) -> None:
    rules = api.stacking()

    reply = api.post(f"{api.management}/stacking-rules", {})

    assert (reply.status, reply.json["key"]) == (409, "stacking_rules_exist")
    assert reply.json["resource_id"] == rules["id"]


def test_an_update_changes_what_it_names_and_null_goes_back_to_the_default(api: Api) -> None:
    rules = api.stacking(redeemables_application_mode="PARTIAL", applicable_redeemables_limit=9)
    own = f"{api.management}/stacking-rules/{rules['id']}"

    changed = api.put(
        own, {"redeemables_application_mode": None, "redeemables_no_effect_rule": "SKIP"}
    ).json

    assert changed["redeemables_application_mode"] == "ALL"
    assert changed["redeemables_no_effect_rule"] == "SKIP"
    assert changed["applicable_redeemables_limit"] == 9
    assert changed["updated_at"] is not None
    assert api.get(own).json == changed


def test_rules_can_be_sent_back_as_they_came(api: Api) -> None:
    rules = api.stacking(exclusive_categories=[category(api)])

    reply = api.put(f"{api.management}/stacking-rules/{rules['id']}", rules)

    assert (reply.status, reply.json) == (200, rules)


def test_without_rules_of_its_own_a_project_has_the_defaults_again(api: Api) -> None:
    rules = api.stacking(applicable_redeemables_limit=9)
    own = f"{api.management}/stacking-rules/{rules['id']}"

    assert api.delete(own).status == 204
    assert [api.call(method, own, {}).status for method in ("GET", "PUT", "DELETE")] == [404] * 3
    assert api.stacking()["id"] != rules["id"]


def test_rules_and_projects_that_are_not_there_are_not_found(api: Api) -> None:
    api.stacking()

    unknown = api.get(f"{api.management}/stacking-rules/stk_nope")
    elsewhere = api.get("/management/v1/projects/other/stacking-rules")

    assert (unknown.status, unknown.json["resource_type"]) == (404, "stacking_rules")
    assert (elsewhere.status, elsewhere.json["resource_type"]) == (404, "project")


def test_validations_tell_the_rules_in_force(api: Api) -> None:
    def told() -> object:
        body = {**api.redeeming("NOPE"), "order": {"amount": 100}}
        return api.post("/v1/validations", body).json["stacking_rules"]

    shown = {
        name: value for name, value in DEFAULT_STACKING_RULES.items() if name not in MANAGEMENT_ONLY
    }

    assert told() == shown


@pytest.mark.parametrize(
    ("setting", "low", "high"),
    [
        ("redeemables_limit", 1, 30),
        ("applicable_redeemables_limit", 1, 30),
        ("applicable_redeemables_per_category_limit", 1, 30),
        ("applicable_exclusive_redeemables_limit", 1, 5),
        ("applicable_exclusive_redeemables_per_category_limit", 1, 5),
    ],
)
def test_limits_have_bounds(api: Api, setting: str, low: int, high: int) -> None:
    assert refusal(api, **{setting: low - 1}) == f"Property .{setting} cannot be lower than {low}"
    assert refusal(api, **{setting: high + 1}) == f"Property .{setting} must be <= {high}"
    assert refusal(api, **{setting: "many"}) == f"Property .{setting} must be an integer"


@pytest.mark.parametrize(
    ("settings", "details"),
    [
        (
            {"redeemables_limit": 4, "applicable_redeemables_limit": 5},
            "Property .applicable_redeemables_limit must be <= 4",
        ),
        (
            {"applicable_redeemables_per_category_limit": 6},
            "Property .applicable_redeemables_per_category_limit must be <= 5",
        ),
        (
            {"applicable_exclusive_redeemables_per_category_limit": 2},
            "Property .applicable_exclusive_redeemables_per_category_limit must be <= 1",
        ),
        (
            {"exclusive_categories": ["cat_nope"]},
            "Property .exclusive_categories[0] names a category that does not exist",
        ),
        (
            {"applicable_redeemables_category_limits": {"c": 1}},
            ".applicable_redeemables_category_limits.c names a category that does not exist",
        ),
        (
            {"grouped_redeemables_sorting_rule": "OTHER"},
            "Property .grouped_redeemables_sorting_rule must be one of 'JOINT_ALWAYS_LAST'",
        ),
        (
            {"redeemables_application_mode": "SOME"},
            "Property .redeemables_application_mode must be one of 'ALL' or 'PARTIAL'",
        ),
        ({"joint_categories": "cat_1"}, "Property .joint_categories must be an array"),
    ],
)
def test_settings_that_cannot_hold_together_are_refused(
    api: Api, settings: dict[str, object], details: str
) -> None:
    assert refusal(api, **settings).endswith(details)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("exclusive_categories", "joint_categories"),
        ("no_effect_skip_categories", "no_effect_redeem_anyway_categories"),
        ("initial_amount_mode_categories", "discounted_amount_mode_categories"),
    ],
)
def test_no_category_is_in_two_lists_that_say_opposite_things(
    api: Api, one: str, other: str
) -> None:
    name = category(api)

    details = refusal(api, **{one: [name], other: [name]})

    assert details == f"Property .{other} names {name}, and .{one} names it too"


def test_a_limit_that_was_not_chosen_gives_way_to_one_that_was(api: Api) -> None:
    assert api.stacking(redeemables_limit=3)["applicable_redeemables_limit"] == 3


def test_a_category_is_in_a_list_once(api: Api) -> None:
    name = category(api)

    assert api.stacking(joint_categories=[name, name])["joint_categories"] == [name]
