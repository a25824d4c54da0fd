"""What the filter of a segment may ask of a customer, and what a shopper answers.

A key has a kind, which says the operators that it takes and what they mean (`attribute_filters`).
A field without a value meets only what denies. Source: domain.md §8.6, §10.3.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from pydantic_core import from_json, to_json

from counterfoil.domain.attribute_filters import JUNCTION, AttributeFilter, Kind, attribute_filter
from counterfoil.domain.errors import InvalidPayload
from counterfoil.domain.history_windows import window
from counterfoil.domain.metadata import attribute_in
from counterfoil.domain.timestamps import iso

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from pydantic import JsonValue

    from counterfoil.domain.shoppers import Shopper

    Sent = Mapping[str, JsonValue]
    Read = Callable[[Shopper], JsonValue]

MAX_KEYS: Final = 100
MAX_BYTES: Final = 32 * 1024
_SUMMARIES: Final = "summary."
_ORDERS: Final = "summary.orders."
_LAST_ORDER: Final = ("summary.orders.last_order_amount", "summary.orders.last_order_date")
_METADATA: Final = "metadata."
_EVENTS: Final = "events."
_WINDOW: Final = re.compile(r"summary\.orders\.window\.([^.]{1,40})\.total_(count|amount)")


def _profile(field: str) -> Read:
    return lambda shopper: getattr(shopper.customer, field)


def _address(part: str) -> Read:
    return lambda shopper: getattr(shopper.customer.address, part, None)


def _time(field: str) -> Read:
    def read(shopper: Shopper) -> JsonValue:
        at = getattr(shopper.customer, field)
        return None if at is None else iso(at)

    return read


def _birthdate(shopper: Shopper) -> JsonValue:
    day = shopper.customer.birthdate
    return None if day is None else day.isoformat()


def _last_order(shopper: Shopper) -> JsonValue:
    return None if shopper.last_order_at is None else iso(shopper.last_order_at)


def _summary(field: str) -> Read:
    return lambda shopper: getattr(shopper.summary, field)


_FIELDS: Final[Mapping[str, tuple[Kind, Read]]] = {
    **{
        field: (Kind.TEXT, _profile(field))
        for field in ("name", "email", "phone", "source_id", "description")
    },
    **{
        f"address.{part}": (Kind.TEXT, _address(part))
        for part in ("city", "state", "line_1", "line_2", "country", "postal_code")
    },
    "created_at": (Kind.DATE, _time("created_at")),
    "updated_at": (Kind.DATE, _time("updated_at")),
    "birthdate": (Kind.BIRTHDAY, _birthdate),
    "summary.orders.total_count": (Kind.SUM, _summary("orders_count")),
    "summary.orders.total_amount": (Kind.SUM, _summary("orders_amount")),
    "summary.orders.average_amount": (Kind.SUM, _summary("average_amount")),
    "summary.orders.last_order_amount": (Kind.NUMBER, lambda shopper: shopper.last_order_amount),
    "summary.orders.last_order_date": (Kind.DATE, _last_order),
    "summary.redemptions.total_redeemed": (Kind.SUM, _summary("redemptions_succeeded")),
    "summary.redemptions.total_succeeded": (Kind.SUM, _summary("redemptions_succeeded")),
    "summary.redemptions.total_failed": (Kind.SUM, _summary("redemptions_failed")),
    "summary.redemptions.total_rolled_back": (Kind.SUM, _summary("rollbacks_succeeded")),
    "summary.redemptions.total_rollback_succeeded": (Kind.SUM, _summary("rollbacks_succeeded")),
    "summary.redemptions.total_rollback_failed": (Kind.SUM, _summary("rollbacks_failed")),
    "summary.redemptions.gift.redeemed_amount": (Kind.SUM, _summary("gift_credits")),
    # Nobody refers anybody here, and nothing tells where a customer came from.
    "loyalty.referred_customers": (Kind.SUM, lambda _: 0),
    "system_metadata.source": (Kind.TEXT, lambda _: None),
}


def filter_sent(sent: Sent) -> dict[str, JsonValue]:
    """The filter that a client sent, as it is kept: as sent, the junction always there.

    Raises InvalidPayload, naming the property.
    """
    size = len(to_json(sent))
    if size > MAX_BYTES:
        message = f"must have at most {MAX_BYTES} bytes of JSON; it has {size}"
        raise InvalidPayload(f"Property .filter {message}")
    kept = {key: value for key, value in sent.items() if value is not None}
    junction = kept.pop(JUNCTION, "and")
    if len(kept) > MAX_KEYS:
        message = f"must have conditions on at most {MAX_KEYS} fields; it has {len(kept)}"
        raise InvalidPayload(f"Property .filter {message}")
    found = {JUNCTION: junction, **kept}
    attribute_filter(found, _kind_of)
    return {**found, JUNCTION: str(junction).lower()}


def filter_of(kept: Sent, week_start: int) -> AttributeFilter:
    """What `filter_sent` kept, ready to be asked; weeks begin on `week_start`, 0 for Monday."""
    return _read(to_json(kept), week_start)


def values_of(shopper: Shopper) -> Callable[[str], Sequence[JsonValue]]:
    """What `shopper` has for each key: one value, or none."""

    def values(key: str) -> Sequence[JsonValue]:
        value = _value(shopper, key)
        return () if value is None else (value,)

    return values


def windows_in(keys: Iterable[str]) -> frozenset[str]:
    """The windows of purchase history that `keys` ask for, as ISO-8601 durations."""
    return frozenset(found[1] for key in keys if (found := _WINDOW.fullmatch(key)))


def ask_last_order(keys: Iterable[str]) -> bool:
    """Whether some of `keys` is about the newest order."""
    return any(key in _LAST_ORDER for key in keys)


def ask_summary(keys: Iterable[str]) -> bool:
    """Whether some of `keys` is about what is summed up of a customer."""
    return any(key.startswith(_SUMMARIES) for key in keys)


def ask_history(keys: Iterable[str]) -> bool:
    """Whether some of `keys` is about orders."""
    return any(key.startswith(_ORDERS) for key in keys)


@lru_cache(maxsize=256)
def _read(kept: bytes, week_start: int) -> AttributeFilter:
    """A filter that many requests go by is read once."""
    return attribute_filter(from_json(kept), _kind_of, week_start=week_start)


def _kind_of(key: str) -> Kind | None:
    known = _FIELDS.get(key)
    if known is not None:
        return known[0]
    if key.startswith(_EVENTS):
        raise InvalidPayload(f"Property .filter[{key[:100]!r}] is not supported yet")
    found = _WINDOW.fullmatch(key)
    if found is None:
        return Kind.ANY if key.startswith(_METADATA) and key != _METADATA else None
    try:
        window(found[1])
    except ValueError as error:
        raise InvalidPayload(f"Property .filter[{key!r}] has a window that {error}") from error
    return Kind.SUM


def _value(shopper: Shopper, key: str) -> JsonValue:
    known = _FIELDS.get(key)
    if known is not None:
        return known[1](shopper)
    found = _WINDOW.fullmatch(key)
    if found is None:
        return attribute_in(shopper.customer.metadata, key.removeprefix(_METADATA))
    bought = shopper.windows[found[1]]
    return bought.count if found[2] == "count" else bought.amount
