"""SKUs through the handlers (domain.md §1.14, §2.10)."""

import re
from typing import Final

import pytest
from voucherify.models.products_skus_create_response_body import ProductsSkusCreateResponseBody
from voucherify.models.products_skus_list_response_body import ProductsSkusListResponseBody
from voucherify.models.skus_get_response_body import SkusGetResponseBody

from tests.api.client import Api, Reply

RED: Final = {
    "source_id": "red",
    "sku": "Red mug",
    "price": 1000,
    "currency": "EUR",
    "attributes": {"colour": "red", "size": 3},
    "metadata": {"ean": "4006381333931"},
    "image_url": "https://shop.test/red.png",
}
UNKNOWN_ID: Final = "sku_" + "0" * 18


@pytest.fixture
def shop(api: Api) -> Api:
    """A project with two products."""
    for source in ("mug", "tea"):
        assert api.post("/v1/products", {"source_id": source, "price": 900}).status == 200
    return api


def error(reply: Reply) -> tuple[int, str]:
    """Status and key of a refusal."""
    return reply.status, reply.json["key"]


def skus_of(api: Api, product: str, query: str = "") -> list[str]:
    """The source ids of a product's SKUs on a page."""
    reply = api.get(f"/v1/products/{product}/skus?{query}")
    assert reply.status == 200, reply.body
    return [each["source_id"] for each in reply.json["skus"]]


def test_a_created_sku_is_found_by_its_names_alone_and_under_its_product(shop: Api) -> None:
    made = shop.post("/v1/products/mug/skus", RED)

    assert made.status == 200
    assert re.fullmatch(r"sku_[0-9a-f]{18}", made.json["id"])
    assert {name: made.json[name] for name in RED} == RED
    assert (made.json["object"], made.json["updated_at"]) == ("sku", None)
    mug = shop.get("/v1/products/mug").json
    assert made.json["product_id"] == mug["id"]
    assert mug["skus"]["data"] == [made.json]
    for name in (made.json["id"], "red"):
        assert shop.get(f"/v1/skus/{name}").json == made.json


def test_the_official_client_reads_skus_in_full(shop: Api) -> None:
    made = ProductsSkusCreateResponseBody.from_dict(shop.post("/v1/products/mug/skus", RED).json)
    shop.post("/v1/products/mug/skus", {})
    got = SkusGetResponseBody.from_dict(shop.get("/v1/skus/red").json)
    listed = ProductsSkusListResponseBody.from_dict(shop.get("/v1/products/mug/skus").json)

    assert made is not None
    assert got is not None
    assert (got.id, got.price) == (made.id, 1000)
    assert listed is not None
    assert listed.total == len(listed.skus) == 2


def test_one_source_id_is_one_sku_of_its_product(shop: Api) -> None:
    first = shop.post("/v1/products/mug/skus", RED)

    assert shop.post("/v1/products/mug/skus", {"source_id": "red"}).body == first.body
    again = shop.post("/v1/products/mug/skus", {"id": first.json["id"], "price": 5}).json

    assert again | {"price": 1000, "updated_at": None} == first.json
    assert skus_of(shop, "mug") == ["red"]
    assert shop.get("/v1/products/mug").json["skus"]["data"] == [again]


@pytest.mark.parametrize("name", ["id", "source_id"])
def test_a_sku_of_another_product_is_a_duplicate(shop: Api, name: str) -> None:
    made = shop.post("/v1/products/mug/skus", RED).json

    reply = shop.post("/v1/products/tea/skus", {name: made[name], "price": 1})

    assert error(reply) == (409, "duplicate_found")
    assert (reply.json["resource_type"], reply.json["resource_id"]) == ("sku", made[name])
    assert shop.get("/v1/skus/red").json == made
    assert skus_of(shop, "tea") == []


def test_a_sku_without_identifiers_is_a_new_one_each_time(shop: Api) -> None:
    first, second = (shop.post("/v1/products/mug/skus", {"sku": "Mug"}).json for _ in range(2))

    assert first["id"] != second["id"]
    assert (first["attributes"], first["metadata"], first["price"]) == ({}, {}, None)
    assert shop.get("/v1/products/mug").json["skus"]["total"] == 2


