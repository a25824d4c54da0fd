"""Product collections: what one may be, and which lines of an order it has (domain.md §4.4.3)."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from pydantic import JsonValue

from counterfoil.domain import ids
from counterfoil.domain.catalogue import Catalogue, Names
from counterfoil.domain.errors import InvalidPayload
from counterfoil.domain.item_selection import ProductEntry, ProductLists
from counterfoil.domain.listed_products import completed, names_listed
from counterfoil.domain.order_lines import OrderLine
from counterfoil.domain.product_collection_payloads import CollectionPayload, CollectionUpdate
from counterfoil.domain.product_collections import (
    ProductCollection,
    collection_lines,
    covers,
    created,
    updated,
)
from counterfoil.domain.products import Product
from counterfoil.domain.skus import Sku, SkuProduct
from tests.builders import NOW, PROJECT, a_line, an_order

MUG = ids.product_id(PROJECT, "mug")
BLUE = ids.sku_id(PROJECT, "mug-blue")
LATER = NOW + timedelta(seconds=5)


def a_product(**fields: Any) -> Product:  # noqa: ANN401  # the model checks them
    plain = {"id": MUG, "source_id": "mug", "name": "Mug", "price": 900, "created_at": NOW}
    return Product.model_validate(plain | fields)


def a_sku(product: Product, **fields: Any) -> Sku:  # noqa: ANN401  # the model checks them
    known = SkuProduct.of(product)
    plain = {"id": BLUE, "source_id": "mug-blue", "product": known, "created_at": NOW}
    return Sku.model_validate(plain | fields)


def knowing(*things: Product | Sku) -> Catalogue:
    return Catalogue(
        PROJECT,
        {each.id: each for each in things if isinstance(each, Product)},
        {each.id: each for each in things if isinstance(each, Sku)},
    )


NOTHING = knowing()
STORED = knowing(a_product(), a_sku(a_product()))


def a_list(*listed: tuple[str, str], name: str = "pc_1") -> ProductCollection:
    products = [{"object": kind, "id": each} for kind, each in listed]
    return made({"type": "STATIC", "products": products}, name)


def a_filter(conditions: Mapping[str, JsonValue], junction: str = "and") -> ProductCollection:
    sent = {field: {"conditions": each} for field, each in conditions.items()}
    return made({"type": "AUTO_UPDATE", "filter": {"junction": junction, **sent}}, "pc_2")


def made(fields: Mapping[str, object], identifier: str = "pc_1") -> ProductCollection:
    payload = CollectionPayload.model_validate({"name": "Kitchen", **fields})
    return created(payload, PROJECT, identifier, NOW)


def a_line_of(**fields: object) -> OrderLine:
    return a_line("a", 1000, **fields)


def has(
    collection: ProductCollection, line: OrderLine, catalogue: Catalogue | None = NOTHING
) -> bool:
    return covers(collection, line, catalogue, NOW)


BY_PRODUCT: list[dict[str, object]] = [
    {"product_id": MUG},
    {"product_id": "mug"},
    {"source_id": "mug", "related_object": "product"},
    {"product": {"id": MUG}},
    {"product": {"source_id": "mug"}},
]
BY_SKU: list[dict[str, object]] = [
    {"sku_id": BLUE},
    {"sku_id": "mug-blue"},
    {"source_id": "mug-blue", "related_object": "sku"},
    {"sku": {"source_id": "mug-blue"}},
]


@pytest.mark.parametrize("listed", [MUG, "mug"])
@pytest.mark.parametrize("named", BY_PRODUCT)
def test_a_list_has_a_product_by_any_of_its_names(listed: str, named: dict[str, object]) -> None:
    assert has(a_list(("product", listed)), a_line_of(**named))
    assert not has(a_list(("product", "cup")), a_line_of(**named))
    assert not has(a_list(("sku", listed)), a_line_of(**named))


@pytest.mark.parametrize("listed", [BLUE, "mug-blue"])
@pytest.mark.parametrize("named", BY_SKU)
def test_a_list_has_a_sku_by_any_of_its_names(listed: str, named: dict[str, object]) -> None:
    assert has(a_list(("sku", listed)), a_line_of(**named))
    assert not has(a_list(("product", listed)), a_line_of(**named))


@pytest.mark.parametrize("named", BY_SKU)
def test_a_product_is_listed_with_all_its_skus(named: dict[str, object]) -> None:
    listed = a_list(("product", "mug"))

    assert has(listed, a_line_of(**named), STORED)
    assert has(listed, a_line_of(**named), knowing(a_sku(a_product())))
    assert not has(listed, a_line_of(**named), NOTHING)


def test_a_line_that_names_its_product_is_not_of_another_one_that_the_catalogue_tells() -> None:
    line = a_line_of(sku_id=BLUE, product_id="cup")

    assert has(a_list(("product", "cup")), line, STORED)
    assert not has(a_list(("product", "mug")), line, STORED)


def test_a_product_without_a_source_id_is_known_by_its_id() -> None:
    bare = "prod_" + "0" * 18
    catalogue = knowing(a_product(id=bare, source_id=None))

    assert has(a_list(("product", bare)), a_line_of(product_id=bare), catalogue)


def test_without_a_catalogue_a_name_stands_for_itself() -> None:
    assert has(a_list(("product", "mug")), a_line_of(product_id="mug"), None)
    assert has(a_list(("product", "mug")), a_line_of(product_id=MUG), None)
    assert not has(a_list(("product", MUG)), a_line_of(product_id="mug"), None)


def test_a_line_that_names_nothing_is_in_no_collection() -> None:
    nameless = a_line_of(metadata={"brand": "Acme"})

    assert not has(a_list(("product", "mug")), nameless)
    assert not has(a_list(), nameless)
    assert not has(a_filter({"name": {"$is_unknown": ""}}), nameless)


def test_an_empty_list_has_nothing() -> None:
    assert not has(a_list(), a_line_of(product_id="mug"))


def test_a_filter_goes_by_what_is_stored() -> None:
    line = a_line_of(product_id="mug")
    image = "https://shop.test/mug.png"
    known = knowing(a_product(image_url=image, attributes=["colour"], updated_at=LATER))

    fitting: dict[str, JsonValue] = {
        "id": {"$is": MUG},
        "product_id": {"$is": [MUG]},
        "source_id": {"$starts_with": "mu"},
        "name": {"$contains": "u"},
        "object": {"$is": "product"},
        "image_url": {"$ends_with": ".png"},
        "attributes": {"$contains": "colour"},
        "created_at": {"$less_than": 1},
        "updated_at": {"$has_value": ""},
    }
    for field, conditions in fitting.items():
        assert has(a_filter({field: conditions}), line, known), field


def test_a_filter_goes_by_what_the_line_says_before_what_is_stored() -> None:
    known = knowing(a_product(metadata={"brand": "Acme", "shelf": 3}))
    line = a_line_of(
        product_id="mug", product={"name": "Big mug", "price": 800, "metadata": {"brand": "Own"}}
    )

    assert has(a_filter({"name": {"$is": "Big mug"}, "price": {"$is": 800}}), line, known)
    assert not has(a_filter({"name": {"$is": "Mug"}}), line, known)
    assert has(
        a_filter({"metadata.brand": {"$is": "Own"}, "metadata.shelf": {"$is": 3}}), line, known
    )
    assert not has(a_filter({"metadata.brand": {"$is": "Acme"}}), line, known)


def test_the_price_is_that_of_a_unit_on_the_line() -> None:
    known = knowing(a_product(), a_sku(a_product(), price=1_500))
    cheap = a_filter({"price": {"$less_than": 1_000}})

    assert has(cheap, a_line_of(product_id="mug"), known)
    assert not has(cheap, a_line_of(sku_id=BLUE), known)
    assert has(cheap, a_line_of(sku_id=BLUE, price=999), known)
    assert has(cheap, a_line_of(sku_id=BLUE), knowing(a_sku(a_product())))


def test_a_sku_has_from_its_product_what_it_does_not_say_itself() -> None:
    product = a_product(metadata={"brand": "Acme", "colour": "any"})
    sku = a_sku(product, sku="Blue", attributes={"size": "L"}, metadata={"colour": "blue"})
    line = a_line_of(sku_id=BLUE)

    fitting: list[tuple[str, str]] = [
        ("metadata.brand", "Acme"),
        ("metadata.colour", "blue"),
        ("attributes.size", "L"),
        ("name", "Blue"),
        ("name", "Mug"),
        ("object", "sku"),
    ]
    for field, value in fitting:
        assert has(a_filter({field: {"$is": value}}), line, knowing(product, sku)), field


@pytest.mark.parametrize(
    "denial",
    [
        {"name": {"$is_not": "Mug"}},
        {"source_id": {"$is_not": "mug"}},
        {"id": {"$not_in": [MUG]}},
        {"metadata.brand": {"$is_not": "Acme"}},
        {"object": {"$is_not": "product"}},
    ],
)
def test_what_is_denied_of_a_product_is_denied_of_its_skus(denial: dict[str, JsonValue]) -> None:
    product = a_product(metadata={"brand": "Acme"})
    sku = a_sku(product, sku="Blue")

    assert not has(a_filter(denial), a_line_of(sku_id=BLUE), knowing(product, sku))


def test_a_path_leads_into_metadata_unless_it_is_a_name() -> None:
    line = a_line_of(product_id="mug", product={"metadata": {"a": {"b": 1}, "c.d": 2}})

    assert has(a_filter({"metadata.a.b": {"$is": 1}}), line)
    assert has(a_filter({"metadata.c.d": {"$is": 2}}), line)
    assert not has(a_filter({"metadata.a.b.c": {"$has_value": ""}}), line)


def test_a_filter_needs_no_catalogue_for_what_the_line_tells() -> None:
    line = a_line_of(source_id="mug", related_object="product", product={"name": "Mug"})

    assert has(a_filter({"name": {"$is": "Mug"}, "price": {"$is": 1}}, "or"), line, None)
    assert has(
        a_filter({"source_id": {"$is": "mug"}, "created_at": {"$is_unknown": ""}}), line, None
    )


def test_days_count_from_now() -> None:
    line, old = a_line_of(product_id="mug"), a_filter({"created_at": {"$more_than_ago": 3}})

    assert not covers(old, line, STORED, NOW + timedelta(days=3))
    assert covers(old, line, STORED, NOW + timedelta(days=3, seconds=1))


def test_the_lines_of_each_collection_are_told_together() -> None:
    order = an_order(
        items=[
            a_line("one", 100, product_id="mug"),
            a_line("two", 100, sku_id="mug-blue"),
            a_line("three", 100, product_id="tea"),
            a_line("four", 100),
        ]
    )
    collections = [
        a_list(("product", "mug")),
        a_filter({"source_id": {"$is": "tea"}}),
        a_list(name="x"),
    ]

    assert collection_lines(collections, order, STORED, NOW) == {
        "pc_1": {"one", "two"},
        "pc_2": {"three"},
        "x": set(),
    }


def test_weeks_begin_on_the_day_that_the_project_says() -> None:
    line, of_this_week = a_line_of(product_id="mug"), a_filter({"created_at": {"$this_week": ""}})
    sunday = NOW + timedelta(days=1)

    assert covers(of_this_week, line, STORED, sunday)
    assert not covers(of_this_week, line, STORED, sunday, week_start=6)
    order = an_order(items=[line])
    assert collection_lines([of_this_week], order, STORED, sunday, 6) == {"pc_2": frozenset()}


def changed(collection: ProductCollection, **fields: object) -> ProductCollection:
    payload = CollectionUpdate.model_validate(fields)
    return updated(collection, payload, PROJECT, LATER)


def test_an_update_replaces_what_it_names() -> None:
    listed = a_list(("product", "mug"))

    renamed = changed(listed, name="Table", products=None, type="STATIC")
    other = changed(listed, products=[{"object": "product", "id": "cup"}])

    assert (renamed.name, renamed.products, renamed.updated_at) == ("Table", listed.products, LATER)
    assert has(listed, a_line_of(product_id="mug"))
    assert has(other, a_line_of(product_id="cup"))
    assert not has(other, a_line_of(product_id="mug"))
    dearer = changed(a_filter({"price": {"$is": 1}}), filter={"price": {"conditions": {"$is": 2}}})
    assert has(dearer, a_line_of(product_id="mug", price=2))


def test_an_update_that_changes_nothing_is_none() -> None:
    listed = a_list(("product", "mug"))

    assert changed(listed, name="Kitchen", products=[{"object": "product", "id": "mug"}]) is listed
    assert changed(listed) is listed


@pytest.mark.parametrize(
    ("fields", "details"),
    [
        ({"type": "AUTO_UPDATE"}, "Property . should have required property 'filter'"),
        (
            {"type": "AUTO_UPDATE", "filter": {}},
            "Property .filter must have conditions on at least 1 field",
        ),
        (
            {"type": "AUTO_UPDATE", "filter": {"skus": {"conditions": {"$count": 1}}}},
            "Property .filter.skus is not a field to filter by",
        ),
        (
            {"type": "AUTO_UPDATE", "filter": {"metadata.": {"conditions": {"$is": 1}}}},
            "Property .filter['metadata.'] is not a field to filter by",
        ),
        (
            {
                "type": "AUTO_UPDATE",
                "filter": {"id": {"conditions": {"$is": "a"}}},
                "products": [{"object": "product", "id": "mug"}],
            },
            "Property .products is not for collections of type AUTO_UPDATE",
        ),
        (
            {"type": "STATIC", "filter": {"id": {"conditions": {"$is": "a"}}}},
            "Property .filter is not for collections of type STATIC",
        ),
        (
            {"type": "STATIC", "products": [{"object": "product", "id": "é" * 100}] * 1000},
            "Property .products must have at most 65536 bytes of JSON; it has 229001",
        ),
        (
            {"type": "AUTO_UPDATE", "filter": {"id": {"conditions": {"$in": ["x" * 99] * 700}}}},
            "Property .filter must have at most 65536 bytes of JSON; it has 71431",
        ),
    ],
)
def test_a_collection_that_cannot_be_is_refused(fields: dict[str, object], details: str) -> None:
    with pytest.raises(InvalidPayload) as raised:
        made(fields)

    assert raised.value.details == details


def test_a_collection_is_of_one_type_for_life() -> None:
    with pytest.raises(InvalidPayload) as raised:
        changed(a_list(), type="AUTO_UPDATE", filter={"id": {"conditions": {"$is": "a"}}})

    assert raised.value.details == "Property .type cannot be changed; it is STATIC"


def test_a_collection_that_a_rule_lists_is_none_of_the_catalogues_products() -> None:
    entry = ProductEntry(object="products_collection", id="mug", source_id="mug-blue")
    lists = ProductLists(included=(entry,), excluded=(entry,))

    assert names_listed(lists) == Names()
    assert completed(lists, STORED) == lists
