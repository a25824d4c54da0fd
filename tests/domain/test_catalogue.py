"""What the catalogue says of lines, and what lines tell it (domain.md §1.5)."""

from datetime import timedelta
from typing import Final

import pytest

from counterfoil.domain import ids
from counterfoil.domain.catalogue import (
    Catalogue,
    Names,
    is_wanting,
    names_wanted,
    resolved,
)
from counterfoil.domain.catalogue_overrides import Overridden, overridden, owners_wanted
from counterfoil.domain.order_payloads import OrderLinePayload
from counterfoil.domain.products import Product
from counterfoil.domain.skus import Sku, SkuProduct
from counterfoil.domain.unit_discounts import CatalogueItem
from tests.builders import NOW

PROJECT: Final = "shop"
MUG_ID: Final = ids.product_id(PROJECT, "mug")
RED_ID: Final = ids.sku_id(PROJECT, "red")
LATER: Final = NOW + timedelta(hours=1)
MUG: Final = Product(
    id=MUG_ID,
    source_id="mug",
    name="Mug",
    price=900,
    metadata={"shelf": 1, "kind": "cup"},
    created_at=NOW,
)
RED: Final = Sku(
    id=RED_ID,
    source_id="red",
    product=SkuProduct.of(MUG),
    sku="Red mug",
    price=1000,
    created_at=NOW,
)
PLAIN: Final = RED.model_copy(update={"price": None})


def a_line(**fields: object) -> OrderLinePayload:
    return OrderLinePayload.model_validate(fields)


def a_catalogue(*things: Product | Sku) -> Catalogue:
    return Catalogue(
        PROJECT,
        {each.id: each for each in things if isinstance(each, Product)},
        {each.id: each for each in things if isinstance(each, Sku)},
    )


def resolve(line: OrderLinePayload, *things: Product | Sku) -> OrderLinePayload:
    (after,) = resolved([line], a_catalogue(*things))
    return after


def tell(*lines: OrderLinePayload, stored: tuple[Product | Sku, ...] = ()) -> Overridden:
    return overridden(lines, a_catalogue(*stored), LATER)


@pytest.mark.parametrize(
    ("line", "wanting"),
    [
        ({"product_id": "mug"}, True),
        ({"sku_id": "red"}, True),
        ({"source_id": "mug", "related_object": "product"}, True),
        ({"source_id": "red", "related_object": "sku"}, True),
        ({"product": {"id": "mug"}}, True),
        ({"sku": {"source_id": "red"}}, True),
        ({"product_id": "mug", "price": 0}, False),
        ({"product_id": "mug", "amount": 0}, False),
        ({"product_id": "mug", "product": {"price": 5}}, False),
        ({"sku_id": "red", "product_id": "mug", "sku": {"price": 5}}, False),
        ({"sku_id": "red", "price": 5}, True),
        ({"sku_id": "red", "price": 5, "product_id": "mug"}, False),
        ({"sku_id": "red", "price": 5, "product": {"name": "Mug"}}, False),
        ({"sku_id": "red", "product": {"name": "Mug"}}, True),
        ({"source_id": "mug"}, False),
        ({"quantity": 2}, False),
        ({}, False),
    ],
)
def test_a_line_is_looked_up_for_a_price_or_for_the_product_of_its_sku(
    line: dict[str, object],
    wanting: bool,  # noqa: FBT001  # a row of the table
) -> None:
    assert is_wanting(a_line(**line)) is wanting


def test_a_name_is_asked_for_once() -> None:
    lines = [
        a_line(product_id="mug", product={"source_id": "mug", "id": "x"}),
        a_line(source_id="mug", related_object="product"),
        a_line(sku_id="red"),
        a_line(product_id="tea", price=5),
    ]

    assert names_wanted(lines) == Names(("mug", "x"), ("red",))


@pytest.mark.parametrize(
    ("line", "price"),
    [
        ({}, 1000),
        ({"product": {"price": 1}}, 1),
        ({"product": {"price": 1}, "sku": {"price": 2}}, 2),
        ({"product": {"price": 1}, "sku": {"price": 2}, "price": 3}, 3),
        ({"amount": 7}, None),
        ({"price": 0}, 0),
    ],
)
def test_a_price_that_was_sent_outranks_the_catalogues(
    line: dict[str, object], price: int | None
) -> None:
    after = resolve(a_line(sku_id="red", **line), MUG, RED)

    sent = (after.price, after.sku and after.sku.price, after.product and after.product.price)
    chosen = next((each for each in sent if each is not None), None)
    assert (after.price if after.amount is not None else chosen) == price


