"""The project's stacking rules: every setting, its bounds, and how they hang together.

Source: domain.md §5.3, §2.12. A setting that was never chosen has its default.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from counterfoil.domain.categories import MAX_CATEGORIES
from counterfoil.domain.errors import InvalidPayload
from counterfoil.domain.numbers import ANY_SPELLING
from counterfoil.domain.payloads import MAX_REDEEMABLES, Reference

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from counterfoil.domain.stacking_rule_payloads import StackingRulesPayload

# The vendor's word for "no limit per category", which its clients send back as they got it.
UNLIMITED_PER_CATEGORY: Final = MAX_REDEEMABLES


def _distinct(categories: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(categories))


Limit = Annotated[int, ANY_SPELLING, Field(strict=True, ge=1, le=MAX_REDEEMABLES)]
ExclusiveLimit = Annotated[int, ANY_SPELLING, Field(strict=True, ge=1, le=5)]
Categories = Annotated[
    tuple[Reference, ...], Field(max_length=MAX_CATEGORIES), AfterValidator(_distinct)
]
CategoryLimits = Annotated[dict[Reference, Limit], Field(max_length=MAX_CATEGORIES)]
ApplicationMode = Literal["ALL", "PARTIAL"]
SortingRule = Literal["REQUESTED_ORDER", "CATEGORY_HIERARCHY"]
GroupedSortingRule = Literal["JOINT_ALWAYS_LAST"]
ProductsMode = Literal["STACK", "ONCE"]
NoEffectRule = Literal["REDEEM_ANYWAY", "SKIP"]
RollbackMode = Literal["WITH_ORDER", "WITHOUT_ORDER"]
CalculationMode = Literal["DISCOUNTED_AMOUNT", "INITIAL_AMOUNT"]
CategoryType = Literal["JOINT", "EXCLUSIVE"]
_Named = tuple[str, tuple[str, ...]]


class StackingRules(BaseModel):
    """The rules of one project, whole; the defaults are those of one that never set any."""

    model_config = ConfigDict(frozen=True)

    redeemables_limit: Limit = MAX_REDEEMABLES
    applicable_redeemables_limit: Limit = 5
    applicable_redeemables_per_category_limit: Limit = UNLIMITED_PER_CATEGORY
    applicable_redeemables_category_limits: CategoryLimits = {}
    applicable_exclusive_redeemables_limit: ExclusiveLimit = 1
    applicable_exclusive_redeemables_per_category_limit: ExclusiveLimit = 1
    exclusive_categories: Categories = ()
    joint_categories: Categories = ()
    redeemables_application_mode: ApplicationMode = "ALL"
    redeemables_sorting_rule: SortingRule = "REQUESTED_ORDER"
    redeemables_products_application_mode: ProductsMode = "STACK"
    redeemables_no_effect_rule: NoEffectRule = "REDEEM_ANYWAY"
    no_effect_skip_categories: Categories = ()
    no_effect_redeem_anyway_categories: Categories = ()
    redeemables_rollback_order_mode: RollbackMode = "WITH_ORDER"
    grouped_redeemables_sorting_rule: GroupedSortingRule = "JOINT_ALWAYS_LAST"
    discount_calculation_mode: CalculationMode = "DISCOUNTED_AMOUNT"
    initial_amount_mode_categories: Categories = ()
    discounted_amount_mode_categories: Categories = ()

    def type_of(self, category: str | None) -> CategoryType | None:
        """What the rules make of a category; None is a common one, or none."""
        if category in self.exclusive_categories:
            return "EXCLUSIVE"
        return "JOINT" if category in self.joint_categories else None

    def limit_of(self, category: str) -> int:
        """How many redeemables of a category may apply in one call."""
        default = self.applicable_redeemables_per_category_limit
        return self.applicable_redeemables_category_limits.get(category, default)

    def takes_initially(self, category: str | None) -> bool:
        """Whether a redeemable's percentages are of amounts before any discount."""
        if category in self.initial_amount_mode_categories:
            return True
        if category in self.discounted_amount_mode_categories:
            return False
        return self.discount_calculation_mode == "INITIAL_AMOUNT"

    def skips_without_effect(self, category: str | None) -> bool:
        """Whether a redeemable that would change nothing is passed over."""
        if category in self.no_effect_skip_categories:
            return True
        if category in self.no_effect_redeem_anyway_categories:
            return False
        return self.redeemables_no_effect_rule == "SKIP"

    def names(self, category: str) -> bool:
        """Whether any setting speaks of the category."""
        return any(named == category for _, named in _named(self))

    def without(self, category: str) -> StackingRules:
        """The same rules, none of which speaks of the category."""
        limits = dict(self.applicable_redeemables_category_limits)
        limits.pop(category, None)
        lists = {
            name: tuple(each for each in categories if each != category)
            for pair in _opposites(self)
            for name, categories in pair
        }
        return self.model_copy(update={**lists, "applicable_redeemables_category_limits": limits})


