"""Product collections by the API: their life, their lists, and what they have."""

from typing import Any

import pytest

from counterfoil.storage import product_collections
from counterfoil.storage.plans import Plan
from counterfoil.storage.store import Store
from tests.api.client import Api, Reply

COLLECTIONS = "/v1/product-collections"
MUG = {"id": "mug", "object": "product"}
CHEAP = {"junction": "AND", "price": {"conditions": {"$less_than": [1000]}}}
UNKNOWN = "pc_" + "0" * 24


def created(api: Api, name: str = "Kitchen", **fields: object) -> str:
    reply = api.post(COLLECTIONS, {"name": name, "type": "STATIC", **fields})
    assert reply.status == 200, reply.body
    return str(reply.json["id"])


def of_filter(api: Api, **fields: object) -> str:
    sent = {field: {"conditions": each} for field, each in fields.items()}
    return created(api, type="AUTO_UPDATE", filter=sent)


def names(api: Api, query: str = "") -> list[str]:
    return [each["name"] for each in api.get(f"{COLLECTIONS}{query}").json["data"]]


def members(api: Api, name: str, query: str = "") -> Any:  # noqa: ANN401  # as `Reply.json`
    reply = api.get(f"{COLLECTIONS}/{name}/products{query}")
    assert reply.status == 200, reply.body
    return reply.json


def sources(found: Any) -> list[str]:  # noqa: ANN401  # as `Reply.json`
    return [each["source_id"] for each in found["data"]]


def refusal(reply: Reply) -> tuple[int, str, str]:
    return reply.status, reply.json["key"], reply.json["details"]


def test_a_list_of_products_is_answered_as_it_was_created(api: Api) -> None:
    sku = {"id": "mug-blue", "product_id": "mug", "object": "sku"}
    body = {"name": "Kitchen", "type": "STATIC", "products": [MUG, sku], "id": "pc_mine"}

    document = api.post(COLLECTIONS, body).json

    assert len(document["id"]) == len(UNKNOWN)
    assert api.get(f"{COLLECTIONS}/{document['id']}").json == document
    assert document.pop("id").startswith("pc_")
    assert document.pop("created_at").endswith("Z")
    assert document == {
        "name": "Kitchen",
        "type": "STATIC",
        "products": [MUG, sku],
        "updated_at": None,
        "object": "products_collection",
    }


def test_a_filter_is_answered_as_it_was_sent(api: Api) -> None:
    body = {"name": "Cheap", "type": "AUTO_UPDATE", "filter": CHEAP}

    document = api.post(COLLECTIONS, body).json

    assert api.get(f"{COLLECTIONS}/{document['id']}").json == document
    assert {name: document[name] for name in body} == body
    assert "products" not in document


def test_a_name_may_be_that_of_several_collections(api: Api) -> None:
    assert created(api) != created(api)
    assert names(api) == ["Kitchen", "Kitchen"]


def test_an_update_changes_what_it_names(api: Api) -> None:
    name = created(api, products=[MUG])
    path = f"{COLLECTIONS}/{name}"

    renamed = api.put(path, {"name": "Table", "products": None}).json
    changed = api.put(path, {"products": []}).json

    assert (renamed["name"], renamed["products"]) == ("Table", [MUG])
    assert renamed["updated_at"] is not None
    assert (changed["name"], changed["products"]) == ("Table", [])
    assert api.get(path).json == changed


def test_an_update_that_changes_nothing_is_none(api: Api) -> None:
    path = f"{COLLECTIONS}/{created(api, products=[MUG])}"

    assert api.put(path, {}).json["updated_at"] is None
    assert api.put(path, {"name": "Kitchen", "products": [MUG]}).json["updated_at"] is None


def test_a_deleted_collection_is_gone(api: Api) -> None:
    name = created(api)

    assert api.delete(f"{COLLECTIONS}/{name}").status == 204
    assert api.get(f"{COLLECTIONS}/{name}").status == 404
    assert api.delete(f"{COLLECTIONS}/{name}").status == 404
    assert names(api) == []


