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
from counterfoil.operations.orders import Buyers
from counterfoil.storage import keys, orders

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    stored = _linked(call, sent, items.get(slot) if slot else None)
    base = _base(call, sent, stored, _known(call, buyers, items))
    rules = StackingRules()
    found = redeemables.candidates(call, payload.redeemables, items)
    evaluation = evaluate(found, base, rules, call.now.astimezone(call.zone))
    tracking = payload.tracking_id or (base.customer_id and ids.tracking_id(base.customer_id))
    return Validated(call.ids.validation, evaluation, stored is not None, rules, tracking, payload)


def _slot(call: Call, sent: OrderPayload) -> Key | None:
    if sent.id is not None:
        return keys.order(call.project, sent.id)
    if sent.source_id is not None:
        return keys.order(call.project, ids.order_id(call.project, sent.source_id))
    return None


def _linked(call: Call, sent: OrderPayload, item: Attributes | None) -> Stored | None:
    """The stored order that `sent` names. Raises NotFound for an unknown id, and OrderBusy."""
    stored = orders.stored(item)
    if sent.id is not None and stored is None:
        raise NotFound("order", sent.id)
    if sent.id is None and (stored is None or stored.order.source_id != sent.source_id):
        alias = (item or {}).get("alias")
        stored = sessions.find_by_id(call, str(alias)) if alias else None
    if stored is not None and stored.is_held(millis(call.now)):
        raise OrderBusy(stored.order.id)
    return stored


def _known(
    call: Call, buyers: Buyers, items: Mapping[Key, Attributes]
) -> tuple[str | None, str | None]:
    """The ids of people who are stored; one who would be new has none yet."""
    pair = buyers.among(call, items)
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
