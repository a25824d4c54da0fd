"""Categories: groups of redeemables, with a place in the order of application (domain.md §1.14)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from counterfoil.domain.numbers import ANY_SPELLING

if TYPE_CHECKING:
    from counterfoil.domain.category_payloads import CategoryPayload, CategoryUpdate

# All of a project's categories lie in one item, which every redemption reads.
MAX_CATEGORIES: Final = 100
DEFAULT_HIERARCHY: Final = 1
_MAX_HIERARCHY: Final = 1_000_000_000

Name = Annotated[str, Field(min_length=1, max_length=255)]
Hierarchy = Annotated[int, ANY_SPELLING, Field(strict=True, ge=0, le=_MAX_HIERARCHY)]


class Category(BaseModel):
    """A group of redeemables; lower `hierarchy` is applied first where the rules sort by it."""

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    hierarchy: int = DEFAULT_HIERARCHY
    created_at: datetime
    updated_at: datetime | None = None


def created(payload: CategoryPayload, identifier: str, now: datetime) -> Category:
    """The new category that `payload` asks for."""
    hierarchy = DEFAULT_HIERARCHY if payload.hierarchy is None else payload.hierarchy
    return Category(id=identifier, name=payload.name, hierarchy=hierarchy, created_at=now)


def updated(category: Category, payload: CategoryUpdate, now: datetime) -> Category:
    """`category` with what `payload` names changed; itself when that is nothing new."""
    changed = category.model_copy(update=payload.model_dump(exclude_none=True))
    if changed == category:
        return category
    return changed.model_copy(update={"updated_at": max(now, category.created_at)})
