"""What holds for every cart and every catalogue."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from counterfoil.domain import ids
from counterfoil.domain.catalogue import (
    Catalogue,
    is_wanting,
    names_wanted,
    overrides_product,
    overrides_sku,
    resolved,
    together,
)
from counterfoil.domain.catalogue_overrides import names_overridden, overridden
from counterfoil.domain.order_payloads import OrderLinePayload
from counterfoil.domain.products import Product
from counterfoil.domain.skus import Sku, SkuProduct
from tests.builders import NOW
from tests.properties.strategies import amounts, metadata, some_of, texts, with_fields

PROJECT = "shop"
LATER = NOW + timedelta(hours=1)
PRODUCT_NAMES = ("mug", "cup", ids.product_id(PROJECT, "mug"), "prod_" + "0" * 18)
SKU_NAMES = ("red", "blue", ids.sku_id(PROJECT, "red"), "sku_" + "0" * 18)

told = {"price": amounts, "metadata": metadata, "override": st.booleans() | st.none()}
lines = some_of(
    product_id=st.sampled_from(PRODUCT_NAMES),
    sku_id=st.sampled_from(SKU_NAMES),
    source_id=st.sampled_from((*PRODUCT_NAMES, *SKU_NAMES)),
    related_object=st.sampled_from(["product", "sku"]),
    quantity=st.integers(0, 3),
    amount=amounts,
    price=amounts,
    product=some_of(
        id=st.sampled_from(PRODUCT_NAMES),
        source_id=st.sampled_from(PRODUCT_NAMES),
        name=texts,
        **told,
    ),
    sku=some_of(
        id=st.sampled_from(SKU_NAMES), source_id=st.sampled_from(SKU_NAMES), sku=texts, **told
    ),
).map(OrderLinePayload.model_validate)
carts = st.lists(lines, max_size=5)
facts = with_fields(some_of(price=amounts, metadata=metadata), created_at=st.just(NOW))


@st.composite
def catalogues(draw: st.DrawFn) -> Catalogue:
    """None, one or both of two products and of two SKUs, each SKU of either product."""
    known = {
        each.id: each
        for source in ("mug", "cup")
        for each in [product_of(source, draw(facts))]
        if draw(st.booleans())
    }
    owners = [*known.values(), product_of("pot", draw(facts))]
    variants = {
        each.id: each
        for source in ("red", "blue")
        for each in [sku_of(source, draw(st.sampled_from(owners)), draw(facts))]
        if draw(st.booleans())
    }
    return Catalogue(PROJECT, known, variants)


def product_of(source: str, more: dict[str, object]) -> Product:
    name = ids.product_id(PROJECT, source)
    return Product.model_validate({"id": name, "source_id": source, "name": source, **more})


def sku_of(source: str, product: Product, more: dict[str, object]) -> Sku:
    known = SkuProduct.of(product)
    name = ids.sku_id(PROJECT, source)
    return Sku.model_validate({"id": name, "source_id": source, "product": known, **more})


def loaded(catalogue: Catalogue, cart: list[OrderLinePayload]) -> Catalogue:
    """What of `catalogue` is loaded for `cart`."""
    names = together((names_wanted(cart), names_overridden(cart)))
    wanted = {each for name in names.products for each in ids.product_ids(PROJECT, name)}
    variants = {each for name in names.skus for each in ids.sku_ids(PROJECT, name)}
    return Catalogue(
        PROJECT,
        {each: catalogue.products[each] for each in wanted & set(catalogue.products)},
        {each: catalogue.skus[each] for each in variants & set(catalogue.skus)},
    )


@given(carts, catalogues())
def test_whatever_was_sent_outranks_the_catalogue(
    cart: list[OrderLinePayload], catalogue: Catalogue
) -> None:
    for sent, after in zip(cart, resolved(cart, loaded(catalogue, cart)), strict=True):
        kept = after.model_dump(include={name for name, value in sent if value is not None})
        for name, value in sent.model_dump(exclude={"product", "sku"}, exclude_none=True).items():
            assert kept[name] == value
        for told_of, now_of in ((sent.product, after.product), (sent.sku, after.sku)):
            if told_of is not None and now_of is not None:
                said = told_of.model_dump(exclude={"metadata"}, exclude_none=True)
                assert now_of.model_dump(include=set(said)) == said
                assert (told_of.metadata or {}).items() <= (now_of.metadata or {}).items()


@given(carts, catalogues())
def test_what_needs_nothing_and_tells_nothing_is_left_alone(
    cart: list[OrderLinePayload], catalogue: Catalogue
) -> None:
    for sent, after in zip(cart, resolved(cart, catalogue), strict=True):
        if not (is_wanting(sent) or overrides_product(sent) or overrides_sku(sent)):
            assert after is sent


@given(carts, catalogues())
def test_resolving_again_changes_nothing(
    cart: list[OrderLinePayload], catalogue: Catalogue
) -> None:
    known = loaded(catalogue, cart)
    once = resolved(cart, known)

    assert resolved(once, known) == once


@given(carts, catalogues())
def test_what_is_loaded_is_all_that_matters(
    cart: list[OrderLinePayload], catalogue: Catalogue
) -> None:
    known = loaded(catalogue, cart)

    for one, other in zip(resolved(cart, known), resolved(cart, catalogue), strict=True):
        assert (one.price, one.product_id, one.sku_id) == (
            other.price,
            other.product_id,
            other.sku_id,
        )


@given(carts, catalogues())
def test_telling_the_catalogue_the_same_twice_is_telling_it_once(
    cart: list[OrderLinePayload], catalogue: Catalogue
) -> None:
    once = overridden(cart, loaded(catalogue, cart), LATER)

    twice = overridden(cart, once.catalogue, LATER)

    assert twice.catalogue == once.catalogue


@given(carts, catalogues())
def test_every_sku_that_is_made_has_a_product_that_is_known(
    cart: list[OrderLinePayload], catalogue: Catalogue
) -> None:
    before = loaded(catalogue, cart)

    after = overridden(cart, before, LATER)

    for name in set(after.skus) - set(before.skus):
        product = after.catalogue.products[after.catalogue.skus[name].product.id]
        assert after.catalogue.skus[name].product == SkuProduct.of(product)
