"""Product collections on the wire (domain.md §1.14, §2.10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.api.lists import ORDER_PAGES, list_answer
from counterfoil.api.products import product_document, sku_document
from counterfoil.api.queries import paging, refuse_unbuilt
from counterfoil.api.response import Response, json_response
from counterfoil.domain.product_collection_payloads import CollectionPayload, CollectionUpdate
from counterfoil.domain.product_collections import KIND
from counterfoil.domain.products import Product
from counterfoil.domain.timestamps import iso
from counterfoil.operations.product_collection_lists import ProductsWanted
from counterfoil.operations.product_collections import Update

if TYPE_CHECKING:
    from counterfoil.api.orders import Document
    from counterfoil.api.request import Request
    from counterfoil.domain.product_collections import ProductCollection
    from counterfoil.operations.lists import Page, Paging
    from counterfoil.operations.product_collection_lists import Member


def collection_name(request: Request) -> str:
    """The id in the path."""
    return request.parameter("collectionId")


def creation_request(request: Request) -> CollectionPayload:
    """The body of `POST /v1/product-collections`."""
    return request.payload(CollectionPayload)


def update_request(request: Request) -> Update:
    """Path and body of `PUT /v1/product-collections/{collectionId}`."""
    return Update(collection_name(request), request.payload(CollectionUpdate))


def collections_request(request: Request) -> Paging:
    """The page that `GET /v1/product-collections` asks for; newest first."""
    return paging(request, ("created_at", "updated_at", "name"), ORDER_PAGES)


def products_request(request: Request) -> ProductsWanted:
    """The page that `GET /v1/product-collections/{collectionId}/products` asks for; newest first.

    Raises InvalidQuery for the contract's cursor, which is not built.
    """
    refuse_unbuilt(request, ("starting_after",))
    page = paging(request, ("created_at", "updated_at"), ORDER_PAGES)
    return ProductsWanted(collection_name(request), page)


def collection_answer(collection: ProductCollection) -> Response:
    """200 with the collection."""
    return json_response(200, collection_document(collection))


def collections_answer(page: Page[ProductCollection]) -> Response:
    """200 with a page of collections."""
    return list_answer("data", map(collection_document, page.entries), page.total)


def products_answer(page: Page[Member]) -> Response:
    """200 with a page of products and SKUs, each SKU with its product."""
    return list_answer("data", map(_member_document, page.entries), page.total)


def collection_document(collection: ProductCollection) -> Document:
    """A collection: with its products, or with its filter as it was sent."""
    if collection.filter is None:
        shown = {"id", "product_id", "object"}
        listed = (each.model_dump(include=shown, exclude_none=True) for each in collection.products)
        content: Document = {"products": [*listed]}
    else:
        content = {"filter": collection.filter}
    updated_at = collection.updated_at
    return {
        "id": collection.id,
        "name": collection.name,
        "type": collection.type,
        **content,
        "created_at": iso(collection.created_at),
        "updated_at": None if updated_at is None else iso(updated_at),
        "object": KIND,
    }


def _member_document(member: Member) -> Document:
    """A product or SKU; not a SKU's attributes, which the official Python client takes for a list
    here and refuses the whole answer for (domain.md §13).
    """
    if isinstance(member.thing, Product):
        return product_document(member.thing)
    document = sku_document(member.thing)
    del document["attributes"]
    if member.product is not None:
        document["product"] = product_document(member.product)
    return document
