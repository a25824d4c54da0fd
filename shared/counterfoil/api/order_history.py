"""What happened to an order, on the wire; an extension of the contract (docs/decisions/0032)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from counterfoil.api.queries import NEWEST_FIRST, paging
from counterfoil.api.response import Response, json_response
from counterfoil.domain import ids
from counterfoil.domain.errors import InvalidQuery
from counterfoil.domain.timestamps import from_iso, iso
from counterfoil.operations.order_history import EventsWanted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import JsonValue

    from counterfoil.api.orders import Document
    from counterfoil.api.request import Request
    from counterfoil.domain.order_versions import OrderEvent
    from counterfoil.operations.order_history import Timeline

# What changes with every event, or is of the store's own.
_UNTOLD: Final = ("created_at", "updated_at", "redemptions", "redemption_ids")
_OWN: Final = ("made_by_units", "in_force", "id")
_TIMES: Final = ("date", "rollback_date")
_EVENT_ID: Final = re.compile(r"event_[0-9A-Za-z]{1,64}_([0-9]{1,8})", re.ASCII)


def events_request(request: Request) -> EventsWanted:
    """The order in the path, `limit`, `order` by time, and the event after which to go on."""
    page = paging(request, ("created_at",), 1)
    after = request.query_value("starting_after_id")
    found = None if after is None else _EVENT_ID.fullmatch(after)
    if after is not None and found is None:
        raise InvalidQuery("Property .starting_after_id is no event of an order")
    beyond = None if found is None else int(found[1])
    newest_first = page.order == NEWEST_FIRST
    return EventsWanted(request.parameter("orderId"), page.limit, newest_first, beyond)


def events_answer(found: Timeline) -> Response:
    """200 with some events of an order, and where the next ones begin."""
    events = [event_document(found.order.id, each) for each in found.events]
    document: Document = {
        "object": "list",
        "data_ref": "data",
        "data": events,
        "total": found.total,
        "has_more": found.has_more,
    }
    if found.has_more:
        document["more_starting_after"] = events[-1]["id"]
    return json_response(200, document)


def event_document(order_id: str, event: OrderEvent) -> Document:
    """One event; `changes` are the new values, null for what is gone, and none of a creation."""
    undone = (event.record_id or "").startswith(ids.ROLLBACK)
    return {
        "id": f"event_{order_id.removeprefix(ids.ORDER)}_{event.version}",
        "object": "order_event",
        "order_id": order_id,
        "version": event.version,
        "types": list(event.kinds),
        "created_at": iso(event.at),
        "status": event.status,
        "total_amount": event.total_amount,
        "redemption_id": None if undone else event.record_id,
        "rollback_id": event.record_id if undone else None,
        "actor": event.actor,
        "is_import": event.is_import,
        "changes": {} if event.version == 1 else _changes(event.change or {}),
    }


def _changes(change: Mapping[str, JsonValue]) -> Document:
    told: Document = {name: value for name, value in change.items() if name not in _UNTOLD}
    if "items" in change:
        told["items"] = [_without(each, _OWN[:1]) for each in _list(change["items"])]
    if "redemptions" in change:
        told["redemptions"] = {
            str(each["id"]): _redemption(each) for each in _objects(change["redemptions"])
        }
    return told


def _redemption(entry: Mapping[str, JsonValue]) -> Document:
    """A redemption as the order lists it, and what it takes off the order from then on."""
    told = _without(entry, _OWN)
    told |= {name: iso(from_iso(str(told[name]))) for name in _TIMES if told.get(name)}
    if "in_force" in entry:
        held = entry["in_force"] if isinstance(entry["in_force"], dict) else {}
        lines = held.get("lines")
        of_lines = list(lines.values()) if isinstance(lines, dict) else []
        parts = [held.get("order", 0), *of_lines]
        told["discount_amount"] = sum(each for each in parts if isinstance(each, int))
    return told


def _without(value: JsonValue | Mapping[str, JsonValue], names: tuple[str, ...]) -> Document:
    known = value.items() if isinstance(value, dict) else ()
    return {name: each for name, each in known if name not in names}


def _objects(value: JsonValue) -> list[dict[str, JsonValue]]:
    return [each for each in _list(value) if isinstance(each, dict)]


def _list(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []
