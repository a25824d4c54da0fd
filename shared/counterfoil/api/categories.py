"""Categories as answers show them (domain.md §1.14)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.domain.timestamps import iso

if TYPE_CHECKING:
    from counterfoil.api.orders import Document
    from counterfoil.domain.categories import Category


def category_document(category: Category) -> Document:
    """The category as it stands."""
    return {
        "id": category.id,
        "name": category.name,
        "hierarchy": category.hierarchy,
        "object": "category",
        "created_at": iso(category.created_at),
        "updated_at": None if category.updated_at is None else iso(category.updated_at),
    }
