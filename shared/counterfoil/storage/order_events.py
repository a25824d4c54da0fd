"""Events of orders in the store: what happened, and what it changed (protocol.md §0, §12).

Events lie beside their order, under the version that they made. Each holds what leads to it; the
first, which is the whole order, only as far as its item stays as small as it is without: an order
that does not fit there says in each later event what was before as well (docs/decisions/0032).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pydantic_core import from_json, to_json

from counterfoil.domain.events import order_events
from counterfoil.domain.order_versions import OrderEvent, change, whole
from counterfoil.domain.timestamps import from_iso, iso
from counterfoil.storage import keys, order_keys
from counterfoil.storage.marshal import Attributes, deflate, inflate, number, text
from counterfoil.storage.plans import Action, Guard, put
from counterfoil.storage.store import Question

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from counterfoil.domain.order_versions import Change
    from counterfoil.domain.orders import Order
    from counterfoil.storage.keys import Key
    from counterfoil.storage.marshal import Value
    from counterfoil.storage.orders import Stored
    from counterfoil.storage.store import Store

CHANGE: Final = "ch"
_WAS: Final = "was"
# Of the 1,024 bytes that a write of the event pays for, whatever it holds.
_PAID_BYTES: Final = 1_000
# The ids of more of them alone are too much, however well they are packed.
_MOST_LINES: Final = 150


@dataclass(frozen=True, slots=True)
class Facts:
    """When an event happened, by which plan, the redemption or rollback that it belongs to.

    `actor` is the user of the dashboard who did it. Nobody is told of what an import did (domain.md
    §3.7).
    """

    at: datetime
    by: str
    record_id: str | None = None
    actor: str | None = None
    is_import: bool = False


def event(
    project: str, before: Stored | None, after: Order, kinds: Sequence[str], facts: Facts
) -> Action:
    """What happened, under the version that it made: the second, independent fence.

    The first one holds the whole order only where there is room for it.
    """
    known = None if before is None else before.order
    version = 1 if before is None else before.version + 1
    key = order_keys.event(project, after.id, version)
    attributes: Attributes = {
        "kind": [*order_events(known, after), *kinds],
        "at": iso(facts.at),
        "ca": iso(after.created_at),
        "st": after.status.value,
        "by": facts.by,
        **_optional(after, facts),
        **_listed(project, known, after),
    }
    attributes |= _first(key, attributes, after) if before is None else _next(before, after)
    return put(key, Guard.EVENT, attributes)


def _first(key: Key, attributes: Attributes, order: Order) -> Attributes:
    if len(order.items) > _MOST_LINES:
        return {}
    room = _PAID_BYTES - _size({**key._asdict(), **attributes}) - len(CHANGE)
    packed = deflate(whole(order))
    return {CHANGE: packed} if len(packed) <= room else {}


def _next(before: Stored, after: Order) -> Attributes:
    led: Attributes = {CHANGE: deflate(to_json(change(before.order, after)))}
    if not before.is_told_from_birth:
        led[_WAS] = deflate(to_json(change(after, before.order)))
    return led


def of_order(
    store: Store,
    project: str,
    order_id: str,
    versions: tuple[int, int],
    *,
    newest_first: bool = False,
) -> list[OrderEvent]:
    """The events of the versions from the first to the second, strongly consistent."""
    first, last = (order_keys.event(project, order_id, version) for version in versions)
    question = Question(first.pk, between=(first.sk, last.sk), newest_first=newest_first)
    return [decoded(item) for item in store.query(question)]


def decoded(item: Attributes) -> OrderEvent:
    """The event of an item."""
    kinds = item["kind"]
    return OrderEvent(
        version=number(int(text(item["sk"]).removeprefix(order_keys.EVENTS))),
        at=from_iso(text(item["at"])),
        kinds=tuple(text(each) for each in kinds) if isinstance(kinds, list) else (),
        status=text(item["st"]),
        total_amount=number(item["tot"]) if "tot" in item else None,
        record_id=_text(item, "red"),
        actor=_text(item, "actor"),
        is_import="imp" in item,
        customer_id=order_keys.customer_in(text(item["g3p"])) if "g3p" in item else None,
        change=_change(item, CHANGE),
        was=_change(item, _WAS),
    )


def _optional(after: Order, facts: Facts) -> Attributes:
    optional = {
        "tot": after.total_amount,
        "red": facts.record_id,
        "actor": facts.actor,
        "imp": facts.is_import or None,
    }
    return {name: value for name, value in optional.items() if value is not None}


def _listed(project: str, before: Order | None, after: Order) -> Attributes:
    """The list of a customer's orders shows the event by which the order became theirs.

    It is here, where there is room for it, and not on the order, which it would take past 1 KB.
    """
    known = None if before is None else before.customer_id
    if after.customer_id in (None, known):
        return {}
    return {
        "g3p": order_keys.of_customer(project, after.customer_id or ""),
        "g3s": keys.at(iso(after.created_at), after.id),
    }


def _text(item: Attributes, name: str) -> str | None:
    return text(item[name]) if name in item else None


def _change(item: Attributes, name: str) -> Change | None:
    found: Change | None = from_json(inflate(item[name])) if name in item else None
    return found


def _size(item: Attributes) -> int:
    """What an item counts for, or a little more."""
    return sum(len(name.encode()) + _size_of(value) for name, value in item.items())


def _size_of(value: Value) -> int:
    match value:
        case str():
            return len(value.encode())
        case bytes():
            return len(value)
        case list():
            return 3 + sum(1 + _size_of(each) for each in value)
        case _:
            return 21
