"""Filters of lists: conditions on the texts of fields, joined by and or by or (domain.md §10.3)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from counterfoil.domain.errors import InvalidPayload

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from pydantic import JsonValue

_SHOWN: Final = 100


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


def text_conditions(
    sent: Mapping[str, JsonValue], fields: Collection[str], path: str = ".filters"
) -> tuple[tuple[Condition, ...], bool]:
    """The conditions that a body has `sent` as the property `path`, and whether one field's do.

    A null was not sent. Raises InvalidPayload, naming the property, and what there is instead of a
    field or an operator that is not known.
    """
    found: list[Condition] = []
    for field, condition in sent.items():
        if field == "junction" or condition is None:
            continue
        if field not in fields:
            known = ", ".join(fields)
            raise InvalidPayload(
                f"Property {path}.{field[:_SHOWN]} is not a filter; filters are {known}"
            )
        found += _conditions(field, condition, f"{path}.{field}")
    return tuple(found), _is_either(sent.get("junction"), path)


def _conditions(field: str, sent: JsonValue, path: str) -> Iterator[Condition]:
    operators = sent.get("conditions") if isinstance(sent, dict) else None
    if not isinstance(operators, dict) or not operators:
        raise InvalidPayload(f"Property {path} should have required property 'conditions'")
    for name, value in operators.items():
        if name not in set(Operator):
            known = ", ".join(Operator)
            message = f"must have one of the operators {known}"
            raise InvalidPayload(f"Property {path}.conditions.{name[:_SHOWN]} {message}")
        values = value if isinstance(value, list) else [value]
        texts = tuple(each for each in values if isinstance(each, str))
        if len(texts) < len(values) or not texts:
            raise InvalidPayload(f"Property {path}.conditions.{name} must be strings")
        yield Condition(field, Operator(name), texts)


def _is_either(junction: JsonValue, path: str) -> bool:
    if junction is None:
        return False
    if not isinstance(junction, str) or junction.lower() not in ("and", "or"):
        raise InvalidPayload(f"Property {path}.junction must be and or or")
    return junction.lower() == "or"