@pytest.mark.parametrize("unknown", [UNKNOWN_ID, "red", "sku_", "😀" * 512])
def test_an_id_must_be_known(shop: Api, unknown: str) -> None:
    reply = shop.post("/v1/products/mug/skus", {"id": unknown})

    assert error(reply) == (404, "not_found")
    assert (reply.json["resource_type"], reply.json["resource_id"]) == ("sku", unknown)
    assert skus_of(shop, "mug") == []


def test_an_update_changes_what_it_names(shop: Api) -> None:
    before = shop.post("/v1/products/mug/skus", RED).json

    changes = {"price": None, "metadata": {"b": 1}, "attributes": {"size": 4}, "source_id": "x"}
    after = shop.put("/v1/products/mug/skus/red", changes).json

    assert (after["price"], after["sku"], after["source_id"]) == (None, "Red mug", "red")
    assert after["attributes"] == {"colour": "red", "size": 4}
    assert after["metadata"] == {"ean": "4006381333931", "b": 1}
    assert shop.get(f"/v1/skus/{before['id']}").json == after
    assert shop.get("/v1/products/mug/skus").json["skus"] == [after]
    assert shop.put(f"/v1/products/mug/skus/{before['id']}", {}).json == after


def test_a_deleted_sku_is_gone_from_everywhere(shop: Api) -> None:
    shop.post("/v1/products/mug/skus", RED)
    shop.post("/v1/products/mug/skus", {"source_id": "blue"})

    gone = shop.delete("/v1/products/mug/skus/red?force=true")

    assert (gone.status, gone.body) == (204, b"")
    assert shop.get("/v1/skus/red").status == 404
    assert skus_of(shop, "mug") == ["blue"]
    assert shop.delete("/v1/products/mug/skus/red").status == 404
    assert shop.post("/v1/products/tea/skus", {"source_id": "red"}).status == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
@pytest.mark.parametrize(
    ("product", "sku", "kind"),
    [("nothing", "red", "product"), ("mug", "blue", "sku"), ("tea", "red", "sku")],
)
def test_a_sku_is_changed_under_its_own_product_only(
    shop: Api, method: str, product: str, sku: str, kind: str
) -> None:
    made = shop.post("/v1/products/mug/skus", RED).json

    body = {"price": 1} if method == "PUT" else None
    reply = shop.call(method, f"/v1/products/{product}/skus/{sku}", body)

    assert error(reply) == (404, "not_found")
    assert reply.json["resource_type"] == kind
    assert shop.get("/v1/skus/red").json == made


def test_what_is_not_there_is_not_found(shop: Api) -> None:
    assert error(shop.get("/v1/skus/red")) == (404, "not_found")
    assert error(shop.get("/v1/products/nothing/skus")) == (404, "not_found")
    assert error(shop.post("/v1/products/nothing/skus", RED)) == (404, "not_found")
    assert shop.get("/v1/skus/red").json["resource_type"] == "sku"


def test_skus_are_listed_oldest_first(shop: Api) -> None:
    for name in ("b", "a", "c"):
        shop.post("/v1/products/mug/skus", {"source_id": name})
    shop.put("/v1/products/mug/skus/b", {"price": 1})

    assert skus_of(shop, "mug") == ["b", "a", "c"]
    assert skus_of(shop, "mug", "order=-created_at") == ["c", "a", "b"]
    assert skus_of(shop, "mug", "order=-updated_at")[0] == "b"
    assert skus_of(shop, "mug", "limit=2&page=2") == ["c"]
    assert error(shop.get("/v1/products/mug/skus?order=sku")) == (400, "invalid_query_params")


def test_a_method_that_the_path_has_not_is_refused(shop: Api) -> None:
    assert shop.post("/v1/products/mug", {}).status == 405
    assert shop.put("/v1/skus/red", {}).status == 405