def test_a_sku_without_a_price_has_its_products_be_it_unread() -> None:
    after = resolve(a_line(sku_id=RED_ID), PLAIN)

    assert after.price == 900
    assert after.product_id == MUG_ID
    assert after.product is not None
    assert (after.product.name, after.product.source_id) == ("Mug", "mug")
    assert after.sku is not None
    assert after.sku.price is None


def test_a_sku_under_a_product_that_is_unknown_has_its_own_products_price_and_no_other() -> None:
    after = resolve(a_line(sku_id="red", product={"id": "tea"}), PLAIN)

    assert after.price == 900
    assert after.product_id is None
    assert after.product is not None
    assert after.product.model_dump(exclude_none=True) == {"id": "tea"}


def test_what_was_read_of_a_product_is_newer_than_its_skus_copy() -> None:
    newer = MUG.model_copy(update={"price": 950})

    assert resolve(a_line(sku_id="red", product_id="mug"), newer, PLAIN).price == 950


def test_a_line_that_names_its_sku_has_all_that_was_read_of_its_product() -> None:
    after = resolve(a_line(sku_id="red"), MUG, PLAIN)

    assert after.product is not None
    assert after.product.metadata == MUG.metadata
    assert resolve(after, MUG, PLAIN) == after


def test_names_stay_as_they_were_sent_and_the_missing_ones_are_added() -> None:
    named = resolve(a_line(product_id="mug"), MUG)
    sourced = resolve(a_line(source_id="red", related_object="sku"), RED)

    assert named.product_id == "mug"
    assert named.product is not None
    assert named.product.id == MUG_ID
    assert (sourced.source_id, sourced.related_object) == ("red", "sku")
    assert (sourced.sku_id, sourced.product_id) == (RED_ID, MUG_ID)


def test_what_was_sent_outranks_the_catalogue_field_by_field() -> None:
    sent = {"name": "My mug", "price": None, "metadata": {"shelf": 2, "own": True}}

    after = resolve(a_line(product_id="mug", product=sent), MUG)

    assert after.price == 900
    assert after.product is not None
    assert after.product.name == "My mug"
    assert after.product.metadata == {"shelf": 2, "own": True, "kind": "cup"}


@pytest.mark.parametrize(
    "line",
    [
        {"product_id": "tea", "quantity": 2},
        {"sku_id": "blue"},
        {"source_id": "mug"},
        {"product_id": "mug", "price": 1},
        {"amount": 5},
    ],
)
def test_a_line_that_is_unknown_or_needs_nothing_stays_as_it_was_sent(
    line: dict[str, object],
) -> None:
    sent = a_line(**line)

    assert resolve(sent, MUG, RED).model_dump(exclude_none=True) == sent.model_dump(
        exclude_none=True
    )


def test_a_unit_is_a_sku_or_else_a_product() -> None:
    catalogue = a_catalogue(MUG, PLAIN)

    red = CatalogueItem(RED_ID, "red", "Red mug", 900, MUG_ID, is_sku=True)
    mug = CatalogueItem(MUG_ID, "mug", "Mug", 900, MUG_ID, is_sku=False)
    assert catalogue.unit("red") == catalogue.unit(RED_ID) == red
    assert catalogue.unit("mug") == catalogue.unit(MUG_ID) == mug
    assert catalogue.unit("tea") is None


def test_lines_without_override_tell_the_catalogue_nothing() -> None:
    told = tell(
        a_line(product_id="mug", product={"price": 1}),
        a_line(sku_id="red", sku={"price": 1, "override": False}),
        stored=(MUG, RED),
    )

    assert (told.products, told.skus) == ((), ())


def test_an_override_makes_what_is_missing_under_its_source_id() -> None:
    told = tell(
        a_line(
            source_id="red",
            related_object="sku",
            sku={"sku": "Red mug", "price": 1000, "override": True},
            product={"source_id": "mug", "name": "Mug", "price": 900, "metadata": {"a": 1}},
        )
    )

    assert (told.products, told.skus) == ((MUG_ID,), (RED_ID,))
    product = told.catalogue.products[MUG_ID]
    assert (product.name, product.price, product.metadata) == ("Mug", 900, {"a": 1})
    assert (product.created_at, product.updated_at) == (LATER, None)
    made = RED.model_copy(update={"created_at": LATER})
    assert told.catalogue.skus[RED_ID] == made


