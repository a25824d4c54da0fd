"""Filters of lists: conditions on the texts of fields, joined by and or by or (domain.md §10.3)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


class Operator(StrEnum):
    """The operators on texts. Each has a list of values, of which one must fit."""

    IN = "$in"
    NOT_IN = "$not_in"
    IS = "$is"
    IS_NOT = "$is_not"
    HAS_VALUE = "$has_value"
    IS_UNKNOWN = "$is_unknown"
    STARTS_WITH = "$starts_with"
    ENDS_WITH = "$ends_with"
    CONTAINS = "$contains"
    NOT_CONTAIN = "$not_contain"


_EXACT: Final = frozenset({Operator.IN, Operator.IS})

_DENIES: Final = {
    Operator.NOT_IN: Operator.IN,
    Operator.IS_NOT: Operator.IS,
    Operator.IS_UNKNOWN: Operator.HAS_VALUE,
    Operator.NOT_CONTAIN: Operator.CONTAINS,
}


@dataclass(frozen=True, slots=True)
class Condition:
    """One operator with its values; a field without a value meets only what denies."""

    field: str
    operator: Operator
    values: tuple[str, ...]

    def holds(self, text: str | None) -> bool:
        """Whether `text` meets the condition."""
        denied = _DENIES.get(self.operator)
        if denied is not None:
            return not replace(self, operator=denied).holds(text)
        return text is not None and self._fits(text)

    def _fits(self, text: str) -> bool:
        match self.operator:
            case Operator.IN | Operator.IS:
                return text in self.values
            case Operator.STARTS_WITH:
                return text.startswith(self.values)
            case Operator.ENDS_WITH:
                return text.endswith(self.values)
            case Operator.CONTAINS:
                return any(each in text for each in self.values)
            case _:
                return self.operator is Operator.HAS_VALUE


@dataclass(frozen=True, slots=True)
class Filters:
    """`always` must all hold; of `chosen` all, or with `either` those of one field."""

    always: tuple[Condition, ...] = ()
    chosen: tuple[Condition, ...] = ()
    either: bool = False

    def __bool__(self) -> bool:
        return bool(self.always or self.chosen)

    def hold(self, facts: Mapping[str, str | None]) -> bool:
        """Whether a thing with these `facts` belongs in the list."""
        if not all(each.holds(facts[each.field]) for each in self.always):
            return False
        by_field: dict[str, bool] = {}
        for each in self.chosen:
            held = each.holds(facts[each.field])
            by_field[each.field] = by_field.get(each.field, True) and held
        return not by_field or (any if self.either else all)(by_field.values())

    def exactly(self, field: str) -> tuple[str, ...] | None:
        """The only values that `field` may have; None when these filters do not tell."""
        sure = self.always if self.either else (*self.always, *self.chosen)
        for each in sure:
            if each.field == field and each.operator in _EXACT:
                return each.values
        return None
