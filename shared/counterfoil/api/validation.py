"""A model's refusals in the contract's words, with the exact path of the property.

Source: domain.md §9.2. Only the first refusal is told, as the vendor does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from pydantic import JsonValue, ValidationError

from counterfoil.api.property_paths import property_path
from counterfoil.domain.errors import Invalid, InvalidAmount, InvalidOrder, InvalidPayload
from counterfoil.domain.payloads import Payload

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic_core import ErrorDetails

P = TypeVar("P", bound=Payload)
Steps = tuple[str | int, ...]

_RANGE: Final = frozenset({"greater_than_equal", "less_than_equal"})
_LINE_NUMBERS: Final = frozenset({"price", "quantity", "amount"})

# Pydantic's kinds of error that the contract words in its own way; `{...}` is the error's context.
_WORDS: Final[Mapping[str, str]] = {
    "greater_than_equal": "cannot be lower than {ge}",
    "greater_than": "must be > {gt}",
    "less_than_equal": "must be <= {le}",
    "less_than": "must be < {lt}",
    "too_long": "must have at most {max_length} elements",
    "too_short": "must have at least {min_length} element",
    "string_too_long": "must have at most {max_length} characters",
    "string_too_short": "must have at least {min_length} character",
    "string_type": "must be a string",
    "int_type": "must be an integer",
    "int_from_float": "must be an integer",
    "int_parsing": "must be an integer",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "bool_type": "must be a boolean",
    "bool_parsing": "must be a boolean",
    "list_type": "must be an array",
    "tuple_type": "must be an array",
    "string_pattern_mismatch": "must match the pattern {pattern}",
    "dict_type": "must be an object",
    "model_type": "must be an object",
    "literal_error": "must be one of {expected}",
    "datetime_from_date_parsing": "cannot be recognized as a ISO-8601 compliant date",
    "datetime_parsing": "cannot be recognized as a ISO-8601 compliant date",
    "date_from_datetime_parsing": "cannot be recognized as a ISO-8601 compliant date",
    "date_from_datetime_inexact": "cannot be recognized as a ISO-8601 compliant date",
    "date_parsing": "cannot be recognized as a ISO-8601 compliant date",
    "value_error": "{error}",
}


def validated(model: type[P], document: Mapping[str, JsonValue]) -> P:
    """`document` as `model`. Raises InvalidPayload, InvalidOrder or InvalidAmount."""
    try:
        return model.model_validate(document)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise _refusal(first) from error


def _refusal(error: ErrorDetails) -> Invalid:
    steps = error["loc"]
    if error["type"] == "missing":
        parent, name = steps[:-1], steps[-1]
        return InvalidPayload(
            f"Property {property_path(parent) or '.'} should have required property '{name}'"
        )
    fault = _WORDS.get(error["type"], "is not valid: {msg}")
    words = fault.format(**error.get("ctx", {}), msg=error["msg"])
    kind = _kind(steps, error["type"])
    return kind(f"Property {property_path(steps)} {words}")


def _kind(steps: Steps, error_type: str) -> type[Invalid]:
    """An amount out of range makes the amount invalid, a line's number makes the order invalid."""
    within = steps[1:] if steps[:1] == ("order",) else steps
    if error_type not in _RANGE:
        return InvalidPayload
    if within == ("amount",):
        return InvalidAmount
    if within[:1] == ("items",) and within[-1] in _LINE_NUMBERS:
        return InvalidOrder
    return InvalidPayload
