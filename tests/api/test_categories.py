"""Categories by the API: life, list, bounds, and what stacking rules have to say in it."""

import pytest

from counterfoil.domain.categories import MAX_CATEGORIES
from tests.api.client import Api


def created(api: Api, name: str = "Seasonal", **fields: object) -> str:
    reply = api.post("/v1/categories", {"name": name, **fields})
    assert reply.status == 200, reply.body
    return str(reply.json["id"])


def test_a_category_is_answered_as_it_was_created(api: Api) -> None:
    reply = api.post("/v1/categories", {"name": "Seasonal", "hierarchy": 4, "id": "cat_mine"})

    document = reply.json
    assert reply.status == 200
    assert document.pop("id").startswith("cat_")
    assert document.pop("created_at").endswith("Z")
    assert document == {
        "name": "Seasonal",
        "hierarchy": 4,
        "object": "category",
        "updated_at": None,
    }


def test_a_category_without_a_hierarchy_is_among_the_first(api: Api) -> None:
    assert api.post("/v1/categories", {"name": "Plain"}).json["hierarchy"] == 1


def test_a_category_is_read_by_its_id(api: Api) -> None:
    name = created(api)

    assert api.get(f"/v1/categories/{name}").json["id"] == name
    assert len(name) == len("cat_") + 18


def test_categories_are_listed_in_the_order_of_their_creation(api: Api) -> None:
    assert api.get("/v1/categories").json == {
        "object": "list",
        "data_ref": "data",
        "data": [],
        "total": 0,
    }
    names = [created(api, name, hierarchy=9 - at) for at, name in enumerate("ABC")]

    listed = api.get("/v1/categories").json

    assert [each["id"] for each in listed["data"]] == names
    assert listed["total"] == 3


def test_an_update_changes_what_it_names(api: Api) -> None:
    name = created(api, hierarchy=5)

    changed = api.put(f"/v1/categories/{name}", {"name": "Winter", "hierarchy": None}).json

    assert (changed["name"], changed["hierarchy"]) == ("Winter", 5)
    assert changed["updated_at"] is not None
    assert api.get(f"/v1/categories/{name}").json == changed


def test_an_update_that_changes_nothing_is_none(api: Api) -> None:
    name = created(api)

    assert api.put(f"/v1/categories/{name}", {"name": "Seasonal"}).json["updated_at"] is None
    assert api.put(f"/v1/categories/{name}", {}).json["updated_at"] is None


def test_a_deleted_category_is_gone(api: Api) -> None:
    name = created(api)

    assert api.delete(f"/v1/categories/{name}").status == 204
    assert api.get(f"/v1/categories/{name}").status == 404
    assert api.delete(f"/v1/categories/{name}").status == 404


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_an_unknown_category_is_not_found(api: Api, method: str) -> None:
    reply = api.call(method, "/v1/categories/cat_nope", {} if method == "PUT" else None)

    assert (reply.status, reply.json["key"]) == (404, "not_found")
    assert (reply.json["resource_type"], reply.json["resource_id"]) == ("category", "cat_nope")


@pytest.mark.parametrize(
    ("body", "details"),
    [
        ({}, "Property . should have required property 'name'"),
        ({"name": None}, "Property .name must be a string"),
        ({"name": ""}, "Property .name must have at least 1 character"),
        ({"name": "x" * 256}, "Property .name must have at most 255 characters"),
        ({"name": "A", "hierarchy": -1}, "Property .hierarchy cannot be lower than 0"),
        ({"name": "A", "hierarchy": 1.5}, "Property .hierarchy must be an integer"),
    ],
)
def test_a_category_that_cannot_be_is_refused(
    api: Api, body: dict[str, object], details: str
) -> None:
    reply = api.post("/v1/categories", body)

    assert (reply.status, reply.json["key"]) == (400, "invalid_payload")
    assert reply.json["details"] == details


def test_a_project_has_a_bounded_number_of_categories(api: Api) -> None:
    for number in range(MAX_CATEGORIES):
        created(api, f"Category {number}")

    reply = api.post("/v1/categories", {"name": "One more"})

    assert (reply.status, reply.json["key"]) == (400, "invalid_payload")
    assert reply.json["details"] == "A project has at most 100 categories"


def test_a_category_that_the_rules_name_stays_unless_it_may_be_taken_out(api: Api) -> None:
    name, other = created(api), created(api, "Other")
    rules = api.stacking(
        exclusive_categories=[other, name],
        no_effect_skip_categories=[name],
        applicable_redeemables_category_limits={name: 2, other: 3},
    )

    refused = api.delete(f"/v1/categories/{name}")
    assert (refused.status, refused.json["key"]) == (400, "resource_in_use")
    assert refused.json["resource_id"] == name
    assert api.get(f"/v1/categories/{name}").status == 200

    forced = api.delete(f"/v1/categories/{name}?remove_from_stacking_rules=true")
    assert forced.status == 204
    assert api.get(f"/v1/categories/{name}").status == 404
    left = api.get(f"{api.management}/stacking-rules/{rules['id']}").json
    assert left["exclusive_categories"] == [other]
    assert left["no_effect_skip_categories"] == []
    assert left["applicable_redeemables_category_limits"] == {other: 3}
    assert left["updated_at"] is not None


def test_a_category_that_no_rule_names_goes_without_more(api: Api) -> None:
    name = created(api)
    rules = api.stacking()

    assert api.delete(f"/v1/categories/{name}?remove_from_stacking_rules=true").status == 204
    assert api.get(f"{api.management}/stacking-rules/{rules['id']}").json["updated_at"] is None


def test_a_flag_is_true_or_false(api: Api) -> None:
    reply = api.delete(f"/v1/categories/{created(api)}?remove_from_stacking_rules=yes")

    assert (reply.status, reply.json["key"]) == (400, "invalid_query_params")


def test_a_creation_that_is_sent_again_under_its_key_is_one(api: Api) -> None:
    key = {"Idempotency-Key": "once"}
    first = api.post("/v1/categories", {"name": "A"}, headers=key)
    second = api.post("/v1/categories", {"name": "A"}, headers=key)

    assert first.body == second.body
    assert api.get("/v1/categories").json["total"] == 1
