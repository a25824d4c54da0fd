"""The lines of an order that is to be stored, and what the catalogue has to do with them.

Lines are resolved beside the rest of a snapshot. What they tell the catalogue (`override`) is
written before the order's commit, in transactions of its own, since 500 lines would not fit one:
the same request sent again finds it done (protocol.md §11, domain.md §1.5).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.domain.catalogue import Names, names_wanted, resolved, together
from counterfoil.domain.catalogue_overrides import (
    Overridden,
    names_overridden,
    overridden,
    owners_wanted,
)
from counterfoil.domain.errors import Contended
from counterfoil.operations import catalogue, families
from counterfoil.operations.commits import PLANS
from counterfoil.storage import keys, products, skus
from counterfoil.storage.plans import MAX_ACTIONS, Plan
from counterfoil.storage.store import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from counterfoil.domain.order_payloads import OrderPayload
    from counterfoil.operations.call import Call
    from counterfoil.storage.keys import Key
    from counterfoil.storage.marshal import Attributes


class Cart:
    """An order as it was sent; `keep` does its work once per request."""

    def __init__(self, call: Call, payload: OrderPayload) -> None:
        self.payload = payload
        self._call = call
        self._lines = payload.items or []
        self._told = names_overridden(self._lines)
        self._names = together((names_wanted(self._lines), self._told))
        self._kept = not self._told

    def keys(self) -> list[Key]:
        """What must be loaded of the catalogue."""
        return catalogue.keys_of(self._call, self._names)

    def order(self, items: Mapping[Key, Attributes]) -> OrderPayload:
        """The order with its lines resolved by the catalogue as they make it."""
        if not self._names:
            return self.payload
        known = self._overridden(items).catalogue
        return self.payload.model_copy(update={"items": resolved(self._lines, known)})

    def keep(self, items: Mapping[Key, Attributes]) -> None:
        """What the lines tell the catalogue, written unless it is there already.

        Raises Contended when others keep changing the same things.
        """
        for _ in range(PLANS):
            if self._kept or self._call.dry_run:
                return
            try:
                self._write({**items, **self._owners(items)})
                self._kept = True
            except Refused:
                items = self._call.store.get_all(self.keys())
        if not self._kept:
            raise Contended("product", (*self._told.products, *self._told.skus)[0])

    def _write(self, items: Mapping[Key, Attributes]) -> None:
        by = f"{self._call.ids.holder}-{self._call.trace.next_plan()}"
        _Writing(self._call, self._overridden(items), items, by).finish()

    def _owners(self, items: Mapping[Key, Attributes]) -> Mapping[Key, Attributes]:
        """What only the SKUs have told to load, and only if there is news of it."""
        known = catalogue.known(self._call, self._names, items)
        wanted = Names(products=owners_wanted(self._lines, known))
        self._names = together((self._names, wanted))
        return self._call.store.get_all(catalogue.keys_of(self._call, wanted)) if wanted else {}

    def _overridden(self, items: Mapping[Key, Attributes]) -> Overridden:
        known = catalogue.known(self._call, self._names, items)
        return overridden(self._lines, known, self._call.now)


@dataclass(frozen=True, slots=True)
class _Writing:
    """What the catalogue is told, on its way into the store, under one name."""

    call: Call
    told: Overridden
    items: Mapping[Key, Attributes]
    by: str

    def finish(self) -> None:
        """Products first, for a SKU is made only beside a product that stands. Raises Refused."""
        for plans in (self._products, self._skus):
            for plan in _packed(plans()):
                self.call.store.commit(plan, self.call.ids.token(self.call.trace.next_plan()))

    def _products(self) -> Iterator[Plan]:
        for each in self.told.products:
            after = self.told.catalogue.products[each]
            yield families.change(self.call, self._before(each), after, self.by)

    def _skus(self) -> Iterator[Plan]:
        project = self.call.project
        for each in self.told.skus:
            after = self.told.catalogue.skus[each]
            before = skus.stored(self.items.get(keys.sku(project, each)))
            plan = Plan()
            if before is not None:
                plan.add(*skus.changed(project, before, after, self.by))
            else:
                parent = after.product.id
                plan.add(*skus.created(project, after, self.by))
                plan.add(products.regrouped(project, parent, self._written_by(parent)))
            yield plan

    def _written_by(self, product_id: str) -> str:
        before = self._before(product_id)
        return self.by if before is None or product_id in self.told.products else before.written_by

    def _before(self, product_id: str) -> products.Stored | None:
        return products.stored(self.items.get(keys.product(self.call.project, product_id)))


def _packed(plans: Iterable[Plan]) -> Iterator[Plan]:
    """As many of `plans` in one as a transaction holds."""
    packed = Plan()
    for plan in plans:
        if len(packed) + len(plan) > MAX_ACTIONS:
            yield packed
            packed = Plan()
        packed.add(*plan)
    if packed:
        yield packed
