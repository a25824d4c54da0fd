"""The order that a validation or qualification tries redeemables on; it is never stored.

It is the order sent, over the stored one that it names, if any (domain.md §3.3, §12-A).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.domain import ids
from counterfoil.domain.errors import NotFound, OrderBusy
from counterfoil.domain.order_payloads import OrderPayload
from counterfoil.domain.orders import Order, draft, upserted
from counterfoil.domain.timestamps import millis
from counterfoil.operations import catalogue, sessions
from counterfoil.storage import keys, orders

if TYPE_CHECKING:
    from collections.abc import Mapping

    from counterfoil.operations.buyers import Buyers, Pair
    from counterfoil.operations.call import Call
    from counterfoil.storage.keys import Key
    from counterfoil.storage.marshal import Attributes
    from counterfoil.storage.orders import Stored

    Items = Mapping[Key, Attributes]


@dataclass(frozen=True, slots=True)
class Trial:
    """The order to try on; `stored` tells one that exists from one only sent."""

    order: Order
    stored: bool
    tracking_id: str | None


class TrialOrder:
    """An order as it was sent, by whom."""

    def __init__(self, call: Call, sent: OrderPayload | None, buyers: Buyers) -> None:
        self._call = call
        self._sent = sent or OrderPayload()
        self._buyers = buyers
        self._slot = _slot(call, self._sent)

    def keys(self) -> list[Key]:
        """What must be loaded to know it: itself, its people, what its lines name."""
        wanted = [*self._buyers.keys(self._call), *catalogue.keys_of_lines(self._call, self._sent)]
        return [*wanted, *([self._slot] if self._slot else [])]

    def among(self, items: Items, tracking_id: str | None) -> Trial:
        """The order by `items`. Raises NotFound for an unknown id, and OrderBusy."""
        call = self._call
        sent = catalogue.with_lines(call, self._sent, items)
        stored = _linked(call, sent, items.get(self._slot) if self._slot else None)
        pair = self._buyers.among(call, items)
        base = _base(call, sent, stored, _known(pair))
        if stored is not None:
            call.trace.ids["order_id"] = stored.order.id
        return Trial(base, stored is not None, tracking_id or _tracking(pair, base))


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
