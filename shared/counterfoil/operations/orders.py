"""Orders: create, upsert, update, get (domain.md §3; protocol.md §2, §3)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from counterfoil.domain import ids
from counterfoil.domain.errors import NotFound, OrderBusy
from counterfoil.domain.orders import Order, draft, upserted
from counterfoil.domain.purchase_history import contribution
from counterfoil.operations import sessions
from counterfoil.operations.buyers import Buyers
from counterfoil.operations.carts import Cart
from counterfoil.operations.commits import Proposal, SlotTaken, commit
from counterfoil.operations.slots import Slot
from counterfoil.operations.snapshots import Snapshot
from counterfoil.storage import history, order_events, orders, totals
from counterfoil.storage.plans import Guard, Plan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterfoil.domain.order_payloads import OrderPayload
    from counterfoil.operations.call import Call
    from counterfoil.storage.keys import Key
    from counterfoil.storage.orders import Stored

_TRIES: Final = 2


@dataclass(frozen=True, slots=True)
class Update:
    """A partial order for the order that `name`, an id or source_id, stands for."""

    name: str
    payload: OrderPayload


def upsert(call: Call, payload: OrderPayload) -> Order:
    """The order that `payload` names by id or source_id, changed, or else a new one.

    Creation comes first, for its condition is what keeps one source_id at one order; whoever
    loses it goes on as an update. Raises NotFound for an unknown id, OrderBusy, AlreadyExists
    when the source_id belongs to another order.
    """
    cart = Cart(call, payload)
    if payload.id is not None:
        opened = sessions.open_by_id(call, payload.id)
        if opened is None:
            raise NotFound("order", payload.id)
        return _change(call, opened, cart, _snapshot(call, cart))
    slot = Slot(payload.source_id)
    wanted = _wanted(call, cart)
    snapshot = Snapshot(call, [*wanted, *slot.keys(call)] if wanted else [])
    for _ in range(_TRIES):
        try:
            return _create(call, cart, slot, snapshot)
        except SlotTaken as taken:
            opened = sessions.open_behind(call, payload.source_id or "", taken.item)
            if opened is not None:
                return _change(call, opened, cart, snapshot)
            slot = Slot(payload.source_id, left=True)
    raise OrderBusy(slot.order_id(call))


def update(call: Call, request: Update) -> Order:
    """The order that the path names, with what the payload names changed."""
    try:
        opened = sessions.open_named(call, request.name)
    except NotFound:
        # The name may be gone because this very request, sent before, gave the order another.
        call.replay(call.store.get_all([*call.memory_keys()]))
        raise
    cart = Cart(call, request.payload)
    return _change(call, opened, cart, _snapshot(call, cart))


def get(call: Call, name: str) -> Order:
    """The order with the id or source_id `name`, strongly consistent. Raises NotFound."""
    return sessions.find_named(call, name).order


def creation(call: Call, order: Order, by: str, event: Sequence[str], record: str | None) -> Plan:
    """What creating `order` writes, besides its people; `event` names what else happened."""
    project = call.project
    counted = contribution(order, call.zone)
    facts = _facts(call, by, record)
    happened = order_events.event(project, None, order, event, facts)
    plan = Plan()
    plan.add(
        orders.creation(project, order, counted, by, told=order_events.CHANGE in happened.sets),
        happened,
        totals.one_more(project, by),
        *history.moved(project, None, counted),
    )
    if order.source_id is not None and ids.order_id(project, order.source_id) != order.id:
        claim = orders.claim(project, order.source_id, order.id)
        plan.add(replace(claim, guard=Guard.SLOT))
    return plan


def change(
    call: Call, opened: Stored, order: Order, by: str, event: Sequence[str], record: str | None
) -> Plan:
    """What changing `opened` to `order` writes, besides its people; it ends the session."""
    project = call.project
    counted = contribution(order, call.zone, opened.counted)
    facts = _facts(call, by, record)
    plan = Plan()
    plan.add(
        orders.replacement(project, opened, order, counted, (call.ids.holder, by)),
        order_events.event(project, opened, order, event, facts),
        *orders.renaming(project, opened.order, order),
        *history.moved(project, opened.counted, counted),
    )
    return plan


def _facts(call: Call, by: str, record: str | None) -> order_events.Facts:
    is_import = call.beside is not None
    return order_events.Facts(call.now, by, record, call.actor, is_import=is_import)


def _wanted(call: Call, cart: Cart) -> list[Key]:
    return [*Buyers.of(cart.payload).keys(call), *cart.keys()]


def _snapshot(call: Call, cart: Cart) -> Snapshot:
    return Snapshot(call, _wanted(call, cart))


def _create(call: Call, cart: Cart, slot: Slot, snapshot: Snapshot) -> Order:
    buyers = Buyers.of(cart.payload)
    order_id = slot.order_id(call)
    call.trace.ids["order_id"] = order_id

    def propose(by: str) -> Proposal[Order]:
        items = snapshot.take()
        slot.require_free(call, snapshot, items)
        pair = buyers.among(call, items)
        order = draft(cart.order(items), order_id, call.ids, pair.ids)
        plan = creation(call, order, by, (), None)
        plan.add(*pair.writes(call, by))
        cart.keep(items)
        return Proposal(plan, order)

    return commit(call, propose)


def _change(call: Call, opened: Stored, cart: Cart, snapshot: Snapshot) -> Order:
    buyers = Buyers.of(cart.payload)

    def propose(by: str) -> Proposal[Order]:
        items = snapshot.take()
        pair = buyers.among(call, items)
        order = upserted(opened.order, cart.order(items), call.ids, pair.ids)
        plan = change(call, opened, order, by, (), None)
        plan.add(*pair.writes(call, by))
        cart.keep(items)
        return Proposal(plan, order)

    return commit(call, propose, opened)
