"""What filters may ask of a voucher and of how often it was used (domain.md §2.6, §10.3)."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from pydantic_core import from_json, to_json

from counterfoil.domain.attribute_filters import Kind, attribute_filter
from counterfoil.domain.metadata import attribute_in
from counterfoil.domain.timestamps import iso

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from pydantic import JsonValue

    from counterfoil.domain.attribute_filters import AttributeFilter
    from counterfoil.domain.vouchers import Voucher

    Read = Callable[[Voucher, int], JsonValue]

_METADATA: Final = "metadata."


def _plain(field: str) -> Read:
    return lambda voucher, _: getattr(voucher, field)


def _time(field: str) -> Read:
    def read(voucher: Voucher, _: int) -> JsonValue:
        at: datetime | None = getattr(voucher, field)
        return None if at is None else iso(at)

    return read


_TEXTS: Final = (
    *("id", "code", "type", "campaign", "campaign_id", "category", "category_id"),
    "additional_info",
)
_TIMES: Final = ("created_at", "updated_at", "start_date", "expiration_date")
_FIELDS: Final[Mapping[str, tuple[Kind, Read]]] = {
    **{field: (Kind.TEXT, _plain(field)) for field in _TEXTS},
    **{field: (Kind.DATE, _time(field)) for field in _TIMES},
    "active": (Kind.ANY, _plain("active")),
    "redemption.quantity": (Kind.NUMBER, _plain("quantity")),
    "redemption.redeemed_quantity": (Kind.NUMBER, lambda _, used: used),
}


def voucher_filter(
    sent: Mapping[str, JsonValue], path: str = ".filters", *, week_start: int = 0
) -> AttributeFilter:
    """The filter that was `sent` as the property `path`, in the form that a body has.

    Weeks begin on `week_start`, 0 for Monday. Raises InvalidPayload, naming the property.
    """
    return _read(to_json(sent), path, week_start)


def values_of(voucher: Voucher, used: int) -> Callable[[str], Sequence[JsonValue]]:
    """What a voucher that was redeemed `used` times has for each field: one value, or none."""

    def values(field: str) -> Sequence[JsonValue]:
        known = _FIELDS.get(field)
        if known is None:
            value = attribute_in(voucher.metadata, field.removeprefix(_METADATA))
        else:
            value = known[1](voucher, used)
        return () if value is None else (value,)

    return values


@lru_cache(maxsize=64)
def _read(sent: bytes, path: str, week_start: int) -> AttributeFilter:
    return attribute_filter(from_json(sent), _kind_of, path, week_start=week_start)


def _kind_of(field: str) -> Kind | None:
    known = _FIELDS.get(field)
    if known is not None:
        return known[0]
    return Kind.ANY if field.startswith(_METADATA) and field != _METADATA else None