def test_a_collection_that_a_rule_names_stays(api: Api, store: Store) -> None:
    name = created(api)
    for delta, token in ((2, "named"), (-1, "left")):
        plan = Plan()
        plan.add(product_collections.used(api.project, name, delta))
        store.commit(plan, token)

    reply = api.delete(f"{COLLECTIONS}/{name}")

    assert refusal(reply) == (
        400,
        "resource_in_use",
        f"The products_collection {name} is used by 1 validation rule",
    )
    assert (reply.json["resource_type"], reply.json["resource_id"]) == ("products_collection", name)
    assert api.get(f"{COLLECTIONS}/{name}").status == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", ""), ("PUT", ""), ("DELETE", ""), ("GET", "/products")],
)
def test_an_unknown_collection_is_not_found(api: Api, method: str, path: str) -> None:
    target = f"{COLLECTIONS}/{UNKNOWN}{path}"

    reply = api.call(method, target, {} if method == "PUT" else None)

    assert refusal(reply)[:2] == (404, "not_found")
    assert reply.json["resource_type"] == "products_collection"
    assert reply.json["resource_id"] == UNKNOWN


@pytest.mark.parametrize(
    ("body", "details"),
    [
        ({"type": "STATIC"}, "Property . should have required property 'name'"),
        ({"name": "A"}, "Property . should have required property 'type'"),
        ({"name": "", "type": "STATIC"}, "Property .name must have at least 1 character"),
        (
            {"name": "A", "type": "DYNAMIC"},
            "Property .type must be one of 'STATIC' or 'AUTO_UPDATE'",
        ),
        ({"name": "A", "type": "AUTO_UPDATE"}, "Property . should have required property 'filter'"),
        ({"name": "A", "type": "AUTO_UPDATE", "filter": []}, "Property .filter must be an object"),
        (
            {"name": "A", "type": "AUTO_UPDATE", "filter": {"price": {"conditions": {"$in": []}}}},
            "Property .filter.price.conditions.$in must have at least 1 element",
        ),
        (
            {"name": "A", "type": "STATIC", "products": [{"id": "mug"}]},
            "Property .products[0] should have required property 'object'",
        ),
        (
            {"name": "A", "type": "STATIC", "products": [MUG, {"object": "product"}]},
            "Property .products[1] should have required property 'id'",
        ),
        (
            {"name": "A", "type": "STATIC", "products": [{"id": "mug", "object": "mug"}]},
            "Property .products[0].object must be one of 'product' or 'sku'",
        ),
        (
            {"name": "A", "type": "STATIC", "products": [MUG] * 1001},
            "Property .products must have at most 1000 elements",
        ),
    ],
)
def test_a_collection_that_cannot_be_is_refused(
    api: Api, body: dict[str, object], details: str
) -> None:
    assert refusal(api.post(COLLECTIONS, body)) == (400, "invalid_payload", details)


def test_a_change_that_cannot_be_is_refused(api: Api) -> None:
    path = f"{COLLECTIONS}/{created(api)}"

    assert refusal(api.put(path, {"filter": CHEAP})) == (
        400,
        "invalid_payload",
        "Property .filter is not for collections of type STATIC",
    )
    assert api.put(path, {"type": "AUTO_UPDATE"}).status == 400


def test_a_creation_that_is_sent_again_under_its_key_is_one(api: Api) -> None:
    body, key = {"name": "A", "type": "STATIC"}, {"Idempotency-Key": "once"}

    first, second = (api.post(COLLECTIONS, body, headers=key) for _ in range(2))

    assert first.body == second.body
    assert api.get(COLLECTIONS).json["total"] == 1


def test_collections_are_listed_newest_first_unless_said_otherwise(api: Api) -> None:
    assert api.get(COLLECTIONS).json == {
        "object": "list",
        "data_ref": "data",
        "data": [],
        "total": 0,
    }
    first, _, _ = (created(api, name) for name in ("B", "C", "A"))
    api.put(f"{COLLECTIONS}/{first}", {"products": [MUG]})

    assert names(api) == ["A", "C", "B"]
    assert names(api, "?order=created_at&limit=2") == ["B", "C"]
    assert names(api, "?order=-updated_at&limit=1") == ["B"]
    assert names(api, "?order=name&limit=2&page=2") == ["C"]
    assert api.get(f"{COLLECTIONS}?limit=1").json["total"] == 3
    assert refusal(api.get(f"{COLLECTIONS}?order=type"))[:2] == (400, "invalid_query_params")


