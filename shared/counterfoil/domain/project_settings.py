"""What is set for a whole project: its categories and its stacking rules, one value.

Every redemption and validation reads it, so it stays small (`categories.MAX_CATEGORIES`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from counterfoil.domain import categories as deciding
from counterfoil.domain.categories import MAX_CATEGORIES, Category
from counterfoil.domain.errors import (
    InvalidPayload,
    NotFound,
    ResourceInUse,
    StackingRulesExist,
)
from counterfoil.domain.stacking_rules import ProjectRules, StackingRules, chosen

if TYPE_CHECKING:
    from datetime import datetime

    from counterfoil.domain.category_payloads import CategoryPayload, CategoryUpdate
    from counterfoil.domain.stacking_rule_payloads import StackingRulesPayload


class ProjectSettings(BaseModel):
    """Categories in the order of their creation, and the rules if any were set."""

    model_config = ConfigDict(frozen=True)

    categories: tuple[Category, ...] = ()
    stacking: ProjectRules | None = None

    @property
    def rules(self) -> StackingRules:
        """The rules in force."""
        return StackingRules() if self.stacking is None else self.stacking.rules

    def category(self, identifier: str | None) -> Category | None:
        """The category with the id; None also when it was deleted since something named it."""
        return next((each for each in self.categories if each.id == identifier), None)

    def require_category(self, identifier: str) -> Category:
        """Raises NotFound."""
        found = self.category(identifier)
        if found is None:
            raise NotFound("category", identifier)
        return found

    def require_stacking(self, identifier: str) -> ProjectRules:
        """Raises NotFound, also when other rules were set since."""
        if self.stacking is None or self.stacking.id != identifier:
            raise NotFound("stacking_rules", identifier)
        return self.stacking


def with_category(
    settings: ProjectSettings, payload: CategoryPayload, identifier: str, now: datetime
) -> ProjectSettings:
    """One more category; the same settings when it is there already, by an earlier try.

    Raises InvalidPayload when there are as many as there can be.
    """
    if settings.category(identifier) is not None:
        return settings
    if len(settings.categories) >= MAX_CATEGORIES:
        message = f"A project has at most {MAX_CATEGORIES} categories"
        raise InvalidPayload(message)
    added = deciding.created(payload, identifier, now)
    return settings.model_copy(update={"categories": (*settings.categories, added)})


def with_changed_category(
    settings: ProjectSettings, identifier: str, payload: CategoryUpdate, now: datetime
) -> ProjectSettings:
    """Raises NotFound."""
    before = settings.require_category(identifier)
    after = deciding.updated(before, payload, now)
    categories = tuple(after if each is before else each for each in settings.categories)
    return settings.model_copy(update={"categories": categories})


def without_category(
    settings: ProjectSettings, identifier: str, now: datetime, *, from_rules_too: bool
) -> ProjectSettings:
    """Raises NotFound, and ResourceInUse when rules name it that are to stay as they are.

    Redeemables of a category that is gone are in none.
    """
    settings.require_category(identifier)
    stacking = settings.stacking
    if stacking is not None and stacking.rules.names(identifier):
        if not from_rules_too:
            raise ResourceInUse("category", identifier, "stacking rules")
        rules = stacking.rules.without(identifier)
        stacking = stacking.model_copy(update={"rules": rules, "updated_at": now})
    left = tuple(each for each in settings.categories if each.id != identifier)
    return settings.model_copy(update={"categories": left, "stacking": stacking})


def with_stacking(
    settings: ProjectSettings, payload: StackingRulesPayload, identifier: str, now: datetime
) -> ProjectSettings:
    """Rules for a project that has none; the same settings when an earlier try set them.

    Raises StackingRulesExist, and InvalidPayload.
    """
    known = settings.stacking
    if known is not None and known.id != identifier:
        raise StackingRulesExist(known.id)
    if known is not None:
        return settings
    rules = chosen(StackingRules(), payload, _ids(settings))
    stacking = ProjectRules(id=identifier, rules=rules, created_at=now)
    return settings.model_copy(update={"stacking": stacking})


def with_changed_stacking(
    settings: ProjectSettings, identifier: str, payload: StackingRulesPayload, now: datetime
) -> ProjectSettings:
    """Raises NotFound, and InvalidPayload."""
    before = settings.require_stacking(identifier)
    rules = chosen(before.rules, payload, _ids(settings))
    if rules == before.rules:
        return settings
    after = before.model_copy(update={"rules": rules, "updated_at": now})
    return settings.model_copy(update={"stacking": after})


def without_stacking(settings: ProjectSettings, identifier: str) -> ProjectSettings:
    """The defaults are in force again. Raises NotFound."""
    settings.require_stacking(identifier)
    return settings.model_copy(update={"stacking": None})


def _ids(settings: ProjectSettings) -> frozenset[str]:
    return frozenset(each.id for each in settings.categories)
