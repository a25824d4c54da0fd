"""Validations: what redeemables would do to an order; nothing is written (domain.md §2.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.domain import ids
from counterfoil.domain.errors import NotFound, OrderBusy
from counterfoil.domain.orders import Order, draft, upserted
from counterfoil.domain.payloads import OrderPayload, StackPayload
from counterfoil.domain.stacking import Evaluation, StackingRules, evaluate
from counterfoil.domain.timestamps import millis
from counterfoil.operations import redeemables, sessions
from counterfoil.operations.orders import Buyers, Pair
from counterfoil.storage import keys, orders

if TYPE_CHECKING:
    from counterfoil.operations.call import Call
    from counterfoil.storage.keys import Key
    from counterfoil.storage.marshal import Attributes
    from counterfoil.storage.orders import Stored


@dataclass(frozen=True, slots=True)
class Validated:
    """What a validation found. `stored` tells an order that exists from one only sent."""

    id: str
    evaluation: Evaluation
    stored: bool
    rules: StackingRules
    tracking_id: str | None
    payload: StackPayload
    request_id: str


def validate(call: Call, payload: StackPayload) -> Validated:
    """What each redeemable of `payload` would do, one after the other.

    Reads the order, the vouchers and the people in one trip. Raises NotFound for an unknown order
    or customer id, and OrderBusy while another request holds the order: what would be read is
    about to change.
    """
    redeemables.require_combinable(payload.redeemables)
    sent = payload.order or OrderPayload()
    buyers = Buyers.of_stack(payload)
    slot = _slot(call, sent)
    wanted = [*redeemables.keys_of(call, payload.redeemables), *buyers.keys(call)]
    items = call.store.get_all([*wanted, *([slot] if slot else [])])
    items |= call.store.get_all(redeemables.further_keys(call, payload.redeemables, items))
    stored = _linked(call, sent, items.get(slot) if slot else None)
    pair = buyers.among(call, items)
    base = _base(call, sent, stored, _known(pair))
    rules = StackingRules()
    found = redeemables.candidates(call, payload.redeemables, items)
    evaluation = evaluate(found, base, rules, call.local_now)
    tracking = payload.tracking_id or _tracking(pair, base)
    if stored is not None:
        call.trace.ids["order_id"] = stored.order.id
    name, exists = call.ids.validation, stored is not None
    return Validated(name, evaluation, exists, rules, tracking, payload, call.request_id)


def _tracking(pair: Pair, base: Order) -> str | None:
    """Of the customer named, who may be new if they have a source_id, else of the order's."""
    customer = None if pair.customer is None else pair.customer.after
    if customer is not None and (customer.source_id or customer.id == base.customer_id):
        return ids.tracking_id(customer.id)
    return None if base.customer_id is None else ids.tracking_id(base.customer_id)


def _slot(call: Call, sent: OrderPayload) -> Key | None:
    if sent.id is not None:
        return keys.order(call.project, sent.id)
    if sent.source_id is not None:
        return keys.order(call.project, ids.order_id(call.project, sent.source_id))
    return None


def _linked(call: Call, sent: OrderPayload, item: Attributes | None) -> Stored | None:
    """The stored order that `sent` names. Raises NotFound for an unknown id, and OrderBusy."""
    if sent.id is not None:
        stored = orders.stored(item)
        if stored is None:
            raise NotFound("order", sent.id)
    else:
        stored = sessions.find_behind(call, sent.source_id, item)
    if stored is not None and stored.is_held(millis(call.now)):
        raise OrderBusy(stored.order.id)
    return stored


def _known(pair: Pair) -> tuple[str | None, str | None]:
    """The ids of people who are stored; one who would be new has none yet."""
    customer, referrer = pair.customer, pair.referrer
    return (
        customer.after.id if customer is not None and customer.before is not None else None,
        referrer.after.id if referrer is not None and referrer.before is not None else None,
    )


def _base(
    call: Call, sent: OrderPayload, stored: Stored | None, people: tuple[str | None, str | None]
) -> Order:
    if stored is None:
        return draft(sent, call.ids.order, call.ids, people)
    return upserted(stored.order, sent, call.ids, people)
