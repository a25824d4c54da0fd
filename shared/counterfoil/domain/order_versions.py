"""What each event changed of its order, exactly: so that any version can be told again.

A change is a document with what the order has after it, of what it had not before: a field alone
that is new, a null for one that is gone, of lines and redemptions those that differ and of each,
beside its id, the fields that do. The change that makes an order is the whole of it. Changes are
taken from either side: forward from nothing, or back from what is stored. Amounts are never part
of one, since an order computes them (docs/decisions/0032).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pydantic_core import from_json, to_json

from counterfoil.domain.orders import Order
from counterfoil.domain.timestamps import iso

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from pydantic import JsonValue

    Change = dict[str, JsonValue]
    Fields = dict[str, JsonValue]

_GONE: Final = "metadata_gone"
# What is listed, and where a change tells the whole sequence: only when it does not follow.
_SEQUENCES: Final = {"items": "item_ids", "redemptions": "redemption_ids"}
_LISTED: Final = {"items", "metadata", "redemptions"}


@dataclass(frozen=True, slots=True)
class OrderEvent:
    """One event of an order: the version that it made, when, what happened, by whom.

    `record_id` is the redemption or rollback that it belongs to, `actor` the user of the dashboard
    who did it. `change` leads to this version; `was` leads back from it. `customer_id` is there
    when the order had another customer before. An import's are nobody's news.
    """

    version: int
    at: datetime
    kinds: tuple[str, ...]
    status: str
    total_amount: int | None = None
    record_id: str | None = None
    actor: str | None = None
    is_import: bool = False
    customer_id: str | None = None
    change: Change | None = None
    was: Change | None = None


def whole(order: Order) -> bytes:
    """The change that makes an order, as JSON: all that it is."""
    listed = order.model_dump_json(include=_LISTED, exclude_defaults=True).encode()
    scalars = {name: value for name, value in _scalars(order).items() if value is not None}
    # One object of two: what is not listed is in the very form that changes have it in.
    return to_json(scalars) if listed == b"{}" else listed[:-1] + b"," + to_json(scalars)[1:]


def change(before: Order, after: Order) -> Change:
    """What leads from `before` to `after`."""
    found: Change = {}
    for name in _SEQUENCES:
        found |= _sequence_change(name, before, after)
    found |= _metadata_change(before.metadata, after.metadata)
    known, scalars = _scalars(before), _scalars(after)
    found |= {name: value for name, value in scalars.items() if value != known[name]}
    return found


def applied(document: Mapping[str, JsonValue], found: Mapping[str, JsonValue]) -> Fields:
    """`document` with a change."""
    after = _with_fields(document, {k: v for k, v in found.items() if k not in _STRUCTURED})
    for name, sequence in _SEQUENCES.items():
        if name in found or sequence in found:
            kept = _list(document.get(name))
            after[name] = _with_elements(kept, _list(found.get(name)), found.get(sequence))
    metadata = {**_fields(document.get("metadata")), **_fields(found.get("metadata"))}
    gone = _list(found.get(_GONE))
    after["metadata"] = {name: value for name, value in metadata.items() if name not in gone}
    return after


def document_of(order: Order) -> Fields:
    """All that an order is, without its id and without what is as it is unless said otherwise."""
    document: Fields = from_json(whole(order))
    return document


def order_of(document: Mapping[str, JsonValue], order_id: str) -> Order:
    """The order that a document tells."""
    return Order.model_validate({**document, "id": order_id})


def forward(events: Sequence[OrderEvent]) -> Fields | None:
    """The order as the last of `events` left it, which are all from the first on.

    None when they do not tell: the first of a large order does not.
    """
    found: Fields = {}
    for event in events:
        if event.change is None:
            return None
        found = applied(found, event.change)
    return found


def back(stored: Order, events: Sequence[OrderEvent], version: int) -> Fields | None:
    """The order at `version`, undone from what is stored by the `events` that came after it.

    None when one of them does not tell what was before.
    """
    found = document_of(stored)
    for event in sorted(events, key=lambda each: each.version, reverse=True):
        if event.version <= version:
            break
        if event.was is None:
            return None
        found = applied(found, event.was)
    return found


def version_at(events: Sequence[OrderEvent], instant: datetime) -> int:
    """The version in force at `instant`; 0 before the first.

    Clocks of two functions may differ; a version is in force once it and all before it were made.
    """
    version = 0
    for event in events:
        if event.at > instant:
            break
        version = event.version
    return version


_STRUCTURED: Final = {*_SEQUENCES, *_SEQUENCES.values(), "metadata", _GONE}


def _scalars(order: Order) -> Fields:
    updated = order.updated_at
    return {
        "source_id": order.source_id,
        "status": order.status.value,
        "initial_amount": order.initial_amount,
        "customer_id": order.customer_id,
        "referrer_id": order.referrer_id,
        "created_at": iso(order.created_at),
        "updated_at": None if updated is None else iso(updated),
    }


def _metadata_change(before: Mapping[str, JsonValue], after: Mapping[str, JsonValue]) -> Change:
    if before is after:
        return {}
    new: Fields = {
        name: value
        for name, value in after.items()
        if name not in before or not _same(before[name], value)
    }
    gone: list[JsonValue] = [name for name in before if name not in after]
    return {name: value for name, value in (("metadata", new), (_GONE, gone)) if value}


def _sequence_change(name: str, before: Order, after: Order) -> Change:
    if getattr(before, name) is getattr(after, name):
        return {}
    then, now = _dumped(name, before), _dumped(name, after)
    # Nearly all lines that are sent again are as they were, which is seen without a look into them.
    if then == now:
        return {}
    known = {str(each["id"]): each for each in _elements(name, then)}
    changed: list[JsonValue] = []
    ids: list[JsonValue] = []
    for element in _elements(name, now):
        identifier = str(element["id"])
        ids.append(identifier)
        fields = _element_change(known.get(identifier, {}), element)
        changed += [{"id": identifier, **fields}] if fields else []
    found: Change = {name: changed} if changed else {}
    if ids != [*known, *(each for each in ids if each not in known)]:
        found[_SEQUENCES[name]] = ids
    return found


def _element_change(before: Fields, after: Fields) -> Fields:
    """The fields of `after` that differ, null for those that are gone."""
    if _same(before, after):
        return {}
    found = {key: value for key, value in after.items() if not _same(before.get(key), value)}
    return found | {key: None for key in before if key not in after}


def _with_elements(
    kept: Sequence[JsonValue], changed: Sequence[JsonValue], sequence: JsonValue
) -> list[JsonValue]:
    by_id = {str(each["id"]): each for each in map(_fields, kept)}
    for each in map(_fields, changed):
        name = str(each["id"])
        by_id[name] = _with_fields(by_id.get(name, {}), each)
    ids = by_id if sequence is None else [str(name) for name in _list(sequence)]
    return [by_id[name] for name in ids]


def _with_fields(document: Mapping[str, JsonValue], found: Mapping[str, JsonValue]) -> Fields:
    return {name: value for name, value in {**document, **found}.items() if value is not None}


def _dumped(name: str, order: Order) -> str:
    return order.model_dump_json(include={name}, exclude_defaults=True)


def _elements(name: str, dumped: str) -> list[Fields]:
    return [_fields(each) for each in _list(from_json(dumped).get(name))]


def _same(one: JsonValue, other: JsonValue) -> bool:
    """Compared as JSON: to Python, true and 1 would be equal."""
    return one is other or to_json(one) == to_json(other)


def _fields(value: JsonValue) -> Fields:
    return value if isinstance(value, dict) else {}


def _list(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []
