"""Which things an export is of, by the filters that were sent (domain.md §10.3).

What operators mean is said in `attribute_filters`. Every field that can be exported can be asked
for, and keys of metadata.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from pydantic_core import from_json, to_json

from counterfoil.domain.attribute_filters import AttributeFilter, Kind, attribute_filter
from counterfoil.domain.export_facts import METADATA
from counterfoil.domain.export_fields import COLUMNS, key_of
from counterfoil.domain.metadata import attribute_in
from counterfoil.domain.order_filters import order_filter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from pydantic import JsonValue

    from counterfoil.domain.export_facts import Facts

Fitting = Callable[["Facts", "datetime"], bool]

_PATH: Final = ".parameters.filters"
_DATES: Final = frozenset(
    {
        *("created_at", "updated_at", "date", "start_date", "expiration_date", "expires_at"),
        "orders_last_order_date",
    }
)
_NUMBERS: Final = frozenset(
    {
        *("amount", "order_amount", "gift_amount", "balance", "price", "points"),
        *("gift_balance", "redemption_quantity", "redemption_count", "value"),
        *("loyalty_points", "loyalty_referred_customers", "loyalty_balance"),
    }
)
_COUNTED: Final = ("orders_", "redemptions_")


def fitting(exported_object: str, sent: Mapping[str, JsonValue] | None, week_start: int) -> Fitting:
    """Which things fit the filters that were `sent`; none were is all. Raises InvalidPayload."""
    if not sent or set(sent) == {"junction"}:
        return lambda _facts, _now: True
    found = _read(exported_object, to_json(sent), week_start)
    return lambda facts, now: found.holds(lambda field: _values(facts, field), now)


def value_of(facts: Facts, field: str) -> JsonValue:
    """What a field of a line is."""
    key = key_of(field)
    if key is None:
        return facts.get(field)
    metadata = facts.get(METADATA)
    return attribute_in(metadata, key) if isinstance(metadata, dict) else None


@lru_cache(maxsize=64)
def _read(exported_object: str, sent: bytes, week_start: int) -> AttributeFilter:
    if exported_object == "order":
        return order_filter(from_json(sent), _PATH, week_start=week_start)
    columns = COLUMNS[exported_object]

    def kind_of(field: str) -> Kind | None:
        if key_of(field):
            return Kind.ANY if METADATA in columns.fields else None
        if field == METADATA or field not in {*columns.fields, *columns.sorts}:
            return None
        return _kind_of(field)

    return attribute_filter(from_json(sent), kind_of, _PATH, week_start=week_start)


def _kind_of(field: str) -> Kind:
    if field in _DATES:
        return Kind.DATE
    if field.startswith(_COUNTED):
        return Kind.SUM
    if field in _NUMBERS:
        return Kind.NUMBER
    return Kind.ANY if field in ("active", "is_winner", "details", "attributes") else Kind.TEXT


def _values(facts: Facts, field: str) -> Sequence[JsonValue]:
    value = value_of(facts, field)
    return () if value is None else (value,)