DEFAULTS: Final = StackingRules()


class ProjectRules(BaseModel):
    """The rules as a thing of the management API: with an id, and when they were set."""

    model_config = ConfigDict(frozen=True)

    id: str
    rules: StackingRules
    created_at: datetime
    updated_at: datetime | None = None


def chosen(
    before: StackingRules, payload: StackingRulesPayload, categories: Collection[str]
) -> StackingRules:
    """`before` with what `payload` names; `categories` are the ids of all that exist.

    Raises InvalidPayload for limits above those that bound them, for a category that two opposite
    settings name, and for one that does not exist.
    """
    sent = payload.model_dump(exclude_unset=True)
    settings = before.model_dump(exclude_unset=True) | sent
    settings = {name: value for name, value in settings.items() if value is not None}
    limit = settings.get("redeemables_limit", MAX_REDEEMABLES)
    if limit < DEFAULTS.applicable_redeemables_limit:
        settings.setdefault("applicable_redeemables_limit", limit)
    rules = StackingRules.model_validate(settings)
    _require_ordered_limits(rules)
    _require_no_contradiction(rules)
    for path, category in _named(rules):
        if category not in categories:
            raise InvalidPayload(f"Property {path} names a category that does not exist")
    return rules


def _require_ordered_limits(rules: StackingRules) -> None:
    applicable = rules.applicable_redeemables_limit
    per_category = rules.applicable_redeemables_per_category_limit
    exclusive = rules.applicable_exclusive_redeemables_limit
    _require_at_most("applicable_redeemables_limit", applicable, rules.redeemables_limit)
    if per_category != UNLIMITED_PER_CATEGORY:
        _require_at_most("applicable_redeemables_per_category_limit", per_category, applicable)
    _require_at_most(
        "applicable_exclusive_redeemables_per_category_limit",
        rules.applicable_exclusive_redeemables_per_category_limit,
        exclusive,
    )


def _require_at_most(name: str, limit: int, bound: int) -> None:
    if limit > bound:
        raise InvalidPayload(f"Property .{name} must be <= {bound}")


def _require_no_contradiction(rules: StackingRules) -> None:
    for (one, categories), (other, opposite) in _opposites(rules):
        both = [each for each in opposite if each in categories]
        if both:
            raise InvalidPayload(f"Property .{other} names {both[0]}, and .{one} names it too")


def _opposites(rules: StackingRules) -> Iterator[tuple[_Named, _Named]]:
    """Pairs of settings that say opposite things of a category, so none may be in both."""
    yield (
        ("exclusive_categories", rules.exclusive_categories),
        ("joint_categories", rules.joint_categories),
    )
    yield (
        ("no_effect_skip_categories", rules.no_effect_skip_categories),
        ("no_effect_redeem_anyway_categories", rules.no_effect_redeem_anyway_categories),
    )
    yield (
        ("initial_amount_mode_categories", rules.initial_amount_mode_categories),
        ("discounted_amount_mode_categories", rules.discounted_amount_mode_categories),
    )


def _named(rules: StackingRules) -> Iterator[tuple[str, str]]:
    """Every category that a setting names, with where it does."""
    for pair in _opposites(rules):
        for name, categories in pair:
            yield from ((f".{name}[{at}]", category) for at, category in enumerate(categories))
    for category in rules.applicable_redeemables_category_limits:
        yield f".applicable_redeemables_category_limits.{category}", category