@pytest.fixture
def shop(api: Api) -> dict[str, str]:
    """Three products, the first of which has two SKUs; their ids by source_id."""
    made = {
        name: api.post("/v1/products", {"source_id": name, "price": price, **fields}).json["id"]
        for name, price, fields in (
            ("mug", 900, {"name": "Mug", "metadata": {"brand": "Acme"}}),
            ("tea", 700, {}),
            ("pot", 2500, {"metadata": {"brand": "Acme"}}),
        )
    }
    for sku in ("mug-blue", "mug-red"):
        body = {"source_id": sku, "price": 950}
        made[sku] = api.post("/v1/products/mug/skus", body).json["id"]
    return made


def test_a_list_has_the_products_and_skus_that_exist(api: Api, shop: dict[str, str]) -> None:
    listed = [
        {"id": shop["pot"], "object": "product"},
        MUG,
        {"id": shop["mug"], "object": "product"},
        {"id": "cup", "object": "product"},
        {"id": "mug-blue", "object": "sku"},
        {"id": "tea", "object": "sku"},
    ]

    found = members(api, created(api, products=listed))

    assert (found["object"], found["data_ref"], found["total"]) == ("list", "data", 3)
    assert sources(found) == ["mug-blue", "pot", "mug"]
    assert [each["object"] for each in found["data"]] == ["sku", "product", "product"]


def test_a_sku_is_shown_with_its_product(api: Api, shop: dict[str, str]) -> None:
    name = created(api, products=[{"id": shop["mug-red"], "object": "sku"}])

    (sku,) = members(api, name)["data"]

    product = api.get("/v1/products/mug").json
    del product["skus"]
    alone = api.get("/v1/skus/mug-red").json
    del alone["attributes"]  # the official Python client cannot read them here
    assert sku == {**alone, "product": product}
    assert sku["product_id"] == product["id"]


@pytest.mark.usefixtures("shop")
def test_a_filter_has_the_products_that_fit_it(api: Api) -> None:
    assert sources(members(api, of_filter(api, price={"$less_than": 1000}))) == ["tea", "mug"]
    assert sources(members(api, of_filter(api, **{"metadata.brand": {"$is": "Acme"}}))) == [
        "pot",
        "mug",
    ]
    assert sources(members(api, of_filter(api, name={"$has_value": ""}))) == ["mug"]
    assert sources(members(api, of_filter(api, created_at={"$is_days_ago": 5}))) == []


def test_what_a_filter_has_follows_the_catalogue(api: Api, shop: dict[str, str]) -> None:
    name = of_filter(api, id={"$in": [shop["tea"], shop["pot"]]}, price={"$more_than": 800})
    assert sources(members(api, name)) == ["pot"]

    api.put("/v1/products/tea", {"price": 900})
    api.delete("/v1/products/pot")

    assert sources(members(api, name)) == ["tea"]


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("kind", ["STATIC", "AUTO_UPDATE"])
def test_what_a_collection_has_is_listed_in_pages(api: Api, kind: str) -> None:
    listed = [{"id": each, "object": "product"} for each in ("tea", "mug", "pot")]
    name = (
        created(api, products=listed) if kind == "STATIC" else of_filter(api, price={"$is_not": 1})
    )
    api.put("/v1/products/mug", {"name": "Big mug"})

    assert sources(members(api, name)) == ["pot", "tea", "mug"]
    assert sources(members(api, name, "?order=created_at&limit=2")) == ["mug", "tea"]
    assert sources(members(api, name, "?order=-updated_at&limit=1")) == ["mug"]
    page = members(api, name, "?limit=2&page=2")
    assert (sources(page), page["total"]) == (["mug"], 3)
    for query in ("order=name", "limit=101", "page=0", "starting_after=2026-01-01"):
        reply = api.get(f"{COLLECTIONS}/{name}/products?{query}")
        assert refusal(reply)[:2] == (400, "invalid_query_params")
