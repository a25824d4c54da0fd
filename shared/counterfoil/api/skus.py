"""What clients ask of the SKUs of a product (domain.md §2.10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.api.lists import ORDER_PAGES, list_answer
from counterfoil.api.products import product_name, require_force, sku_document
from counterfoil.api.queries import paging
from counterfoil.api.response import Response, json_response
from counterfoil.domain.catalogue_payloads import SkuBody
from counterfoil.operations.skus import Creation, Named, SkusWanted, Update

if TYPE_CHECKING:
    from counterfoil.api.request import Request
    from counterfoil.domain.skus import Sku
    from counterfoil.operations.lists import Page


def sku_name(request: Request) -> str:
    """The id or source_id in the path."""
    return request.parameter("skuId")


def upsert_request(request: Request) -> Creation:
    """Path and body of `POST /v1/products/{productId}/skus`."""
    return Creation(product_name(request), request.payload(SkuBody))


def update_request(request: Request) -> Update:
    """Path and body of `PUT …/skus/{skuId}`; identifiers in the body have no say."""
    named = Named(product_name(request), sku_name(request))
    return Update(named, request.payload(SkuBody))


def deletion_request(request: Request) -> Named:
    """Path and `force` of `DELETE …/skus/{skuId}`."""
    require_force(request)
    return Named(product_name(request), sku_name(request))


def skus_request(request: Request) -> SkusWanted:
    """The page that `GET /v1/products/{productId}/skus` asks for; newest last."""
    page = paging(request, ("created_at", "updated_at"), ORDER_PAGES, default="created_at")
    return SkusWanted(product_name(request), page)


def sku_answer(sku: Sku) -> Response:
    """200 with the SKU."""
    return json_response(200, sku_document(sku))


def skus_answer(page: Page[Sku]) -> Response:
    """200 with a page of SKUs."""
    return list_answer("skus", map(sku_document, page.entries), page.total)
