"""Which lines of an order a rule is about: products, SKUs and collections by any of their names.

Source: domain.md §8.4.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from counterfoil.domain import ids
from counterfoil.domain.rule_operators import FROM, MalformedCondition

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pydantic import JsonValue

    from counterfoil.domain.rule_sets import Condition

MAX_VALUES: Final = 500
_COLLECTION: Final = "pc_"
_NAMES: Final = ("id", "source_id")
_LONGEST: Final = 512


@dataclass(frozen=True, slots=True)
class LineFilter:
    """What a line must be one of; without anything named, every line is."""

    skus: frozenset[str] = frozenset()
    products: frozenset[str] = frozenset()
    collections: frozenset[str] = frozenset()

    @property
    def is_empty(self) -> bool:
        """Whether it names nothing."""
        return not (self.skus or self.products or self.collections)

    def matches(
        self, skus: frozenset[str], products: frozenset[str], collections: frozenset[str]
    ) -> bool:
        """Whether a line with these names, in these collections, is one of them."""
        return not (
            self.skus.isdisjoint(skus)
            and self.products.isdisjoint(products)
            and self.collections.isdisjoint(collections)
        )


def line_filter(operator: str, values: Sequence[JsonValue]) -> LineFilter:
    """What the values of an operator name. Raises MalformedCondition."""
    if len(values) > MAX_VALUES:
        message = f"must have at most {MAX_VALUES} elements"
        raise MalformedCondition(message)
    parts = [_part(value, place, operator) for place, value in enumerate(values)]
    named = (name for part in parts for name in part.collections)
    if operator == FROM and not all(name.startswith(_COLLECTION) for name in named):
        message = "must name collections of products, whose ids begin with pc_"
        raise MalformedCondition(message)
    return LineFilter(
        frozenset(name for part in parts for name in part.skus),
        frozenset(name for part in parts for name in part.products),
        frozenset(name for part in parts for name in part.collections),
    )


def _part(value: JsonValue, place: int, operator: str) -> LineFilter:
    if isinstance(value, str) and 0 < len(value) <= _LONGEST:
        names, kind = frozenset((value,)), "products_collection" if operator == FROM else None
    elif isinstance(value, dict):
        names, kind = _names(value, place), _kind(value, operator)
    else:
        message = f"must be ids, or objects with an id; element {place} is neither"
        raise MalformedCondition(message)
    if kind == "products_collection" or all(each.startswith(_COLLECTION) for each in names):
        return LineFilter(collections=names)
    skus = names if kind != "product" else frozenset()
    return LineFilter(skus, names if kind != "sku" else frozenset())


def _names(value: Mapping[str, JsonValue], place: int) -> frozenset[str]:
    found = frozenset(
        each
        for each in (value.get(name) for name in _NAMES)
        if isinstance(each, str) and 0 < len(each) <= _LONGEST
    )
    if not found:
        message = f"must be ids, or objects with an id; element {place} has none"
        raise MalformedCondition(message)
    return found


def _kind(value: Mapping[str, JsonValue], operator: str) -> str | None:
    """What the names are of; None when they may be a product's or a SKU's."""
    if operator == FROM or value.get("type") == "products_collection":
        return "products_collection"
    kind = value.get("object")
    return kind if kind in ("product", "sku", "products_collection") else None


def _with_ids(found: LineFilter, project: str) -> LineFilter:
    """`found` with the ids that source_ids lead to: a line may be known by either."""
    skus = (each for name in found.skus for each in ids.sku_ids(project, name))
    products = (each for name in found.products for each in ids.product_ids(project, name))
    return LineFilter(found.skus.union(skus), found.products.union(products), found.collections)


@dataclass(frozen=True, slots=True)
class LineFilters:
    """The conditions of one rule on lines."""

    included: LineFilter = field(default_factory=LineFilter)
    excluded: LineFilter = field(default_factory=LineFilter)
    within: LineFilter = field(default_factory=LineFilter)

    @property
    def collections(self) -> frozenset[str]:
        """All collections that must be known."""
        return self.included.collections | self.excluded.collections | self.within.collections


def line_filters(conditions: Sequence[Condition], project: str) -> LineFilters:
    """`$is` and `$in` say which lines, `$is_not` which not, `$from` out of which collections."""
    by_operator = {
        each.operator: _with_ids(line_filter(each.operator, each.values), project)
        for each in conditions
    }
    return LineFilters(
        by_operator.get("$is", by_operator.get("$in", LineFilter())),
        by_operator.get("$is_not", LineFilter()),
        by_operator.get(FROM, LineFilter()),
    )
