"""Products through the handlers (domain.md §1.14, §2.10)."""

import re
from typing import Final
from urllib.parse import quote

import pytest
from voucherify.models.products_create_response_body import ProductsCreateResponseBody
from voucherify.models.products_get_response_body import ProductsGetResponseBody
from voucherify.models.products_list_response_body import ProductsListResponseBody

from tests.api.client import Api, Reply

MUG: Final = {
    "source_id": "mug",
    "name": "Mug",
    "price": 900,
    "attributes": ["colour", "size"],
    "metadata": {"shelf": "kitchen"},
    "image_url": "https://shop.test/mug.png",
}
UNKNOWN_ID: Final = "prod_" + "0" * 18


def error(reply: Reply) -> tuple[int, str]:
    """Status and key of a refusal."""
    return reply.status, reply.json["key"]


def names_listed(api: Api, query: str = "") -> list[str]:
    """The names of the products on a page."""
    reply = api.get(f"/v1/products?{query}")
    assert reply.status == 200, reply.body
    return [each["name"] for each in reply.json["products"]]


def test_a_created_product_is_what_a_get_by_either_identifier_returns(api: Api) -> None:
    made = api.post("/v1/products", MUG)

    assert made.status == 200
    assert re.fullmatch(r"prod_[0-9a-f]{18}", made.json["id"])
    assert {name: made.json[name] for name in MUG} == MUG
    assert (made.json["object"], made.json["updated_at"]) == ("product", None)
    assert "skus" not in made.json
    none = {"object": "list", "data_ref": "data", "data": [], "total": 0}
    for name in (made.json["id"], "mug"):
        assert api.get(f"/v1/products/{name}").json == made.json | {"skus": none}


def test_a_product_of_nothing_has_every_field(api: Api) -> None:
    made = api.post("/v1/products", {}).json

    absent = ("source_id", "name", "price", "image_url", "updated_at")
    assert [made[name] for name in absent] == [None] * 5
    assert (made["attributes"], made["metadata"]) == ([], {})


def test_the_official_client_reads_products_in_full(api: Api) -> None:
    made = api.post("/v1/products", MUG).json
    api.post("/v1/products/mug/skus", {"source_id": "red"})

    created = ProductsCreateResponseBody.from_dict(made)
    got = ProductsGetResponseBody.from_dict(api.get("/v1/products/mug").json)
    listed = ProductsListResponseBody.from_dict(api.get("/v1/products").json)

    assert created is not None
    assert created.price == 900
    assert got is not None
    assert [each.source_id for each in got.skus.data] == ["red"]
    assert listed is not None
    assert [each.id for each in listed.products] == [made["id"]]


def test_one_source_id_is_one_product(api: Api) -> None:
    first = api.post("/v1/products", MUG).json

    again = api.post("/v1/products", {"source_id": "mug", "price": 950}).json

    assert again["updated_at"] is not None
    assert again | {"price": 900, "updated_at": None} == first
    assert api.get("/v1/products").json["total"] == 1


def test_naming_a_product_changes_nothing(api: Api) -> None:
    first = api.post("/v1/products", MUG)

    assert api.post("/v1/products", {"source_id": "mug"}).body == first.body
    assert api.post("/v1/products", {"id": first.json["id"], "source_id": "x"}).body == first.body


def test_a_product_without_identifiers_is_a_new_one_each_time(api: Api) -> None:
    first, second = (api.post("/v1/products", {"name": "Mug"}).json for _ in range(2))

    assert first["id"] != second["id"]
    assert api.get(f"/v1/products/{first['id']}").json["source_id"] is None


@pytest.mark.parametrize("unknown", [UNKNOWN_ID, "mug", "prod_", "😀" * 512])
def test_an_id_must_be_known(api: Api, unknown: str) -> None:
    reply = api.post("/v1/products", {"id": unknown, "name": "Mug"})

    assert error(reply) == (404, "not_found")
    assert (reply.json["resource_type"], reply.json["resource_id"]) == ("product", unknown)
    assert api.get("/v1/products").json["total"] == 0


@pytest.mark.parametrize("source", ["a/b?c#d e", "Ω≈ç", "😀" * 512, "prod_" + "1" * 18, "a%2Fb"])
def test_a_source_id_may_be_in_any_script(api: Api, source: str) -> None:
    made = api.post("/v1/products", {"source_id": source}).json
    path = f"/v1/products/{quote(source, safe='')}"

    sku = api.post(f"{path}/skus", {"source_id": source}).json

    assert api.get(path).json["id"] == made["id"]
    assert api.get(f"{path}/skus").json["skus"] == [sku]
    assert api.get(f"/v1/skus/{quote(source, safe='')}").json == sku
    assert api.put(f"{path}/skus/{quote(source, safe='')}", {"price": 1}).json["price"] == 1


