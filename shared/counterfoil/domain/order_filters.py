"""What filters may ask of an order: every attribute of its export, and its metadata.

A filter comes in a body (exports) or in a query (lists, see `filter_queries`); what operators mean
is said in `attribute_filters`. Source: domain.md §2.11, §3.7, §10.3.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from pydantic_core import from_json, to_json

from counterfoil.domain.attribute_filters import Kind, attribute_filter
from counterfoil.domain.metadata import attribute_in
from counterfoil.domain.timestamps import iso

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pydantic import JsonValue

    from counterfoil.domain.attribute_filters import AttributeFilter
    from counterfoil.domain.orders import Order

    Read = Callable[[Order], JsonValue]

_METADATA: Final = "metadata."

_FIELDS: Final[Mapping[str, tuple[Kind, Read]]] = {
    "id": (Kind.TEXT, lambda order: order.id),
    "source_id": (Kind.TEXT, lambda order: order.source_id),
    "status": (Kind.TEXT, lambda order: order.status.value),
    "created_at": (Kind.DATE, lambda order: iso(order.created_at)),
    "updated_at": (
        Kind.DATE,
        lambda order: None if order.updated_at is None else iso(order.updated_at),
    ),
    "amount": (Kind.NUMBER, lambda order: order.amount),
    "initial_amount": (Kind.NUMBER, lambda order: order.initial_amount),
    "discount_amount": (Kind.SUM, lambda order: order.discount_amount),
    "items_discount_amount": (Kind.SUM, lambda order: order.items_discount_amount),
    "total_discount_amount": (Kind.SUM, lambda order: order.total_discount_amount),
    "total_amount": (Kind.NUMBER, lambda order: order.total_amount),
    "customer_id": (Kind.TEXT, lambda order: order.customer_id),
    "referrer_id": (Kind.TEXT, lambda order: order.referrer_id),
}


def order_filter(
    sent: Mapping[str, JsonValue], path: str = ".filters", *, week_start: int = 0
) -> AttributeFilter:
    """The filter that was `sent` as the property `path`, in the form that a body has.

    Weeks begin on `week_start`, 0 for Monday. Raises InvalidPayload, naming the property; one that
    names an operator which the field does not take names those that it takes.
    """
    return _read(to_json(sent), path, week_start)


def values_of(order: Order) -> Callable[[str], Sequence[JsonValue]]:
    """What `order` has for each field: one value, or none."""

    def values(field: str) -> Sequence[JsonValue]:
        known = _FIELDS.get(field)
        if known is None:
            value = attribute_in(order.metadata, field.removeprefix(_METADATA))
        else:
            value = known[1](order)
        return () if value is None else (value,)

    return values


@lru_cache(maxsize=64)
def _read(sent: bytes, path: str, week_start: int) -> AttributeFilter:
    """A filter that page after page goes by is read once."""
    return attribute_filter(from_json(sent), _kind_of, path, week_start=week_start)


def _kind_of(field: str) -> Kind | None:
    known = _FIELDS.get(field)
    if known is not None:
        return known[0]
    return Kind.ANY if field.startswith(_METADATA) and field != _METADATA else None
