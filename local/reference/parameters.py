"""Parameters as OpenAPI has them, from the calls that read them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterfoil.api.queries import MAX_LIMIT, NEWEST_FIRST
from counterfoil.api.request import MAX_IDENTIFIER
from counterfoil.domain.filters import Operator

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pydantic import JsonValue

    Schema = dict[str, JsonValue]

_LIMIT: Final = 10
_TEXT: Final[Schema] = {"type": "string"}
_INSTANT: Final[Schema] = {"type": "string", "format": "date-time"}


_JUNCTION: Final[Schema] = {"type": "string", "enum": ["and", "or"], "default": "and"}
_FILTERS: Final = "Conditions on attributes, as `filters[status][conditions][$is]=PAID`"
_SEVERAL: Final[Schema] = {"type": "array", "items": _TEXT}
# What schemas of parameters refer to, by name.
SHARED: Final[Mapping[str, Schema]] = {
    "FilterConditions": {
        "type": "object",
        "description": "All must hold; several values of `$in` come as `[$in][0]`, `[$in][1]`",
        "properties": {
            "conditions": {
                "type": "object",
                "properties": {each.value: _SEVERAL for each in Operator},
                "additionalProperties": False,
            }
        },
        "required": ["conditions"],
        "additionalProperties": False,
    }
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of the query, of the path or of the headers."""

    name: str
    schema: Schema
    description: str
    place: str = "query"
    required: bool = False
    deep: bool = False

    @property
    def document(self) -> Schema:
        """The parameter object."""
        style: Schema = {"style": "deepObject", "explode": True} if self.deep else {}
        return {
            "name": self.name,
            "in": self.place,
            "required": self.required,
            "description": self.description,
            **style,
            "schema": self.schema,
        }


def pages(
    fields: Sequence[str],
    last_page: int,
    limit: int = _LIMIT,
    default: str = NEWEST_FIRST,
    *,
    cursors: bool = False,
) -> tuple[Parameter, ...]:
    """`limit`, `page` and `order`; a list with `cursors` takes one in place of a page."""
    orders: list[JsonValue] = [f"{sign}{name}" for name in fields for sign in ("", "-")]
    ordered: Schema = {"type": "string", "enum": orders, "default": default}
    return (
        *number("limit", limit, MAX_LIMIT),
        *number("page", 1, last_page),
        Parameter("order", ordered, "What to sort by; with `-` the greatest first"),
        *(text("cursor") if cursors else ()),
    )


def number(name: str, default: int, highest: int) -> tuple[Parameter, ...]:
    """A whole number from 1 on."""
    schema: Schema = {"type": "integer", "minimum": 1, "maximum": highest, "default": default}
    return (Parameter(name, schema, _NUMBERS.get(name, "A whole number")),)


def instant(*steps: str) -> tuple[Parameter, ...]:
    """An instant under a name in brackets."""
    first, *rest = steps
    name = first + "".join(f"[{step}]" for step in rest)
    return (Parameter(name, _INSTANT, f"ISO-8601; {_TIMES.get(steps[-1], 'an instant')}"),)


def boundaries(field: str) -> tuple[Parameter, ...]:
    """`field[after]` and `field[before]`."""
    return instant(field, "after") + instant(field, "before")


def choice(name: str, allowed: Sequence[str]) -> tuple[Parameter, ...]:
    """One of some values."""
    return (Parameter(name, {"type": "string", "enum": [*allowed]}, "Only those of this kind"),)


def text(name: str) -> tuple[Parameter, ...]:
    """Any text."""
    return (Parameter(name, _TEXT, _TEXTS.get(name, f"Only those with this `{name}`")),)


def flag(name: str) -> tuple[Parameter, ...]:
    """On or off."""
    schema: Schema = {"type": "boolean", "default": False}
    return (Parameter(name, schema, _FLAGS.get(name, "On or off")),)


def filters(fields: Sequence[str]) -> tuple[Parameter, ...]:
    """`filters[<field>][conditions][<operator>]` and `filters[junction]`."""
    field: Schema = {"$ref": "#/components/schemas/FilterConditions"}
    schema: Schema = {
        "type": "object",
        "properties": {"junction": _JUNCTION, **dict.fromkeys(sorted(fields), field)},
        "additionalProperties": False,
    }
    return (Parameter("filters", schema, _FILTERS, deep=True),)


def any_filters(_read: object) -> tuple[Parameter, ...]:
    """Conditions on any attribute of what is listed, its metadata included."""
    schema: Schema = {
        "type": "object",
        "properties": {"junction": _JUNCTION},
        "additionalProperties": {"$ref": "#/components/schemas/FilterConditions"},
    }
    return (Parameter("filters", schema, _FILTERS, deep=True),)


def path(name: str, *, greedy: bool) -> Parameter:
    """An identifier in the path."""
    schema: Schema = {"type": "string", "minLength": 1, "maxLength": MAX_IDENTIFIER}
    words = _PATHS.get(name, "Its id")
    slash = "; may have a `/`, best sent as `%2F`" if greedy else ""
    return Parameter(name, schema, words + slash, "path", required=True)


_NUMBERS: Final = {
    "limit": "How many at most",
    "page": "Which page, from 1 on",
    "vouchers_count": "How many vouchers to add; 2 or more are made after the answer",
}
_TIMES: Final = {
    "after": "only what is later",
    "before": "only what is earlier",
    "start_date": "only what was created after it",
    "end_date": "only what was created before it",
    "starting_after": "where to go on: the `created_at` of the last one seen",
}
_TEXTS: Final = {
    "tracking_id": "The shopper's tracking id, unless the body has one",
    "reason": "Why, unless the body says it",
    "cursor": "Where to go on: `next_cursor` of the page before",
    "voucher_code": "Only those with this voucher",
    "starting_after_id": "Where to go on: `more_starting_after` of the page before",
    "customer": "Only those of this customer, by id or source_id",
    "name": "Only those whose name has this in it",
}
_FLAGS: Final = {
    "force": "Also frees the name or the codes, or replaces what is in the way",
    "dry_run": "Answer as if it were done, with the counters before and after, and write nothing",
    "explain": "Tell how the answer came about: every rule, its place in the stack, the caps",
    "is_available": "Only those that can be used now",
    "remove_from_stacking_rules": "Take it out of the stacking rules that name it, too",
}
_PATHS: Final = {
    "orderId": "The order's id or source_id",
    "customerId": "The customer's id or source_id",
    "productId": "The product's id or source_id",
    "skuId": "The SKU's id or source_id",
    "code": "The voucher's code or id",
    "campaignId": "The campaign's id or name",
    "sessionKey": "The key of the validation session",
    "projectId": "The project that the key is of",
}
