"""The vendor's Python client keeps a catalogue, and orders by it."""

import pytest
import voucherify
from voucherify.exceptions import NotFoundException

from tests.contract.sent import an_order

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def products(client: voucherify.ApiClient) -> voucherify.ProductsApi:
    return voucherify.ProductsApi(client)


def a_product(products: voucherify.ProductsApi, **fields: object) -> str:
    body = voucherify.ProductsCreateRequestBody.from_dict(fields)
    return str(products.create_product(body).id)


def a_sku(products: voucherify.ProductsApi, product: str, **fields: object) -> str:
    body = voucherify.ProductsSkusCreateRequestBody.from_dict(fields)
    return str(products.create_sku(product, body).id)


def test_a_product_lives_from_creation_to_removal(products: voucherify.ProductsApi) -> None:
    made = a_product(products, source_id="py/mug", name="Mug", price=900, attributes=["colour"])
    again = a_product(products, source_id="py/mug", name="Big mug", price=900)
    changed = products.update_product(
        "py/mug", voucherify.ProductsUpdateRequestBody(metadata={"size": "L"})
    )
    listed = products.list_products(limit=100, page=1, order="-created_at")

    assert again == made == changed.id
    assert (changed.name, changed.price, changed.metadata) == ("Big mug", 900, {"size": "L"})
    assert products.get_product(made).source_id == "py/mug"
    assert made in [each.id for each in listed.products]
    assert listed.total == len(listed.products)
    products.delete_product("py/mug", force=True)
    with pytest.raises(NotFoundException):
        products.get_product(made)


def test_skus_live_below_their_product(products: voucherify.ProductsApi) -> None:
    product = a_product(products, source_id="py-shirt", name="Shirt", attributes=["size"])
    made = a_sku(products, product, source_id="py-shirt-s", sku="Small", price=1500)
    changed = products.update_sku(
        product, made, voucherify.ProductsSkusUpdateRequestBody(price=1600)
    )
    listed = products.list_skus_in_product(product)

    assert (changed.id, changed.price, changed.sku) == (made, 1600, "Small")
    assert products.get_sku("py-shirt-s").product_id == product
    assert [each.id for each in listed.skus] == [made]
    products.delete_sku(product, made, force=True)
    with pytest.raises(NotFoundException):
        products.get_sku(made)


def test_an_order_takes_its_prices_from_the_catalogue(
    products: voucherify.ProductsApi, orders: voucherify.OrdersApi
) -> None:
    product = a_product(products, source_id="py-tea", name="Tea", price=700)
    sku = a_sku(products, product, source_id="py-tea-big", sku="Big", price=1200)
    lines = [
        {"source_id": "py-tea", "related_object": "product", "quantity": 2},
        {"sku_id": sku, "product_id": product, "quantity": 1},
    ]

    made = orders.create_order(an_order("py-by-catalogue", items=lines))

    assert [line.amount for line in made.items] == [1400, 1200]
    assert made.total_amount == 2600
    assert made.items[0].product.name == "Tea"
    assert made.items[1].sku.sku == "Big"


def test_collections_live_from_creation_to_removal(
    products: voucherify.ProductsApi, client: voucherify.ApiClient
) -> None:
    collections = voucherify.ProductCollectionsApi(client)
    pot = a_product(products, source_id="py-pot", name="Pot", price=2500)
    sku = a_sku(products, pot, source_id="py-pot-red", sku="Red", attributes={"size": "L"})
    listing = {"name": "Pots", "type": "STATIC", "products": [{"id": sku, "object": "sku"}]}
    brand = {"metadata.brand": {"conditions": {"$is": ["Py"]}}, "junction": "and"}
    filtering = {"name": "Py", "type": "AUTO_UPDATE", "filter": brand}
    products.update_product(pot, voucherify.ProductsUpdateRequestBody(metadata={"brand": "Py"}))

    listed, filtered = (
        collections.create_product_collection(
            voucherify.ProductCollectionsCreateRequestBody.from_dict(body)
        )
        for body in (listing, filtering)
    )

    found = collections.get_product_collection(listed.id)
    assert (found.name, found.type, found.products[0].id) == ("Pots", "STATIC", sku)
    assert collections.get_product_collection(filtered.id).filter == brand
    (red,) = collections.list_products_in_collection(listed.id).data
    assert (red.id, red.object, red.product.id) == (sku, "sku", pot)
    page = collections.list_products_in_collection(filtered.id, limit=10, page=1)
    assert (page.total, [each.id for each in page.data]) == (1, [pot])
    ids = [each.id for each in collections.list_product_collections(limit=100).data]
    assert {listed.id, filtered.id} <= set(ids)
    collections.delete_product_collection(listed.id)
    with pytest.raises(NotFoundException):
        collections.get_product_collection(listed.id)
