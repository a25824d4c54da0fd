"""A product and its SKUs, which keep the product's name and price (docs/decisions/0016).

What must reach every SKU goes in the product's own transaction as far as it fits. What does not
is sent ahead in transactions of its own, each refused unless the product is still what was read;
whoever repeats a request that was cut off repeats them too, for the product comes last.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterfoil.domain.skus import SkuProduct
from counterfoil.storage import keys, products, skus
from counterfoil.storage.plans import MAX_ACTIONS, Plan
from counterfoil.storage.store import Question, Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterfoil.domain.products import Product
    from counterfoil.domain.skus import Sku
    from counterfoil.operations.call import Call
    from counterfoil.storage.plans import Action
    from counterfoil.storage.products import Stored

# Beside the product and the answer to keep for an Idempotency-Key; even, for SKUs are two items.
ROOM: Final = MAX_ACTIONS - 2


def skus_of(call: Call, product_id: str) -> tuple[Sku, ...]:
    """All SKUs of a product, oldest first, strongly consistent."""
    partition = keys.product(call.project, product_id).pk
    return skus.listed(call.store.query(Question(partition, starts=keys.LISTED_SKU)))


def change(call: Call, before: Stored | None, after: Product, by: str) -> Plan:
    """What making `after` of `before` writes, with what its SKUs copy of it."""
    plan = Plan()
    plan.add(products.written(call.project, before, after, by))
    known = SkuProduct.of(after)
    if before is None or not before.family or SkuProduct.of(before.product) == known:
        return plan
    children = skus_of(call, after.id)
    copies = [skus.of_product(call.project, each.id, known) for each in children]
    plan.add(*_sent_ahead(call, before, copies))
    return plan


def removal(call: Call, before: Stored) -> Plan:
    """What removing a product writes: its SKUs go with it."""
    plan = Plan()
    plan.add(products.removed(call.project, before))
    children = skus_of(call, before.product.id) if before.family else ()
    gone = [action for each in children for action in skus.removed(call.project, each)]
    plan.add(*_sent_ahead(call, before, gone))
    return plan


def _sent_ahead(call: Call, before: Stored, actions: Sequence[Action]) -> Sequence[Action]:
    """Those of `actions` that the last transaction has room for; the others are done."""
    while len(actions) > ROOM:
        part, actions = actions[:ROOM], actions[ROOM:]
        plan = Plan()
        plan.add(products.unchanged(call.project, before), *part)
        try:
            call.store.commit(plan, call.ids.token(call.trace.next_plan()))
        except Refused:
            # The product or its SKUs have changed: the last transaction is refused for the same.
            return actions[:ROOM]
    return actions