def test_an_override_replaces_what_it_names_and_leaves_the_rest() -> None:
    told = tell(
        a_line(product_id=MUG_ID, product={"price": 5, "metadata": {"b": 2}, "override": True}),
        a_line(sku_id="red", sku={"sku": "Scarlet", "override": True}),
        stored=(MUG, RED),
    )

    product, sku = told.catalogue.products[MUG_ID], told.catalogue.skus[RED_ID]
    assert (product.name, product.price, product.metadata) == ("Mug", 5, {"b": 2})
    assert (sku.sku, sku.price, sku.product.price) == ("Scarlet", 1000, 5)
    assert product.updated_at == sku.updated_at == LATER


def test_the_later_of_two_overrides_wins() -> None:
    told = tell(
        a_line(product_id="mug", product={"price": 5, "name": "A", "override": True}),
        a_line(product_id="mug", product={"price": 6, "override": True}),
    )

    product = told.catalogue.products[MUG_ID]
    assert (told.products, product.name, product.price) == ((MUG_ID,), "A", 6)


def test_a_line_tells_of_a_sku_that_a_later_line_makes() -> None:
    first = a_line(product_id="cup", sku={"source_id": "red", "sku": "Red", "override": True})
    second = a_line(
        product={"source_id": "mug", "override": True}, sku={"source_id": "red", "override": True}
    )

    told = tell(first, second)

    (sku,) = told.catalogue.skus.values()
    assert (sku.sku, sku.product.source_id) == ("Red", "mug")
    assert overridden([first, second], told.catalogue, LATER).catalogue == told.catalogue


def test_an_override_that_says_nothing_new_changes_nothing() -> None:
    told = tell(
        a_line(product_id="mug", product={"price": 900, "name": None, "override": True}),
        a_line(sku_id="red", sku={"price": 1000, "override": True}),
        stored=(MUG, RED),
    )

    assert (told.products, told.skus) == ((), ())


@pytest.mark.parametrize(
    "line",
    [
        {"sku_id": "red", "sku": {"override": True}},
        {"sku_id": "red", "product_id": "tea", "sku": {"override": True}},
        {"product_id": "prod_" + "0" * 18, "product": {"price": 1, "override": True}},
        {"sku_id": "sku_" + "0" * 18, "product_id": "mug", "sku": {"override": True}},
        {"product": {"price": 1, "override": True}},
    ],
)
def test_what_an_override_cannot_make_is_passed_over(line: dict[str, object]) -> None:
    told = tell(a_line(**line), stored=(MUG,))

    assert (told.products, told.skus) == ((), ())


def test_a_sku_is_made_beside_a_product_that_a_later_line_makes() -> None:
    told = tell(
        a_line(sku_id="red", product_id="mug", sku={"override": True}),
        a_line(product_id="mug", product={"price": 5, "override": True}),
    )

    assert told.catalogue.skus[RED_ID].product.price == 5


@pytest.mark.parametrize(
    ("sent", "wanted"),
    [
        ({"name": "Cup"}, (MUG_ID,)),
        ({"price": 1}, (MUG_ID,)),
        ({"metadata": {"a": 1}}, (MUG_ID,)),
        ({"name": "Mug", "price": 900}, ()),
        ({}, ()),
        ({"name": "Cup", "source_id": "tea"}, ()),
    ],
)
def test_a_product_without_a_name_is_the_skus_and_wanted_only_for_news(
    sent: dict[str, object], wanted: tuple[str, ...]
) -> None:
    line = a_line(source_id="red", related_object="sku", product={**sent, "override": True})

    assert owners_wanted([line], a_catalogue(RED)) == wanted
    assert owners_wanted([line], a_catalogue()) == ()


def test_a_product_without_a_name_is_told_by_way_of_its_sku() -> None:
    line = a_line(source_id="red", related_object="sku", product={"name": "Cup", "override": True})

    told = tell(line, stored=(MUG, RED))

    assert (told.products, told.skus) == ((MUG_ID,), ())
    assert told.catalogue.products[MUG_ID].name == "Cup"


def test_a_sku_that_exists_keeps_its_product() -> None:
    tea = MUG.model_copy(update={"id": ids.product_id(PROJECT, "tea"), "source_id": "tea"})

    told = tell(
        a_line(sku_id="red", product_id="tea", sku={"price": 1, "override": True}),
        stored=(MUG, tea, RED),
    )

    assert told.catalogue.skus[RED_ID].product.id == MUG_ID