def test_an_update_changes_what_it_names(api: Api) -> None:
    before = api.post("/v1/products", MUG).json

    changes = {"price": None, "metadata": {"b": 1}, "attributes": None, "source_id": "x"}
    after = api.put("/v1/products/mug", changes).json

    assert (after["price"], after["attributes"]) == (None, [])
    assert after["metadata"] == {"shelf": "kitchen", "b": 1}
    assert (after["id"], after["source_id"], after["name"]) == (before["id"], "mug", "Mug")
    assert api.put(f"/v1/products/{before['id']}", {}).json == after


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
@pytest.mark.parametrize("name", ["nothing", UNKNOWN_ID, "%F0%9F%98%80" * 512])
def test_an_unknown_product_is_not_found(api: Api, method: str, name: str) -> None:
    reply = api.call(method, f"/v1/products/{name}", {} if method == "PUT" else None)

    assert error(reply) == (404, "not_found")
    assert reply.json["resource_type"] == "product"


@pytest.mark.parametrize(
    ("body", "details"),
    [
        ({"price": -1}, "Property .price cannot be lower than 0"),
        ({"price": "900"}, "Property .price must be an integer"),
        ({"source_id": ""}, "Property .source_id must have at least 1 character"),
        ({"attributes": [1]}, "Property .attributes[0] must be a string"),
        ({"metadata": []}, "Property .metadata must be an object"),
    ],
)
def test_a_product_that_cannot_be_is_refused(
    api: Api, body: dict[str, object], details: str
) -> None:
    reply = api.post("/v1/products", body)

    assert error(reply) == (400, "invalid_payload")
    assert reply.json["details"] == details


@pytest.mark.parametrize("query", ["", "?force=true", "?force=false"])
def test_a_deleted_product_is_gone_with_its_skus(api: Api, query: str) -> None:
    api.post("/v1/products", MUG)
    api.post("/v1/products/mug/skus", {"source_id": "red"})

    gone = api.delete(f"/v1/products/mug{query}")

    assert (gone.status, gone.body) == (204, b"")
    for path in ("products/mug", "products/mug/skus", "skus/red"):
        assert api.get(f"/v1/{path}").status == 404
    assert api.get("/v1/products").json["products"] == []
    assert api.delete("/v1/products/mug").status == 404


def test_a_source_id_is_free_again_after_its_deletion(api: Api) -> None:
    first = api.post("/v1/products", MUG).json
    api.post("/v1/products/mug/skus", {"source_id": "red", "price": 1})
    api.delete("/v1/products/mug")

    again = api.post("/v1/products", {"source_id": "mug"}).json

    assert (again["id"], again["name"]) == (first["id"], None)
    assert api.get("/v1/products/mug/skus").json["skus"] == []
    assert api.post("/v1/products/mug/skus", {"source_id": "red"}).json["price"] is None


def test_force_is_a_flag(api: Api) -> None:
    api.post("/v1/products", MUG)

    assert error(api.delete("/v1/products/mug?force=yes")) == (400, "invalid_query_params")


def test_products_are_listed_oldest_first(api: Api) -> None:
    for name in ("b", "a", "c"):
        api.post("/v1/products", {"source_id": name, "name": name})
    api.put("/v1/products/b", {"price": 1})

    assert names_listed(api) == ["b", "a", "c"]
    assert names_listed(api, "order=-created_at") == ["c", "a", "b"]
    assert names_listed(api, "order=-updated_at") == ["b", "c", "a"]
    assert names_listed(api, "order=name") == ["a", "b", "c"]
    assert names_listed(api, "limit=2&page=2") == ["c"]
    assert api.get("/v1/products?page=9").json["total"] == 3


@pytest.mark.parametrize("query", ["order=price", "limit=101", "page=0"])
def test_a_page_that_cannot_be_is_refused(api: Api, query: str) -> None:
    assert error(api.get(f"/v1/products?{query}")) == (400, "invalid_query_params")


def test_a_product_with_many_skus_shows_a_hundred_and_tells_how_many_there_are(api: Api) -> None:
    api.post("/v1/products", MUG)
    for index in range(103):
        api.post("/v1/products/mug/skus", {"source_id": f"s-{index:03}"})

    shown = api.get("/v1/products/mug").json["skus"]
    second = api.get("/v1/products/mug/skus?limit=100&page=2").json

    assert [each["source_id"] for each in shown["data"]] == [f"s-{i:03}" for i in range(100)]
    assert (shown["total"], second["total"]) == (103, 103)
    assert [each["source_id"] for each in second["skus"]] == ["s-100", "s-101", "s-102"]


def test_a_repeated_request_under_one_key_is_answered_from_memory(api: Api) -> None:
    key = {"Idempotency-Key": "once"}
    first = api.post("/v1/products", {"name": "Mug"}, headers=key)

    assert api.post("/v1/products", {"name": "Mug"}, headers=key).body == first.body
    assert api.get("/v1/products").json["total"] == 1
