"""Products and SKUs: what a payload makes of them (domain.md §1.14, §2.10)."""

from datetime import timedelta

import pytest
from pydantic import ValidationError

from counterfoil.domain import products, skus
from counterfoil.domain.catalogue_payloads import ProductBody, SkuBody
from counterfoil.domain.products import Product
from counterfoil.domain.skus import Sku, SkuProduct
from tests.builders import NOW

LATER = NOW + timedelta(hours=1)


def mug(**fields: object) -> Product:
    plain = {"id": "prod_1", "source_id": "mug", "name": "Mug", "price": 900, "created_at": NOW}
    return Product.model_validate(plain | fields)


def red(**fields: object) -> Sku:
    plain = {"id": "sku_1", "source_id": "red", "product": SkuProduct.of(mug()), "created_at": NOW}
    return Sku.model_validate(plain | fields)


def test_a_new_product_and_a_new_sku_are_what_their_payloads_say() -> None:
    product = products.draft(
        ProductBody(source_id="mug", name="Mug", price=900, attributes=["size"]), "prod_1", NOW
    )
    sku = skus.draft(
        SkuBody(source_id="red", sku="Red", attributes={"size": 3}, metadata={"a": 1}),
        "sku_1",
        SkuProduct.of(product),
        NOW,
    )

    assert product == mug(attributes=("size",))
    assert sku == red(sku="Red", attributes={"size": 3}, metadata={"a": 1})


@pytest.mark.parametrize("payload", [ProductBody(), ProductBody(source_id="x", name="Mug")])
def test_saying_nothing_new_of_a_product_leaves_the_very_same(payload: ProductBody) -> None:
    before = mug()

    assert products.upserted(before, payload, LATER) is before


def test_saying_nothing_new_of_a_sku_leaves_the_very_same() -> None:
    before = red()

    assert skus.upserted(before, SkuBody(id="sku_9", source_id="x"), LATER) is before


def test_true_and_one_are_two_things_in_metadata() -> None:
    after = products.upserted(mug(metadata={"a": 1}), ProductBody(metadata={"a": True}), LATER)

    assert after.metadata["a"] is True
    assert after.updated_at == LATER


def test_a_null_clears_a_price_and_leaves_metadata() -> None:
    nothing = {"price": None, "metadata": None, "attributes": None}
    product = products.upserted(
        mug(metadata={"a": 1}, attributes=("size",)), ProductBody.model_validate(nothing), LATER
    )
    sku = skus.upserted(
        red(price=1, metadata={"a": 1}, attributes={"b": 2}), SkuBody.model_validate(nothing), LATER
    )

    assert (product.price, product.metadata, product.attributes) == (None, {"a": 1}, ())
    assert (sku.price, sku.metadata, sku.attributes) == (None, {"a": 1}, {"b": 2})


def test_a_slow_clock_never_turns_a_change_back() -> None:
    before = mug(updated_at=LATER)

    assert products.upserted(before, ProductBody(price=1), NOW).updated_at == LATER
    assert skus.upserted(red(updated_at=LATER), SkuBody(price=1), NOW).updated_at == LATER


@pytest.mark.parametrize(
    "wrong", [{"price": -1}, {"price": 1.5}, {"source_id": ""}, {"attributes": ["x" * 257]}]
)
def test_a_product_that_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ProductBody.model_validate(wrong)
