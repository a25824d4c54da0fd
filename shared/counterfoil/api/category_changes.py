"""What clients send and get to read, create, change and delete categories (domain.md §2.10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.api.categories import category_document
from counterfoil.api.lists import list_answer
from counterfoil.api.response import Response, json_response
from counterfoil.domain.category_payloads import CategoryPayload, CategoryUpdate
from counterfoil.operations.project_settings import CategoryChange, CategoryDeletion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterfoil.api.request import Request
    from counterfoil.domain.categories import Category


def no_request(_: Request) -> None:
    """Nothing: a project has too few categories for pages."""


def named_request(request: Request) -> str:
    """The id in the path."""
    return request.parameter("categoryId")


def creation_request(request: Request) -> CategoryPayload:
    """The body of `POST /v1/categories`."""
    return request.payload(CategoryPayload)


def change_request(request: Request) -> CategoryChange:
    """Path and body of `PUT /v1/categories/{id}`."""
    return CategoryChange(request.parameter("categoryId"), request.payload(CategoryUpdate))


def deletion_request(request: Request) -> CategoryDeletion:
    """Path and `remove_from_stacking_rules` of `DELETE /v1/categories/{id}`."""
    forced = request.flag("remove_from_stacking_rules")
    return CategoryDeletion(request.parameter("categoryId"), from_rules_too=forced)


def category_answer(category: Category) -> Response:
    """200 with the category."""
    return json_response(200, category_document(category))


def categories_answer(categories: Sequence[Category]) -> Response:
    """200 with all categories."""
    return list_answer("data", map(category_document, categories), len(categories))
