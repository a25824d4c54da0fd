"""Products and SKUs on the wire (domain.md §1.14, §2.10, §13)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.api.lists import ORDER_PAGES, list_answer
from counterfoil.api.queries import paging
from counterfoil.api.response import Response, json_response
from counterfoil.domain.errors import InvalidQuery
from counterfoil.domain.timestamps import iso

if TYPE_CHECKING:
    from datetime import datetime

    from counterfoil.api.orders import Document
    from counterfoil.api.request import Request
    from counterfoil.domain.products import Product
    from counterfoil.domain.skus import Sku
    from counterfoil.operations.lists import Page, Paging
    from counterfoil.operations.products import Known


def product_name(request: Request) -> str:
    """The id or source_id in the path."""
    return request.parameter("productId")


def products_request(request: Request) -> Paging:
    """The page that `GET /v1/products` asks for; newest last."""
    return paging(request, ("created_at", "updated_at", "name"), ORDER_PAGES, default="created_at")


def deletion_request(request: Request) -> str:
    """Path and `force` of `DELETE /v1/products/{productId}`."""
    require_force(request)
    return product_name(request)


def require_force(request: Request) -> None:
    """Raises InvalidQuery unless `force` is true, false or left out: it makes no difference."""
    if request.query_value("force") not in (None, "true", "false"):
        raise InvalidQuery("Property .force must be true or false")


def product_answer(product: Product) -> Response:
    """200 with the product alone."""
    return json_response(200, product_document(product))


def known_answer(known: Known) -> Response:
    """200 with the product and its SKUs."""
    shown = [sku_document(each) for each in known.skus]
    listed = {"object": "list", "data_ref": "data", "data": shown, "total": known.total}
    return json_response(200, product_document(known.product) | {"skus": listed})


def products_answer(page: Page[Product]) -> Response:
    """200 with a page of products."""
    return list_answer("products", map(product_document, page.entries), page.total)


def product_document(product: Product) -> Document:
    """A product; without SKUs there is no `skus`, which may not be null."""
    return {
        "id": product.id,
        "source_id": product.source_id,
        "name": product.name,
        "price": product.price,
        "attributes": list(product.attributes),
        "metadata": product.metadata,
        "image_url": product.image_url,
        **_times(product.created_at, product.updated_at),
        "object": "product",
    }


def sku_document(sku: Sku) -> Document:
    """A SKU, with its product by id."""
    return {
        "id": sku.id,
        "source_id": sku.source_id,
        "product_id": sku.product.id,
        "sku": sku.sku,
        "price": sku.price,
        "currency": sku.currency,
        "attributes": sku.attributes,
        "image_url": sku.image_url,
        "metadata": sku.metadata,
        **_times(sku.created_at, sku.updated_at),
        "object": "sku",
    }


def _times(created_at: datetime, updated_at: datetime | None) -> Document:
    return {
        "created_at": iso(created_at),
        "updated_at": None if updated_at is None else iso(updated_at),
    }
