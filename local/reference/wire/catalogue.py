"""Products, SKUs and product collections."""

from typing import Literal, NotRequired

from pydantic import JsonValue
from typing_extensions import TypedDict

from local.reference.wire.common import Count, ListObject, Metadata, Minor, Timestamp


class Product(TypedDict):
    """A product of the catalogue."""

    id: str
    source_id: str | None
    name: str | None
    price: Minor | None
    attributes: list[str]
    metadata: Metadata
    image_url: str | None
    created_at: Timestamp
    updated_at: Timestamp | None
    object: Literal["product"]


class Sku(TypedDict):
    """A SKU of a product; `sku` is its name, `attributes` the values of the product's."""

    id: str
    source_id: str | None
    product_id: str
    sku: str | None
    price: Minor | None
    currency: str | None
    attributes: dict[str, JsonValue]
    image_url: str | None
    metadata: Metadata
    created_at: Timestamp
    updated_at: Timestamp | None
    object: Literal["sku"]


class SkusOfProduct(TypedDict):
    """The first SKUs of a product."""

    object: ListObject
    data_ref: Literal["data"]
    data: list[Sku]
    total: Count


class ProductWithSkus(Product):
    """A product with its SKUs."""

    skus: SkusOfProduct


class ProductList(TypedDict):
    """A page of products."""

    object: ListObject
    data_ref: Literal["products"]
    products: list[Product]
    total: Count


class SkuList(TypedDict):
    """A page of the SKUs of a product."""

    object: ListObject
    data_ref: Literal["skus"]
    skus: list[Sku]
    total: Count


class CollectionEntry(TypedDict):
    """A product or SKU that a static collection lists."""

    id: str
    product_id: NotRequired[str]
    object: Literal["product", "sku"]


class ProductCollection(TypedDict):
    """A collection: with the `products` that it lists, or the `filter` that it follows."""

    id: str
    name: str
    type: Literal["STATIC", "AUTO_UPDATE"]
    products: NotRequired[list[CollectionEntry]]
    filter: NotRequired[dict[str, JsonValue]]
    created_at: Timestamp
    updated_at: Timestamp | None
    object: Literal["products_collection"]


class ProductCollectionList(TypedDict):
    """A page of collections."""

    object: ListObject
    data_ref: Literal["data"]
    data: list[ProductCollection]
    total: Count


class CollectedSku(TypedDict):
    """A SKU of a collection, with its product."""

    id: str
    source_id: str | None
    product_id: str
    sku: str | None
    price: Minor | None
    currency: str | None
    image_url: str | None
    metadata: Metadata
    created_at: Timestamp
    updated_at: Timestamp | None
    product: NotRequired[Product]
    object: Literal["sku"]


class CollectedProducts(TypedDict):
    """A page of what a collection has."""

    object: ListObject
    data_ref: Literal["data"]
    data: list[Product | CollectedSku]
    total: Count
