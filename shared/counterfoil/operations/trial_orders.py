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
from counterfoil.operations import catalogue, people, sessions
from counterfoil.storage import customers, keys, orders

if TYPE_CHECKING:
    from collections.abc import Mapping

    from counterfoil.domain.customers import Customer
    from counterfoil.domain.purchase_history import Contribution
    from counterfoil.operations.buyers import Buyers, Pair
    from counterfoil.operations.call import Call
    from counterfoil.storage.keys import Key
    from counterfoil.storage.marshal import Attributes
    from counterfoil.storage.orders import Stored

    Items = Mapping[Key, Attributes]


@dataclass(frozen=True, slots=True)
class Trial:
    """The order to try on; `stored` tells one that exists from one only sent.

    `customer` is who is named, be they new, else the stored order's; `counted` is what that order
    has added to the purchase history. `has_order` tells an order that was sent from none.
    """

    order: Order
    stored: bool
    tracking_id: str | None
    customer: Customer | None = None
    counted: Contribution | None = None
    has_order: bool = False


class TrialOrder:
    """An order as it was sent, by whom."""

    def __init__(self, call: Call, sent: OrderPayload | None, buyers: Buyers) -> None:
        self._call = call
        self._sent = sent or OrderPayload()
        self._has_order = sent is not None
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
        return Trial(
            base,
            stored is not None,
            tracking_id or _tracking(pair, base),
            self._customer(pair, base, items),
            None if stored is None else stored.counted,
            self._has_order,
        )

    def customer_id(self, items: Items) -> str | None:
        """Of who is named, else of the customer of the order in the slot that was read."""
        named = self._buyers.customer
        if named is not None and not self._buyers.tracked:
            return people.id_of(self._call, named)
        stored = orders.stored(items.get(self._slot)) if self._slot else None
        owner = None if stored is None else stored.order.customer_id
        return owner or (None if named is None else people.id_of(self._call, named))

    def _customer(self, pair: Pair, base: Order, items: Items) -> Customer | None:
        if pair.customer is not None:
            return pair.customer.after
        if base.customer_id is None:
            return None
        found = customers.stored(items.get(keys.customer(self._call.project, base.customer_id)))
        return None if found is None else found.customer


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
