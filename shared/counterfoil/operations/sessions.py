"""Opening the session of the order that a request names (protocol.md §2, §3; domain.md §3.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.domain import ids
from counterfoil.domain.errors import NotFound, OrderBusy
from counterfoil.storage import keys, orders
from counterfoil.storage.store import Refused

if TYPE_CHECKING:
    from counterfoil.operations.call import Call
    from counterfoil.storage.marshal import Attributes
    from counterfoil.storage.orders import Stored


def open_by_id(call: Call, order_id: str) -> Stored | None:
    """The order with `order_id`, held by this request; None when there is none.

    Raises OrderBusy while another request holds it.
    """
    opened, _ = _attempt(call, order_id, None)
    return opened


def open_by_source(call: Call, source: str) -> Stored | None:
    """The order that has `source` now, held by this request: in its slot or behind its alias."""
    opened, item = _attempt(call, ids.order_id(call.project, source), source)
    return opened or _open_behind_alias(call, source, item)


def open_behind(call: Call, source: str, item: Attributes | None) -> Stored | None:
    """The order of `source` as `item`, which was seen in the slot, tells; None when it has none."""
    if item is None:
        return None
    if item.get("src") == source and "st" in item:
        opened, _ = _attempt(call, ids.order_id(call.project, source), source)
        return opened
    return _open_behind_alias(call, source, item)


def open_named(call: Call, name: str) -> Stored:
    """The order that a path names: as id when it looks like one, else or then as source_id.

    Raises NotFound, and OrderBusy.
    """
    opened = open_by_id(call, name) if name.startswith(ids.ORDER) else None
    opened = opened or open_by_source(call, name)
    if opened is None:
        raise NotFound("order", name)
    return opened


def find_named(call: Call, name: str) -> Stored:
    """The same order without its session, for reading. Raises NotFound."""
    found = find_by_id(call, name) if name.startswith(ids.ORDER) else None
    found = found or find_by_source(call, name)
    if found is None:
        raise NotFound("order", name)
    call.trace.ids["order_id"] = found.order.id
    return found


def find_by_id(call: Call, order_id: str) -> Stored | None:
    """The order with `order_id`."""
    return orders.get(call.store, call.project, order_id)


def find_by_source(call: Call, source: str) -> Stored | None:
    """The order that has `source` now."""
    item = call.store.get(keys.order(call.project, ids.order_id(call.project, source)))
    return find_behind(call, source, item)


def find_behind(call: Call, source: str | None, item: Attributes | None) -> Stored | None:
    """The order of `source` as `item`, which was seen in the slot, tells; None when it has none."""
    found = orders.stored(item)
    if found is not None and found.order.source_id == source:
        return found
    alias = (item or {}).get("alias")
    behind = find_by_id(call, str(alias)) if alias else None
    return behind if behind is not None and behind.order.source_id == source else None


def _open_behind_alias(call: Call, source: str, item: Attributes | None) -> Stored | None:
    alias = (item or {}).get("alias")
    if alias is None:
        return None
    opened, _ = _attempt(call, str(alias), source)
    return opened


def _attempt(
    call: Call, order_id: str, source: str | None
) -> tuple[Stored | None, Attributes | None]:
    """The order opened, or else what stands at its key: nothing, another's order, an alias."""
    if call.dry_run:
        return _seen(call, order_id, source)
    found = orders.open_session(
        call.store, call.project, order_id, call.ids.holder, call.lease, source
    )
    if isinstance(found, Refused):
        item = found.refusals[0].item
        if item is not None and "st" in item and source in (None, item.get("src")):
            raise OrderBusy(order_id)
        return None, item
    call.trace.fence = found.fence
    call.trace.opened_with = call.store.patience.left()
    call.trace.ids["order_id"] = found.order.id
    return found, None


def _seen(call: Call, order_id: str, source: str | None) -> tuple[Stored | None, Attributes | None]:
    """The same for a dry run, which opens nothing. Raises OrderBusy while another holds it."""
    item = call.store.get(keys.order(call.project, order_id))
    found = orders.stored(item)
    if found is None or source not in (None, found.order.source_id):
        return None, item
    if found.is_held(call.lease[0]):
        raise OrderBusy(order_id)
    call.trace.ids["order_id"] = found.order.id
    return found, None
